"""Clients and invoices from a list or a file, step by step.

`lines` turns bytes into text, `workbook` a sheet into cells, and `read` either into numbered rows; `columns`
says which of their columns is which field, `check` turns rows into records or reasons, and `write_clients` and
`write_invoices` bring the records into the account in one transaction, by way of the temporary tables of `staging`.
The API, the back office and the commands call the same; what comes over the network has the bounds of `kinds`.
"""

from clients.importing.columns import CLIENT_COLUMNS, CLIENT_COLUMNS_WITH_HISTORY, INVOICE_COLUMNS
from clients.importing.lines import Limits, NotUTF8, TooLarge, Unreadable
from clients.importing.read import rows_of_file, rows_of_list
from clients.importing.report import Options, Refused, Report
from clients.importing.write_clients import import_clients
from clients.importing.write_invoices import import_invoices

__all__ = [
    "CLIENT_COLUMNS",
    "CLIENT_COLUMNS_WITH_HISTORY",
    "INVOICE_COLUMNS",
    "Limits",
    "NotUTF8",
    "Options",
    "Refused",
    "Report",
    "TooLarge",
    "Unreadable",
    "import_clients",
    "import_invoices",
    "rows_of_file",
    "rows_of_list",
]
