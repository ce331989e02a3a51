import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_rate_window_comment"), ("clients", "0023_import_draft")]

    operations = [
        migrations.CreateModel(
            name="AccountSum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "day", "kind", "slot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("kind", models.TextField()),
                ("slot", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=20)),
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
            ],
            options={
                "db_table_comment": "Kept by triggers on clients_invoice and clients_payment. Only the sums of a day's slots mean anything.",
                "default_permissions": (),
            },
        ),
    ]
