from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_kept_answer"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ratewindow",
            index=models.Index(fields=["started_at"], name="rate_window_age"),
        ),
    ]
