import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import accounts.acting
import accounts.tenancy
import duespark.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_rate_window_comment"),
        ("clients", "0022_import"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                ("id", duespark.ids.TypeIDField("draft", serialize=False)),
                ("kind", models.CharField(choices=[("clients", "Clients"), ("invoices", "Invoices")], max_length=8)),
                ("file_name", models.CharField(max_length=255)),
                ("content", models.BinaryField(help_text="Gzipped.", null=True)),
                ("on_duplicate", models.CharField(max_length=6)),
                ("encoding", models.CharField(max_length=40, null=True)),
                ("preview", models.JSONField(default=dict)),
                ("refused", models.JSONField(default=list, help_text="The first of them.")),
                ("rejected", models.BinaryField(help_text="All of them, as CSV, gzipped.", null=True)),
                ("created_by", models.TextField(default=accounts.acting.actor)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("kept_until", models.DateTimeField()),
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
                    "result",
                    accounts.tenancy.TenantForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.import"
                    ),
                ),
            ],
            options={
                "db_table_comment": "Files uploaded in the back office, for a day.",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("account", "id"), name="importdraft_of_account"),
                    accounts.tenancy.SameAccount("result", name="import_draft_result_same_account"),
                ],
            },
        ),
    ]
