import django.utils.timezone
from django.db import migrations, models

import duespark.ids


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_session")]

    operations = [
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                (
                    "caller",
                    models.CharField(
                        help_text="A user's id or a client's address.", max_length=64, primary_key=True, serialize=False
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("requests", models.PositiveIntegerField()),
            ],
            options={
                "db_table_comment": "Counters of API_RATE_LIMIT; written only while that is set.",
            },
        ),
        migrations.CreateModel(
            name="FailedLogin",
            fields=[
                ("id", duespark.ids.TypeIDField("failure", serialize=False)),
                ("key", models.BinaryField(max_length=32)),
                ("failed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "failed_at"], name="failed_login_of_key"),
                    models.Index(fields=["failed_at"], name="failed_login_age"),
                ],
            },
        ),
    ]
