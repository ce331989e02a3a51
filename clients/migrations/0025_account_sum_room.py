from django.db import migrations

# Every invoice and payment of a day writes the same few rows. With half of each page left empty the new
# versions stay on the pages, and so cost no index entries.


class Migration(migrations.Migration):
    dependencies = [("clients", "0024_account_sum")]

    operations = [
        migrations.RunSQL(
            ["ALTER TABLE clients_accountsum SET (fillfactor = 50)"],
            ["ALTER TABLE clients_accountsum RESET (fillfactor)"],
        )
    ]
