"""Step one, bytes → lines of text: unpacked, counted, decoded and numbered."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
BLOCK = 1 << 16  # characters
MAX_LINE = 10_000_000  # characters
NO_TEXT = "The first line is not text; UTF-16 must begin with a byte order mark."
# What `surrogateescape` makes of bytes that are not UTF-8: so they are found on their own line, not
# somewhere in the block that was decoded.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


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


class Lines:
    """The lines of a file in UTF-8 or UTF-16, gzipped or not; raises `Unreadable` where there are none.

    They are read, decoded and looked at a block at a time. The file is left to its owner to close.
    """

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        try:
            self._text = _decoded(_buffered(_unpacked(_buffered(file)), limits.size))
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise _damaged() from None
        self._lines = chain.from_iterable(self._blocks())

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def _blocks(self) -> Iterator[list[str]]:
        number, rest = 0, ""
        while block := self._read():
            text = rest + block
            # A CR at the end may be half of a line's end.
            cut = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
            lines, rest = _checked(text[:cut], number), text[cut:]
            number += len(lines)
            if len(rest) >= MAX_LINE:
                raise Unreadable(f"Line {number + 1} has {MAX_LINE:,} characters or more.")
            yield lines
        yield _checked(rest, number)

    def _read(self) -> str:
        try:
            return self._text.read(BLOCK)
        except UnicodeError:  # of UTF-16; what is not UTF-8 is found in its line
            raise Unreadable("The file begins as UTF-16 and does not go on as such.") from None
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise _damaged() from None


def _checked(text: str, number: int) -> list[str]:
    """The lines of a text that begins after line `number`."""
    if not text.isascii() and (wrong := _NOT_UTF8.search(text)):
        before = _split(text[: wrong.end()])
        if number == 0 and "\0" in before[0]:
            raise Unreadable(NO_TEXT)
        line = number + len(before)
        raise Unreadable(f"Line {line} is not UTF-8.", f"Found: the byte 0x{ord(wrong[0]) - 0xDC00:02X}.")
    return _split(text)


def _split(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def _damaged() -> Unreadable:
    return Unreadable("The file is damaged: it cannot be unpacked.")


def _unpacked(file: io.BufferedReader) -> IO[bytes]:
    start = file.peek(len(ZIP))
    if start.startswith(ZIP):
        raise Unreadable("The file is an Excel workbook or another ZIP archive; save it as CSV.")
    return gzip.GzipFile(fileobj=file) if start.startswith(GZIP) else file  # type: ignore[return-value]


def _decoded(file: io.BufferedReader) -> io.TextIOWrapper:
    start = file.peek(3)
    encoding = next((name for mark, name in ENCODINGS.items() if start.startswith(mark)), "utf-8")
    errors = "strict" if encoding == "utf-16" else "surrogateescape"
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")


def _buffered(file: IO[bytes], limit: int | None = None) -> io.BufferedReader:
    return io.BufferedReader(_Borrowed(file, limit), buffer_size=1 << 16)


class _Borrowed(io.RawIOBase):
    """Somebody else's file, read up to a limit of bytes and never closed."""

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
