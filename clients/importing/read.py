"""Step two, lines → rows: split into cells, named by the header, and numbered as the user sees them."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any

from clients.importing.columns import Columns, Header
from clients.importing.lines import Limits, Lines, TooLarge, Unreadable
from duespark.rules import SPACE

DELIMITERS = ",;\t"
MAX_CELL = 1_000_000  # characters
SNIFFED = 100_000  # characters of a first line that tell the delimiter
SHOWN = 300  # characters of a header that does not serve

# What the csv module says of a record, and what we do.
BROKEN = {
    "unexpected end of data": "a quote is never closed",
    "field larger than field limit": f"a cell has more than {MAX_CELL:,} characters, or a quote is never closed",
    "expected after": "a closing quote is not at the end of its cell",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One client or invoice as it came: what was sent, or why it is not even a record.

    `number` counts from 1, headers and blank lines apart; `cells` are the file's own, to hand back.
    """

    number: int
    sent: Mapping[str, Any]
    errors: dict[str, Any] | None = None
    cells: Sequence[str] | None = None


@dataclass
class Source:
    """Rows on their way in, and what was made of the header they came under."""

    rows: Iterable[Row]
    header: Sequence[str] = ()
    ignored_columns: list[str] = field(default_factory=list)


def rows_of_list(items: list[Any], limits: Limits) -> Source:
    """The rows of a JSON list; one that is no object is an error of its own."""
    if limits.rows is not None and len(items) > limits.rows:
        raise TooLarge

    def rows() -> Iterator[Row]:
        for number, item in enumerate(items, 1):
            if isinstance(item, Mapping):
                yield Row(number, item)
            else:
                yield Row(number, {}, {"non_field_errors": ["Must be an object."]})

    return Source(rows())


def rows_of_csv(file: IO[bytes], columns: Columns, limits: Limits) -> Source:
    """The rows of a CSV file: UTF-8 or UTF-16, gzipped or not; comma, semicolon or tab.

    Raises `Unreadable` for a header that does not serve; the rows raise it, too, at bytes that are
    not text and at quotes that never end.
    """
    lines = Lines(file, limits)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise Unreadable("The file is empty; its first line must name the columns.")
    if "\0" in first:
        raise Unreadable("The first line is not text; UTF-16 must begin with a byte order mark.")
    records = _records(first, lines, _delimiter(first, columns))
    header = next(records)
    meant = columns.understand(header)
    found = f"Found: {', '.join(header)[:SHOWN]}."
    if missing := meant.missing:
        raise Unreadable(f"The header has no column for {' and '.join(missing)}.", found)
    if twice := meant.twice:
        raise Unreadable(f"Two columns are taken for {twice}.", found)
    return Source(_rows(records, meant, columns.required, limits), header, meant.ignored)


def _rows(records: Iterable[list[str]], meant: Header, required: Sequence[str], limits: Limits) -> Iterator[Row]:
    number = 0
    for cells in records:
        if not cells:
            continue
        number += 1
        if limits.rows is not None and number > limits.rows:
            raise TooLarge
        if len(cells) != meant.width:
            message = f"Must have as many cells as the header, {meant.width}, not {len(cells)}."
            yield Row(number, {}, {"non_field_errors": [message]}, cells)
        else:
            yield Row(number, _sent(cells, meant.fields, required), cells=cells)


def _sent(cells: Sequence[str], fields: Mapping[int, str], required: Sequence[str]) -> dict[str, Any]:
    """A record's cells as the API's JSON has them. An empty one was not sent, but for the required."""
    sent: dict[str, Any] = {}
    address: dict[str, str] = {}
    for index, name in fields.items():
        cell = cells[index]
        if name.startswith("address."):
            if cell.strip(SPACE):
                address[name.removeprefix("address.")] = cell
        elif cell.strip(SPACE) or name in required:
            sent[name] = cell
    if address:
        sent["address"] = address
    return sent


def _records(first: str, lines: Lines, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    start = lines.number
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = next((words for sign, words in BROKEN.items() if sign in str(error)), str(error))
            raise Unreadable(f"The record that begins on line {start} is not CSV: {why}.") from None
        start = lines.number + 1


def _delimiter(first: str, columns: Columns) -> str:
    """The delimiter that splits the first line into most columns we know."""

    def known(delimiter: str) -> int:
        header = next(csv.reader([first[:SNIFFED]], delimiter=delimiter))
        return len(columns.understand(header).fields)

    return max(DELIMITERS, key=known)
