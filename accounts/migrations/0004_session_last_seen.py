from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_throttling")]

    operations = [migrations.RenameField("session", "refreshed_at", "last_seen_at")]
