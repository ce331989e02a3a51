"""Clients as the CSV that importing reads back without a change."""

import tempfile
from collections.abc import Callable
from typing import IO, Any

from django.db import connection, transaction
from django.db.models import DateTimeField, Expression, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Replace

from clients.models import Client
from clients.spreadsheets import marked
from duespark.postgres import take_longer
from duespark.records import Record
from duespark.rules import Flag
from duespark.sizes import SPOOL

TEXTS = ("name", "email", "phone", "street", "city", "state", "zip_code", "country", "tax_id", "notes")
COLUMNS = (
    "name", "email", "phone", "street", "city", "state", "zip_code", "country", "tax_id", "payment_terms", "notes",
    "is_active", "created_at",
)  # fmt: skip
OPTIONS = Record({"for_spreadsheet": Flag()})

_IN_UTC = Func(Value("UTC"), F("created_at"), function="timezone", output_field=DateTimeField())
_TIME = Func(_IN_UTC, Value('YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), function="to_char", output_field=TextField())
# Times have microseconds when there are any, as those of the API.
OTHERS: dict[str, Expression] = {
    "payment_terms": Cast("payment_terms", TextField()),
    "is_active": Cast("is_active", TextField()),
    "created_at": Replace(_TIME, Value(".000000"), output_field=TextField()),
}


def export_clients(clients: QuerySet[Client], write: Callable[[Any], Any], *, for_spreadsheet: bool = False) -> int:
    """Hands the clients to `write`, in their order and a row of UTF-8 at a time; the number of them.

    `for_spreadsheet` marks what a spreadsheet would run as a formula (clients/spreadsheets.py).
    """
    cells = {name: marked(name, for_spreadsheet=for_spreadsheet) for name in TEXTS} | OTHERS
    sql, params = clients.values_list(*(cells[name] for name in COLUMNS)).query.sql_with_params()
    write(f"{','.join(COLUMNS)}\n".encode())
    with connection.cursor() as cursor, connection.wrap_database_errors:
        operations: Any = connection.ops
        query = operations.compose_sql(sql, params)  # COPY takes no parameters
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')") as rows:
            for row in rows:
                write(row)
        return int(cursor.rowcount)


def exported(clients: QuerySet[Client], *, for_spreadsheet: bool = False) -> IO[bytes]:
    """The same as a file, complete, from its beginning: who reads it may be slow, and the database is through."""
    file = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115  # the caller closes it
    try:
        with transaction.atomic():
            take_longer()
            export_clients(clients, file.write, for_spreadsheet=for_spreadsheet)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
