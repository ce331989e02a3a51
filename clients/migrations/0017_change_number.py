from django.db import migrations

# What orders the changes of a row. They are numbered while the row is locked, which their times, of a
# clock that may be set back, cannot replace.


class Migration(migrations.Migration):
    dependencies = [("clients", "0016_invoice_of_client_narrowed")]

    operations = [
        migrations.RunSQL(
            ["CREATE SEQUENCE clients_change_number"],
            ["DROP SEQUENCE clients_change_number"],
        )
    ]
