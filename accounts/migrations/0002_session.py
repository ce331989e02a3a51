import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy
import duespark.ids


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_account_and_user")]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", duespark.ids.TypeIDField("session", serialize=False)),
                ("refresh_id", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("refreshed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "user",
                    accounts.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "id"),
            },
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["account", "user"], name="session_of_user"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(fields=("account", "id"), name="session_of_account"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=accounts.tenancy.SameAccount("user", name="session_user_same_account"),
        ),
    ]
