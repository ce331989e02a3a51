"""Step two, lines → rows: split into cells, named by the header, and numbered as the user sees them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, Any

from clients.importing.batches import Batch, Cells, Items
from clients.importing.columns import Columns, Header
from clients.importing.lines import NO_TEXT, Limits, Lines, TooLarge, Unreadable

DELIMITERS = ",;\t"
MAX_CELL = 1_000_000  # characters
SNIFFED = 100_000  # characters of a first line that tell the delimiter
SHOWN = 300  # characters of a header that does not serve
BATCH = 5_000  # rows looked at together

# What the csv module says of a record, and what we do.
BROKEN = {
    "unexpected end of data": "a quote is never closed",
    "field larger than field limit": f"a cell has more than {MAX_CELL:,} characters, or a quote is never closed",
    "expected after": "a closing quote is not at the end of its cell",
}


@dataclass
class Source:
    """Rows on their way in, and what was made of the header they came under."""

    batches: Iterable[Batch]
    header: Sequence[str] = ()
    ignored_columns: list[str] = field(default_factory=list)


def rows_of_list(items: list[Any], limits: Limits) -> Source:
    """The rows of a JSON list; one that is no object is an error of its own."""
    if limits.rows is not None and len(items) > limits.rows:
        raise TooLarge

    return Source(Items(start + 1, items[start : start + BATCH]) for start in range(0, len(items), BATCH))


def rows_of_csv(file: IO[bytes], columns: Columns, limits: Limits) -> Source:
    """The rows of a CSV file: UTF-8 or UTF-16, gzipped or not; comma, semicolon or tab.

    Raises `Unreadable` for a header that does not serve; the rows raise it, too, at bytes that are
    not text and at quotes that never end.
    """
    lines = iter(Lines(file, limits))
    number, first = next(((number, line) for number, line in enumerate(lines, 1) if line.strip()), (0, ""))
    if not first:
        raise Unreadable("The file is empty; its first line must name the columns.")
    if "\0" in first:
        raise Unreadable(NO_TEXT)
    records = _records(first, lines, number, _delimiter(first, columns))
    header = next(records)
    meant = columns.understand(header)
    found = f"Found: {', '.join(header)[:SHOWN]}."
    if missing := meant.missing:
        raise Unreadable(f"The header has no column for {' and '.join(missing)}.", found)
    if twice := meant.twice:
        raise Unreadable(f"Two columns are taken for {twice}.", found)
    return Source(_batches(records, meant, columns.required, limits), header, meant.ignored)


def _batches(records: Iterable[list[str]], meant: Header, required: Sequence[str], limits: Limits) -> Iterator[Batch]:
    rows = filter(None, records)
    first = 1
    while batch := list(islice(rows, BATCH)):
        if limits.rows is not None and first + len(batch) - 1 > limits.rows:
            raise TooLarge
        yield Cells(first, batch, meant, required)
        first += len(batch)


def _records(first: str, lines: Iterable[str], number: int, delimiter: str) -> Iterator[list[str]]:
    """The records from line `number` on, which is `first`."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    start = 0
    try:
        for record in reader:
            yield record
            start = reader.line_num
    except csv.Error as error:
        why = next((words for sign, words in BROKEN.items() if sign in str(error)), str(error))
        raise Unreadable(f"The record that begins on line {number + start} is not CSV: {why}.") from None


def _delimiter(first: str, columns: Columns) -> str:
    """The delimiter that splits the first line into most columns we know."""

    def known(delimiter: str) -> int:
        header = next(csv.reader([first[:SNIFFED]], delimiter=delimiter))
        return len(columns.understand(header).fields)

    return max(DELIMITERS, key=known)
