from django.db import migrations

# The lock waits for whoever is writing invoices or payments, and keeps others from it until the sums are there.
# What has been added since the triggers came is added here once more, with all the rest.
FILL = [
    "LOCK TABLE clients_invoice, clients_payment, clients_accountsum IN SHARE ROW EXCLUSIVE MODE",
    "DELETE FROM clients_accountsum",
    """
    INSERT INTO clients_accountsum (account_id, day, kind, slot, amount)
    SELECT account_id, date_trunc('month', issue_date::timestamp)::date AS day, 'invoiced', 0, sum(amount)
    FROM clients_invoice WHERE cancelled_at IS NULL GROUP BY account_id, day ORDER BY account_id, day
    """,
    """
    INSERT INTO clients_accountsum (account_id, day, kind, slot, amount)
    SELECT account_id, due_date, 'due', 0, sum(amount - amount_paid)
    FROM clients_invoice WHERE cancelled_at IS NULL AND amount > amount_paid
    GROUP BY account_id, due_date ORDER BY account_id, due_date
    """,
    """
    INSERT INTO clients_accountsum (account_id, day, kind, slot, amount)
    SELECT p.account_id, date_trunc('month', payment_date::timestamp)::date AS day, 'collected', 0, sum(p.amount)
    FROM clients_payment AS p JOIN clients_invoice AS i ON i.account_id = p.account_id AND i.id = p.invoice_id
    WHERE cancelled_at IS NULL GROUP BY p.account_id, day ORDER BY p.account_id, day
    """,
]


class Migration(migrations.Migration):
    dependencies = [("clients", "0026_account_sum_triggers")]

    operations = [migrations.RunSQL(FILL, [])]
