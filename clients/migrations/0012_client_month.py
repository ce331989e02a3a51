import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy


class Migration(migrations.Migration):
    dependencies = [("clients", "0011_client_upkeep")]

    operations = [
        migrations.CreateModel(
            name="ClientMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "client", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("total_invoiced", models.DecimalField(decimal_places=2, max_digits=20)),
                ("total_paid", models.DecimalField(decimal_places=2, max_digits=20)),
                ("invoice_count", models.IntegerField()),
                ("paid_count", models.IntegerField()),
                ("payment_days", models.BigIntegerField()),
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
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="months", to="clients.client"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Kept by triggers on clients_invoice.",
                "default_permissions": (),
            },
        ),
    ]
