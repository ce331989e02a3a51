from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

import accounts.tenancy
import duespark.clock
import duespark.ids


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_client")]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", duespark.ids.TypeIDField("invoice", serialize=False)),
                ("invoice_number", models.CharField(max_length=100, verbose_name="number")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(editable=False, max_length=3)),
                ("issue_date", models.DateField(default=duespark.clock.today)),
                ("due_date", models.DateField()),
                ("description", models.TextField(blank=True, null=True)),
                ("notes", models.TextField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "amount_paid",
                    models.DecimalField(
                        db_default=0, decimal_places=2, default=Decimal("0.00"), editable=False, max_digits=14
                    ),
                ),
                ("last_payment_date", models.DateField(editable=False, null=True)),
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
                    "client",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="clients.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                models.F("account"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="invoice_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(models.F("account"), models.F("due_date"), models.F("id"), name="invoice_by_due_date"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["account", "client", "issue_date"],
                include=("amount", "amount_paid", "last_payment_date", "cancelled_at"),
                name="invoice_of_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(fields=("account", "id"), name="invoice_of_account"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=accounts.tenancy.SameAccount("client", name="invoice_client_same_account"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("account", "invoice_number"),
                name="invoice_number_unique",
                violation_error_message="An invoice with this number already exists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="invoice_amount_above_zero"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_paid__gte", 0), ("amount_paid__lte", models.F("amount"))),
                name="invoice_not_overpaid",
                violation_error_message="More has been paid than this amount.",
            ),
        ),
    ]
