from clients.importing import INVOICE_COLUMNS, import_invoices
from clients.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "Brings invoices, and what was paid on them, from a CSV file to the clients of an account, all in one "
        "transaction. Columns: client_email, invoice_number, issue_date, due_date, amount, status, payment_date, "
        "paid_amount. The status `cancelled` cancels; any other is derived from the payment."
    )
    noun = "invoice number"
    columns = INVOICE_COLUMNS
    on_duplicate = ("error", "skip")
    run_import = staticmethod(import_invoices)
