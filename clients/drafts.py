"""An import of the back office: a file is looked at, waits, and goes in when somebody says so.

The preview is the pipeline's own dry run, so that it goes the import's way to the last step. A draft is
locked while it is looked at again or goes in: who comes second sees what the first has done.
"""

import gzip
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any

from django.db import transaction

from accounts.models import Account
from clients.importing import NotUTF8, Options, Report, TooLarge, Unreadable
from clients.importing.kinds import LIMITS, UPLOADS, Upload
from clients.importing.read import opening_of
from clients.importing.report import printable
from clients.models import Import, ImportDraft
from clients.models.drafts import packed
from duespark.errors import Conflict
from duespark.postgres import retry_deadlock, take_longer
from duespark.sizes import SPOOL

SHOWN_COLUMNS = 200
SHOWN_REFUSED = 20
SHOWN_TEXT = 100  # characters of a title or a cell
ACCOUNT_CLOSED = "The account has been closed, and nothing is imported into it."


@dataclass(frozen=True)
class Asked:
    """What an import is asked for; `fields` are those of the columns by their position, empty by their titles."""

    on_duplicate: str
    encoding: str | None = None
    fields: Sequence[str | None] = ()


class Problem(Exception):
    """Why nothing can come of a file as it is asked for: `about` the file, its size, encoding or mapping."""

    def __init__(self, about: str, text: str) -> None:
        super().__init__(text)
        self.about = about


class Stale(Exception):
    """What is asked for is not what has been previewed."""


@retry_deadlock
def begin(account: Account, kind: str, file: Any, asked: Asked) -> ImportDraft:
    """A draft of an uploaded file; raises the `Problem` of one of which nothing can come, however it is asked for."""
    looked = _looked_at(UPLOADS[kind], account, file, asked)
    problem = looked["preview"]["problem"]
    if problem and problem["about"] in ("file", "size"):
        raise Problem(**problem)
    ImportDraft.objects.sweep()
    draft = ImportDraft(account=account, kind=kind, file_name=printable(file.name))
    draft.keep(**looked, content=packed(file))
    return draft


@retry_deadlock
def look_again(draft: ImportDraft, asked: Asked) -> None:
    """Another preview, of what is asked for now. With another encoding its columns may be called otherwise."""
    with _held(draft) as held:
        if held.result_id:
            return
        if asked.encoding != held.encoding:
            asked = replace(asked, fields=())
        with held.file() as file:
            held.keep(**_looked_at(UPLOADS[held.kind], held.account, file, asked))


@retry_deadlock
def carry_out(draft: ImportDraft, asked: Asked) -> tuple[Import, bool]:
    """The import, and whether it was this call that did it; raises `Stale`, and `Conflict` for a closed account."""
    with _held(draft) as held:
        if held.result:
            return held.result, False
        if held.preview["problem"] or asked != previewed(held):
            raise Stale
        if held.account.closed_at:
            raise Conflict(ACCOUNT_CLOSED)
        with held.file() as file:
            report, refused = _imported(UPLOADS[held.kind], held.account, file, asked, file_name=held.file_name)
        held.keep(content=None, result=report.record, **refused)
        return held.result, True


def previewed(draft: ImportDraft) -> Asked:
    """What its preview is of, with each column's field said."""
    return Asked(draft.on_duplicate, draft.encoding, [column["field"] for column in draft.preview["columns"]])


@contextmanager
def _held(draft: ImportDraft) -> Iterator[Any]:
    """The draft as it is now, to have alone until the transaction ends; it may be gone.

    What it refers to is not read along: it would be as it was before the wait. Nor are the refused rows, of
    which there will be others.
    """
    with transaction.atomic():
        take_longer()
        theirs = ImportDraft.objects.for_account(draft.account_id).defer("rejected")
        yield theirs.select_for_update(no_key=True).get(pk=draft.pk)


def _looked_at(upload: Upload, account: Account, file: IO[bytes], asked: Asked) -> dict[str, Any]:
    """What is to be kept of a look at a file."""
    preview: dict[str, Any] = {"problem": None, "columns": [], "counts": None}
    looked = {"on_duplicate": asked.on_duplicate, "encoding": asked.encoding, "preview": preview}
    try:
        with _as_problem(upload):
            file.seek(0)
            header, opening = opening_of(file, upload.columns, LIMITS, encoding=asked.encoding)
        preview["columns"] = list(_columns(upload, header, opening, asked))
        with _as_problem(upload, about="mapping"):
            upload.columns.understand(header, dict(enumerate(asked.fields)))
        report, refused = _imported(upload, account, file, asked, dry_run=True)
    except Problem as problem:
        preview["problem"] = {"about": problem.about, "text": str(problem)}
        return {**looked, "refused": [], "rejected": None}
    preview["counts"] = _counts(report)
    return {**looked, **refused}


def _imported(
    upload: Upload, account: Account, file: IO[bytes], asked: Asked, **options: Any
) -> tuple[Report, dict[str, Any]]:
    """What came of it, and what is to be kept of the refused rows: the first to show, and all as a file."""
    how = Options(Import.Source.BACK_OFFICE, on_duplicate=asked.on_duplicate, **options)
    reading = {"encoding": asked.encoding, "mapping": dict(enumerate(asked.fields))}
    with _as_problem(upload), tempfile.SpooledTemporaryFile(max_size=SPOOL) as zipped:
        with gzip.open(zipped, "wt", compresslevel=1, encoding="utf-8-sig", newline="") as rejected:
            report = upload.import_file(account, file, how, rejected, for_spreadsheet=True, **reading)
        zipped.seek(0)
        rows = zipped.read() if report.error_count else None
    first = report.errors[:SHOWN_REFUSED]
    return report, {
        "refused": [{"row": one.row, "email": one.email, "detail": one.detail} for one in first],
        "rejected": rows,
    }


@contextmanager
def _as_problem(upload: Upload, about: str | None = None) -> Iterator[None]:
    try:
        yield
    except NotUTF8 as error:
        raise Problem("encoding", f"{error} {error.found} Choose the encoding that it was saved in.") from None
    except Unreadable as error:
        text = f"{error} {error.found}" if error.found else str(error)
        raise Problem(about or error.about, printable(text)) from None
    except TooLarge:
        raise Problem("size", upload.too_large) from None


def _columns(
    upload: Upload, header: Sequence[str], opening: Sequence[Sequence[str]], asked: Asked
) -> Iterator[dict[str, Any]]:
    """Of each column its title, its field, and what stands in the first rows."""
    guessed = {index: upload.columns.name(field) for index, field in upload.columns.guess(header).items()}
    fields = dict(enumerate(asked.fields)) or guessed
    for index, title in enumerate(header[:SHOWN_COLUMNS]):
        cells = [_shown(cells[index]) for cells in opening if index < len(cells) and cells[index].strip()]
        yield {"title": _shown(title), "field": fields.get(index), "cells": cells}


def _shown(text: str) -> str:
    return printable(text.strip()[:SHOWN_TEXT])


def _counts(report: Report) -> dict[str, int]:
    """How many rows would come to what, by the names that an `Import` has for it."""
    return dict(zip(Import.COUNTS, (report.created, report.updated, report.skipped, report.error_count), strict=True))
