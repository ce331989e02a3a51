from functools import partial

from clients.importing import CLIENT_COLUMNS_WITH_HISTORY, import_clients
from clients.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "Brings clients from a CSV file into an account, all in one transaction. Columns: name, email, phone, street, "
        "city, state, zip_code, country, tax_id, payment_terms, notes, and is_active and created_at of a former home."
    )
    noun = "email"
    columns = CLIENT_COLUMNS_WITH_HISTORY
    on_duplicate = ("error", "skip", "update")
    run_import = partial(import_clients, with_history=True)
