"""Step one, bytes → lines of text: unpacked, counted, decoded and numbered."""

import codecs
import encodings
import gzip
import io
import pkgutil
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from encodings.aliases import aliases
from itertools import chain
from typing import IO, Any

ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
WIDE = ("utf-16", "utf-32")
GZIP = b"\x1f\x8b"
BLOCK = 1 << 16  # characters
MAX_LINE = 10_000_000  # characters
NO_TEXT = "The first line is not text; UTF-16 must begin with a byte order mark."
# What `surrogateescape` makes of bytes that are not of the encoding: so they are found on their own line,
# not somewhere in the block that was decoded.
_UNDECODED = re.compile("[\udc80-\udcff]")
# The standard library's codecs of text, but for those that no program writes tables in. Only these are looked
# up: it remembers every name that it was ever asked for.
_CODECS = {module.name for module in pkgutil.iter_modules(encodings.__path__)} - {
    "charmap", "idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf_7",
}  # fmt: skip


class Unreadable(ValueError):
    """A file that cannot be read at all, or not in the way that was asked for: nothing of it lands.

    The message says what is wrong in our words; `found` says what is there instead in the file's.
    What is wrong is `about` the file, or one of the options encoding and mapping.
    """

    def __init__(self, message: str, found: str | None = None, *, about: str = "file") -> None:
        super().__init__(message)
        self.found = found
        self.about = about


class NotUTF8(Unreadable):
    """A file in an encoding that nobody named; whoever asked for it says how to name one."""


class TooLarge(Exception):
    """A source of more bytes or rows than the caller allows."""


@dataclass(frozen=True)
class Limits:
    """How much one import may be, counted after unpacking; None is no limit."""

    size: int | None = None  # bytes
    rows: int | None = None


class Lines:
    """The lines of a file, gzipped or not; raises `Unreadable` where there are none.

    It is in the encoding that is named, or else in UTF-8, or in UTF-16 with a byte order mark: nothing is
    guessed. Lines are read, decoded and looked at a block at a time. The file is left to its owner to close.
    """

    def __init__(self, file: IO[bytes], limits: Limits, encoding: str | None = None) -> None:
        self._named = known_encoding(encoding) if encoding else None
        try:
            self._text = _decoded(_buffered(_unpacked(borrowed(file)), limits.size), self._named)
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
            lines, rest = self._checked(text[:cut], number), text[cut:]
            number += len(lines)
            if len(rest) >= MAX_LINE:
                raise Unreadable(f"Line {number + 1} has {MAX_LINE:,} characters or more.")
            yield lines
        yield self._checked(rest, number)

    def _read(self) -> str:
        try:
            return self._text.read(BLOCK)
        except UnicodeError:  # of encodings of several bytes; what others do not know is found in its line
            raise _undecodable(self._named) from None
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise _damaged() from None

    def _checked(self, text: str, number: int) -> list[str]:
        """The lines of a text that begins after line `number`."""
        if not text.isascii() and (wrong := _UNDECODED.search(text)):
            line = number + len(_split(text[: wrong.end()]))
            raise _undecoded(line, self._named, f"Found: the byte 0x{ord(wrong[0]) - 0xDC00:02X}.")
        return _split(text)


def _split(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def _damaged() -> Unreadable:
    return Unreadable("The file is damaged: it cannot be unpacked.")


def _undecoded(line: int, named: str | None, found: str) -> Unreadable:
    """A byte on this line that is none of the encoding's."""
    if named is None or named.startswith("utf-8"):
        return NotUTF8(f"Line {line} is not UTF-8.", found)
    return Unreadable(f"Line {line} is not {named}.", found, about="encoding")


def _undecodable(named: str | None) -> Unreadable:
    if named is None:
        return Unreadable("The file begins as UTF-16 and does not go on as such.")
    return Unreadable(f"The file is not {named}.", about="encoding")


def known_encoding(name: str) -> str:
    """The usual name of an encoding of text; raises `Unreadable` for what is none, or none of a table's."""
    key = encodings.normalize_encoding(name.strip()).lower()
    codec = aliases.get(key, key)
    if codec in _CODECS:
        with suppress(LookupError):
            found = codecs.lookup(codec)
            if found._is_text_encoding:
                return found.name
    raise Unreadable(
        "There is no such encoding; some that there are: utf-8, utf-16, cp1252, latin-1, shift_jis.",
        f"Found: {name}.",
        about="encoding",
    )


def _unpacked(file: io.BufferedReader) -> IO[bytes]:
    return gzip.GzipFile(fileobj=file) if file.peek(len(GZIP)).startswith(GZIP) else file  # type: ignore[return-value]


def _decoded(file: io.BufferedReader, named: str | None) -> io.TextIOWrapper:
    start = file.peek(3)
    marked = next((name for mark, name in ENCODINGS.items() if start.startswith(mark)), None)
    if marked is None and named is None and b"\0" in start.split(b"\n")[0]:
        raise Unreadable(NO_TEXT)
    encoding = named if named and named != "utf-8" else marked or "utf-8"
    errors = "strict" if encoding.startswith(WIDE) else "surrogateescape"
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")


def borrowed(file: IO[bytes]) -> io.BufferedReader:
    """A file to look into and read, which stays its owner's to close."""
    return _buffered(file)


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
