import django.utils.timezone
from django.db import migrations, models

import duespark.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_rate_window_age"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResetRequest",
            fields=[
                ("id", duespark.ids.TypeIDField("reset", serialize=False)),
                ("email", models.EmailField(max_length=254)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, help_text="When it is tried next.")),
            ],
        ),
    ]
