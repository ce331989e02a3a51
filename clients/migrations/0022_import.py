import django.db.models.deletion
from django.db import migrations, models

import accounts.acting
import duespark.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_rate_window_comment"),
        ("clients", "0021_change_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", duespark.ids.TypeIDField("import", serialize=False)),
                ("kind", models.CharField(choices=[("clients", "Clients"), ("invoices", "Invoices")], max_length=8)),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API"), ("command", "Command"), ("back_office", "Back office")], max_length=11
                    ),
                ),
                ("file_name", models.CharField(max_length=255, null=True, verbose_name="file")),
                ("on_duplicate", models.CharField(max_length=6)),
                ("atomic", models.BooleanField(verbose_name="all or nothing")),
                ("created_by", models.TextField(default=accounts.acting.actor, null=True, verbose_name="by")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(verbose_name="finished")),
                ("created", models.IntegerField()),
                ("updated", models.IntegerField()),
                ("skipped", models.IntegerField()),
                ("refused", models.IntegerField()),
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
                "ordering": ("-id",),
                "default_permissions": ("add", "view"),
                "constraints": [models.UniqueConstraint(fields=("account", "id"), name="import_of_account")],
            },
        ),
    ]
