from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_reset_request"),
    ]

    operations = [
        migrations.AlterModelTableComment(
            name="ratewindow",
            table_comment="Who asks how often: the API, while API_RATE_LIMIT is set, and for new passwords.",
        ),
    ]
