from django.db import migrations

# The lock waits for whoever is writing invoices, and keeps others from it until the months are there.
# What has been added since the triggers came is added here once more, with all the rest.
FILL = [
    "LOCK TABLE clients_invoice, clients_clientmonth IN SHARE ROW EXCLUSIVE MODE",
    "DELETE FROM clients_clientmonth",
    """
    INSERT INTO clients_clientmonth
        (account_id, client_id, month, total_invoiced, total_paid, invoice_count, paid_count, payment_days)
    SELECT account_id, client_id, date_trunc('month', issue_date::timestamp)::date AS month,
        sum(amount), sum(amount_paid), count(*), count(*) FILTER (WHERE amount_paid >= amount),
        coalesce(sum(last_payment_date - issue_date) FILTER (WHERE amount_paid >= amount), 0)
    FROM clients_invoice WHERE cancelled_at IS NULL
    GROUP BY account_id, client_id, month ORDER BY account_id, client_id, month
    """,
]


class Migration(migrations.Migration):
    dependencies = [("clients", "0014_client_month_triggers")]

    operations = [migrations.RunSQL(FILL, [])]
