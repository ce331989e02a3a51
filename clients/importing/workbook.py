"""A workbook's cells as a CSV file would have them: Excel's .xlsx, its first sheet, read as a stream."""

import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from openpyxl import load_workbook

from clients.importing.lines import Limits, TooLarge, Unreadable

MAX_UNPACKED = 4_000_000_000  # bytes, where the caller has no limit: more than a full sheet has
MAX_ROWS = 1_048_576  # of a sheet
MAX_CELL = 1_000_000  # characters
MANIFEST = "[Content_Types].xml"
MAX_WHOLE = 2_000_000  # bytes of a part that is no stream: each is made into objects, many times its size
WHOLE = (MANIFEST, "xl/workbook.xml", "xl/styles.xml")
EMPTY = "The file is empty; its first line must name the columns."

# What openpyxl says of styles and extensions is nothing to whoever imports.
warnings.filterwarnings("ignore", module=r"openpyxl\.")


def workbook_records(file: IO[bytes], limits: Limits) -> Iterator[list[str]]:
    """The rows of a workbook that are not blank, as text: the header, and all others at least as wide.

    Raises `Unreadable` for what is no workbook, and `TooLarge` for one that is more than the limit, be it in
    its own form or as CSV: a few bytes can stand for many cells.
    """
    with _seekable(file) as seekable, _refusing_damage():
        _check_archive(seekable, limits)
        book = load_workbook(seekable, read_only=True, data_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise Unreadable("The workbook has no sheet.")
            yield from _padded(_texts(book.worksheets[0], limits))
        finally:
            book.close()


def _check_archive(file: IO[bytes], limits: Limits) -> None:
    with zipfile.ZipFile(file) as archive:
        if MANIFEST not in archive.namelist():
            raise Unreadable("The file is a ZIP archive, and no Excel workbook (.xlsx); unpack it first.")
        # A part is never unpacked beyond the size that it has here.
        if sum(part.file_size for part in archive.infolist()) > (limits.size or MAX_UNPACKED):
            raise TooLarge
        if limits.size and any(part.file_size > MAX_WHOLE for part in archive.infolist() if part.filename in WHOLE):
            raise TooLarge


def _texts(sheet: Any, limits: Limits) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # many programs write wrong ones
    size = blank = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = _trimmed(list(map(_text, values)))
        if not cells:
            blank += 1
            if blank > MAX_ROWS:  # a row may claim any number, and those before it are made up
                raise _damaged()
            continue
        if max(map(len, cells)) > MAX_CELL:
            raise Unreadable(f"Row {number} of the sheet has a cell of more than {MAX_CELL:,} characters.")
        size += len(values) + sum(map(len, cells))
        if limits.size is not None and size > limits.size:
            raise TooLarge
        yield cells


def _padded(records: Iterator[list[str]]) -> Iterator[list[str]]:
    """Empty cells at the end of a row are not in the file; as CSV they are."""
    header = next(records, None)
    if header is None:
        raise Unreadable(EMPTY)
    yield header
    for cells in records:
        yield cells + [""] * (len(header) - len(cells))


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """A cell's value as its program would write it to CSV, with a point in numbers and dates as ISO has them."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime():
            return (value.date() if value.time() == time.min else value).isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


@contextmanager
def _seekable(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file from its beginning; what comes through a pipe waits on disk."""
    if file.seekable():
        file.seek(0)
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        yield copy


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """Whatever zipfile and openpyxl raise at a file that is not as it should be: there are a dozen ways."""
    try:
        yield
    except (Unreadable, TooLarge, MemoryError):
        raise
    except OSError as error:
        if error.errno is not None:  # the disk's, not the file's
            raise
        raise _damaged() from None
    except Exception:
        raise _damaged() from None


def _damaged() -> Unreadable:
    return Unreadable("The file is damaged, or no Excel workbook (.xlsx): it cannot be read.")
