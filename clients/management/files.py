"""What the commands have to do with files: those they are named, standard input and output, and how these fail."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError


@contextmanager
def failing_in_words() -> Iterator[None]:
    """An error of the operating system as one sentence, and exit code 2."""
    try:
        yield
    except BrokenPipeError:  # the reader, `head` perhaps, has all it wants
        _leave_quietly()
    except OperationalError as error:  # the database is away, or broke a deadlock by giving this up
        raise CommandError(f"The database gave up and nothing is written: {error}", returncode=2) from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{place}{error.strerror or error}.", returncode=2) from None


@contextmanager
def reading(path: str) -> Iterator[IO[bytes]]:
    """The bytes of a file; - is standard input."""
    if path == "-":
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as file:
        yield file


@contextmanager
def writing(command: BaseCommand, path: str | None) -> Iterator[Any]:
    """A text file in UTF-8; without a path, standard output."""
    if path:
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            yield file
        return
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # whatever the terminal's
    yield command.stdout
    command.stdout.flush()


def is_file(file: IO[bytes], path: str) -> bool:
    """Whether an open file is the one at this path, under whatever name it was opened."""
    try:
        opened, named = os.fstat(file.fileno()), os.stat(path)
    except OSError:  # there is none yet, or the open one is none of the system's
        return False
    return stat.S_ISREG(named.st_mode) and os.path.samestat(opened, named)


def size_of(file: IO[bytes]) -> int | None:
    """The bytes of an open file; None where nobody can know, as of a pipe."""
    try:
        opened = os.fstat(file.fileno())
    except OSError:
        return None
    return opened.st_size if stat.S_ISREG(opened.st_mode) else None


def _leave_quietly() -> None:
    """Ends the program; its last flush, too, would meet the broken pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)
