"""What is asked of an import, and what is said of it."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from clients.models import Import
from clients.spreadsheets import defused

REPORTED_ERRORS = 1_000

Reject = Callable[[Sequence[str], str], None]


@dataclass(frozen=True)
class Options:
    """How an import is to go about it, and where it comes from.

    `source` is one of `Import.Source`, `on_duplicate` is error, skip or update; a `dry_run` says what would
    happen and writes nothing; an `atomic` one is refused whole for one bad row. `reject` is given each
    refused row's cells and the reason.
    """

    source: str
    file_name: str | None = None
    on_duplicate: str = "error"
    dry_run: bool = False
    atomic: bool = False
    reject: Reject | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """A refused row: `detail` and `errors` are those of a single create; `email` is as it was sent."""

    row: int
    email: str | None
    detail: str
    errors: dict[str, Any]


@dataclass
class Report:
    """What came of an import. `errors` are the first 1,000, `error_count` counts all.

    `rejected_csv` has all the refused rows of an upload, `columns` what those of a file were taken for,
    `record` stays of what was written.
    """

    created: int = 0
    updated: int = 0
    skipped: int = 0
    total: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    dry_run: bool = False
    rejected_csv: str | None = None
    columns: dict[str, str] | None = None
    ignored_columns: list[str] = field(default_factory=list)
    record: Import | None = None


class Refused(Exception):
    """An atomic import with a bad row: nothing has been written."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


def rejecting(file: IO[str], header: Sequence[str], *, for_spreadsheet: bool = False) -> Reject:
    """Writes refused rows under their own header and the reason: mended, the file can be imported again.

    `for_spreadsheet` marks what a spreadsheet would run as a formula (clients/spreadsheets.py).
    """
    writer = csv.writer(file)

    def write(cells: Sequence[str], reason: str) -> None:
        writer.writerow([*(defused(cells) if for_spreadsheet else cells), reason])

    write(header, "reason")
    return write


def printable(text: str) -> str:
    """A text from a file, without what would steer a terminal, or a database cannot keep."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
