from django.db import migrations

# An import writes the months of its invoices, and then again with what is paid on them. With half of
# each page left empty the new versions stay on the pages, and so cost no index entries.


class Migration(migrations.Migration):
    dependencies = [("clients", "0012_client_month")]

    operations = [
        migrations.RunSQL(
            ["ALTER TABLE clients_clientmonth SET (fillfactor = 50)"],
            ["ALTER TABLE clients_clientmonth RESET (fillfactor)"],
        )
    ]
