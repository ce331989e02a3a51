"""What is imported over the network, be it by the API or the back office: its kinds, and how much of one at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Any

from accounts.models import Account
from clients.importing.columns import CLIENT_COLUMNS, INVOICE_COLUMNS, Columns
from clients.importing.lines import Limits
from clients.importing.read import Source, rows_of_file
from clients.importing.report import Options, Report, rejecting
from clients.importing.write_clients import import_clients
from clients.importing.write_invoices import import_invoices
from duespark.records import Record
from duespark.rules import Choice, Flag
from duespark.sizes import MEGABYTE

MAX_SIZE = 50 * MEGABYTE
LIMITS = Limits(size=MAX_SIZE, rows=100_000)


@dataclass(frozen=True)
class Upload:
    """What may be imported: its name, its columns, what is done with it, and what to do with a duplicate."""

    noun: str
    columns: Columns
    run: Callable[[Account, Source, Options], Report]
    on_duplicate: tuple[str, ...]

    @property
    def updates(self) -> bool:
        """Whether what is there already may be changed."""
        return "update" in self.on_duplicate

    @property
    def options(self) -> Record:
        return Record({"on_duplicate": Choice(self.on_duplicate), "dry_run": Flag(), "atomic": Flag()})

    @property
    def too_large(self) -> str:
        """What to say of `TooLarge`."""
        limit = f"{LIMITS.rows:,} rows or {MAX_SIZE // MEGABYTE} MB once unpacked"
        return f"The import is larger than {limit}; `manage.py import_{self.noun}` has no such limit."

    def import_file(
        self,
        account: Account,
        file: IO[bytes],
        options: Options,
        rejected: IO[str],
        *,
        for_spreadsheet: bool = False,
        **reading: Any,
    ) -> Report:
        """Imports a file, from its beginning; its refused rows go to `rejected`, perhaps for a spreadsheet to open."""
        file.seek(0)
        source = rows_of_file(file, self.columns, LIMITS, **reading)
        reject = rejecting(rejected, source.header, for_spreadsheet=for_spreadsheet)
        return self.run(account, source, replace(options, reject=reject))


CLIENTS = Upload("clients", CLIENT_COLUMNS, import_clients, ("error", "skip", "update"))
INVOICES = Upload("invoices", INVOICE_COLUMNS, import_invoices, ("error", "skip"))
UPLOADS = {upload.noun: upload for upload in (CLIENTS, INVOICES)}
