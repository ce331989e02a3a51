from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_session_last_seen")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="device",
            field=models.CharField(help_text="The User-Agent that was sent.", max_length=400, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="address",
            field=models.GenericIPAddressField(null=True, unpack_ipv4=True),
        ),
    ]
