import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

import accounts.tenancy
import duespark.clock
import duespark.ids


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_invoice")]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", duespark.ids.TypeIDField("payment", serialize=False)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("payment_date", models.DateField(default=duespark.clock.today)),
                ("payment_method", models.CharField(blank=True, max_length=50, null=True)),
                ("payment_reference", models.CharField(blank=True, max_length=200, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "invoice",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="clients.invoice"
                    ),
                ),
            ],
            options={
                "ordering": ("-payment_date", "-id"),
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["account", "invoice", "payment_date"], name="payment_of_invoice"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("account", "id"), name="payment_of_account"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=accounts.tenancy.SameAccount("invoice", name="payment_invoice_same_account"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_amount_above_zero"),
        ),
    ]
