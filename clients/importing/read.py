"""Step two, lines or a sheet → rows: split into cells, named by the header, and numbered as the user sees them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, Any

from clients.importing.batches import Batch, Cells, Items
from clients.importing.columns import ColumnMapping, Columns, Header
from clients.importing.lines import NO_TEXT, Limits, Lines, TooLarge, Unreadable, borrowed
from clients.importing.workbook import EMPTY, MAX_CELL, workbook_records

DELIMITERS = ",;\t"
SNIFFED = 100_000  # characters of a first line that tell the delimiter
BATCH = 5_000  # rows looked at together
OPENING = 3  # rows that show what stands in a column

# The first bytes of files that are no text, and what they are.
ZIP = b"PK\x03\x04"
FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook of the old kind (.xls), or one with a password",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF-": "a PDF",
}
MAGIC = 5  # bytes

# What the csv module says of a record, and what we do.
BROKEN = {
    "unexpected end of data": "a quote is never closed",
    "field larger than field limit": f"a cell has more than {MAX_CELL:,} characters, or a quote is never closed",
    "expected after": "a closing quote is not at the end of its cell",
}


@dataclass
class Source:
    """Rows on their way in, and what was made of the header they came under.

    `columns` says which of a file's columns was taken for which field; a list has none.
    """

    batches: Iterable[Batch]
    header: Sequence[str] = ()
    columns: dict[str, str] | None = None
    ignored_columns: list[str] = field(default_factory=list)


def rows_of_list(items: list[Any], limits: Limits) -> Source:
    """The rows of a JSON list; one that is no object is an error of its own."""
    if limits.rows is not None and len(items) > limits.rows:
        raise TooLarge

    return Source(Items(start + 1, items[start : start + BATCH]) for start in range(0, len(items), BATCH))


def rows_of_file(
    file: IO[bytes],
    columns: Columns,
    limits: Limits,
    *,
    encoding: str | None = None,
    mapping: ColumnMapping | None = None,
) -> Source:
    """The rows of a CSV file or of an Excel workbook, told apart by their first bytes.

    `mapping` says of columns which field they are, and `encoding` in what a CSV file is written. Raises
    `Unreadable` for a file of another kind, an unknown encoding, a header that does not serve and a mapping
    that does not fit it; the rows raise it, too, at bytes that are not text and at quotes that never end.
    """
    return _source(_records_of(file, columns, limits, encoding, mapping), columns, limits, mapping)


def opening_of(
    file: IO[bytes], columns: Columns, limits: Limits, *, encoding: str | None = None
) -> tuple[list[str], list[list[str]]]:
    """The header of a file and the rows that follow at once, whatever they mean; raises `Unreadable` as above."""
    records = _records_of(file, columns, limits, encoding, None)
    return next(records), list(islice(filter(None, records), OPENING))


def _records_of(
    file: IO[bytes], columns: Columns, limits: Limits, encoding: str | None, mapping: ColumnMapping | None
) -> Iterator[list[str]]:
    looked_into = borrowed(file)
    start = looked_into.peek(MAGIC)[:MAGIC]
    for sign, kind in FOREIGN.items():
        if start.startswith(sign):
            raise Unreadable(f"The file is {kind}; save it as CSV, or as an Excel workbook (.xlsx).")
    if start.startswith(ZIP):
        return workbook_records(file if file.seekable() else looked_into, limits)
    return _csv_records(looked_into, columns, limits, encoding, mapping)


def _csv_records(
    file: IO[bytes], columns: Columns, limits: Limits, encoding: str | None, mapping: ColumnMapping | None
) -> Iterator[list[str]]:
    """The records of a CSV file: UTF-8, UTF-16 or as named, gzipped or not; comma, semicolon or tab."""
    lines = iter(Lines(file, limits, encoding))
    number, first = next(((number, line) for number, line in enumerate(lines, 1) if line.strip()), (0, ""))
    if not first:
        raise Unreadable(EMPTY)
    if "\0" in first:
        raise Unreadable(NO_TEXT)
    return _records(first, lines, number, _delimiter(first, columns, mapping or {}))


def _source(records: Iterator[list[str]], columns: Columns, limits: Limits, mapping: ColumnMapping | None) -> Source:
    """The rows under a header, which is the first of the records."""
    header = next(records)
    meant = columns.understand(header, mapping or {})
    return Source(_batches(records, meant, columns.required, limits), header, meant.columns, meant.ignored)


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


def _delimiter(first: str, columns: Columns, mapping: ColumnMapping) -> str:
    """The delimiter that splits the first line into most columns we know, or else into most columns."""

    def known(delimiter: str) -> tuple[int, int]:
        header = next(csv.reader([first[:SNIFFED]], delimiter=delimiter))
        return columns.known(header, mapping), len(header)

    return max(DELIMITERS, key=known)
