"""Step one, bytes → rows: unpacked, decoded, split, and numbered as the user sees them."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from clients.importing.columns import Columns, Header

DELIMITERS = ",;\t"
ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GZIP = b"\x1f\x8b"
MAX_CELL = 1_000_000  # characters


class Unreadable(ValueError):
    """A file that cannot be read at all: nothing of it lands.

    The message says what is wrong in our words; `found` says what is there instead in the file's.
    """

    def __init__(self, message: str, found: str | None = None) -> None:
        super().__init__(message)
        self.found = found


class TooLarge(Exception):
    """A source of more bytes or rows than the caller allows."""


@dataclass(frozen=True)
class Limits:
    """How much one import may be, counted after unpacking; None is no limit."""

    size: int | None = None  # bytes
    rows: int | None = None


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
    text = _decoded(_counted(_unpacked(file), limits))
    lines = _Lines(text)
    header, delimiter = _header(lines, columns)
    meant = columns.understand(header)
    if missing := meant.missing:
        names = " and ".join(missing)
        raise Unreadable(f"The header has no column for {names}.", f"Found: {', '.join(header)}.")
    if twice := meant.twice:
        raise Unreadable(f"Two columns are taken for {twice}.", f"Found: {', '.join(header)}.")
    return Source(_rows(lines, delimiter, meant, columns.required, limits), header, meant.ignored)


def _rows(lines: "_Lines", delimiter: str, meant: Header, required: Sequence[str], limits: Limits) -> Iterator[Row]:
    number = 0
    for cells in _records(lines, delimiter):
        if not cells:
            continue
        number += 1
        if limits.rows is not None and number > limits.rows:
            raise TooLarge
        if len(cells) != meant.width:
            message = f"Has {len(cells)} cells under a header of {meant.width}."
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
            if cell and not cell.isspace():
                address[name.removeprefix("address.")] = cell
        elif (cell and not cell.isspace()) or name in required:
            sent[name] = cell
    if address:
        sent["address"] = address
    return sent


def _records(lines: "_Lines", delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"Line {lines.number} is not CSV: {error}.") from None


class _Lines:
    """The lines of a text, counted, so that what is wrong can be found."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = self.text.readline()
        except UnicodeError:
            raise Unreadable(f"Line {self.number + 1} is not {self.text.encoding.upper()}.") from None
        except (OSError, EOFError, zlib.error):
            raise Unreadable("The file is damaged: it cannot be unpacked.") from None
        if not line:
            raise StopIteration
        self.number += 1
        return line


def _header(lines: _Lines, columns: Columns) -> tuple[list[str], str]:
    """The column names, by the delimiter that splits the first line into most columns we know."""
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise Unreadable("The file is empty; its first line must name the columns.")
    splits = []
    for delimiter in DELIMITERS:
        try:
            splits.append((next(csv.reader([first], delimiter=delimiter, strict=True)), delimiter))
        except csv.Error:
            continue
    if not splits:
        raise Unreadable("The first line must name the columns; it is not CSV.")
    return max(splits, key=lambda split: len(columns.understand(split[0]).fields))


def _unpacked(file: Any) -> Any:
    buffered = io.BufferedReader(file)
    return gzip.GzipFile(fileobj=buffered) if buffered.peek(2)[:2] == GZIP else buffered


def _counted(file: IO[bytes], limits: Limits) -> io.BufferedReader:
    return io.BufferedReader(_Counter(file, limits.size), buffer_size=1 << 16)


class _Counter(io.RawIOBase):
    """Bytes as they are read, up to a limit."""

    def __init__(self, file: IO[bytes], limit: int | None) -> None:
        self.file = file
        self.left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self.file.read(len(buffer))
        if self.left is not None:
            self.left -= len(chunk)
            if self.left < 0:
                raise TooLarge
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _decoded(file: io.BufferedReader) -> io.TextIOWrapper:
    try:
        start = file.peek(3)[:3]
    except (OSError, EOFError, zlib.error):
        raise Unreadable("The file is damaged: it cannot be unpacked.") from None
    encoding = next((name for mark, name in ENCODINGS.items() if start.startswith(mark)), "utf-8")
    return io.TextIOWrapper(file, encoding=encoding, newline="")
