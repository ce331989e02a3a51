from django.db import migrations

from accounts.tenancy import SameAccount

# Payments may come before their invoices, in one transaction. Altered in place: nothing is
# checked anew, and nobody waits for it.


class Migration(migrations.Migration):
    dependencies = [("clients", "0016_invoice_of_client_narrowed")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    ["ALTER TABLE clients_payment ALTER CONSTRAINT payment_invoice_same_account DEFERRABLE"],
                    ["ALTER TABLE clients_payment ALTER CONSTRAINT payment_invoice_same_account NOT DEFERRABLE"],
                )
            ],
            state_operations=[
                migrations.RemoveConstraint("payment", "payment_invoice_same_account"),
                migrations.AddConstraint(
                    "payment", SameAccount("invoice", name="payment_invoice_same_account", deferrable=True)
                ),
            ],
        )
    ]
