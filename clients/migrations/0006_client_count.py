import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0005_search_index")]

    operations = [
        migrations.CreateModel(
            name="ClientCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "slot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slot", models.BigIntegerField()),
                ("clients", models.BigIntegerField()),
                ("active", models.BigIntegerField()),
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
                "db_table_comment": "Kept by triggers on clients_client. Only the sums of an account's slots mean anything.",
                "default_permissions": (),
            },
        ),
    ]
