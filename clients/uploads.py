"""An import over the API: what may be sent, and its refusals in the API's terms."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.exceptions import APIException, ValidationError

from accounts.models import Account
from clients.importing import (
    CLIENT_COLUMNS,
    INVOICE_COLUMNS,
    Limits,
    NotUTF8,
    Options,
    Refused,
    Report,
    TooLarge,
    Unreadable,
    import_clients,
    import_invoices,
    rows_of_file,
    rows_of_list,
)
from clients.importing.columns import Columns
from clients.importing.read import Source
from clients.importing.report import rejecting
from duespark.api.exceptions import PayloadTooLarge
from duespark.api.json import MalformedJSON, decode
from duespark.api.parsers import MEGABYTE
from duespark.postgres import retry_deadlock
from duespark.records import Record, Rejected
from duespark.rules import Choice, Flag, Invalid, Text

LIMITS = Limits(size=50 * MEGABYTE, rows=100_000)


@dataclass(frozen=True)
class MappingText:
    """A JSON object of a file's columns and their fields, as text; a null or an empty text is no field."""

    def __call__(self, value: Any) -> dict[str, str | None]:
        try:
            mapping = decode(value.encode()) if type(value) is str else None
        except (MalformedJSON, UnicodeError):
            mapping = None
        if not isinstance(mapping, dict) or not all(isinstance(name, str | None) for name in mapping.values()):
            raise Invalid('Must be a JSON object of columns and fields, such as {"Their column": "email"}.')
        return mapping

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/json", "examples": ['{"Their column": "email"}']}


@dataclass(frozen=True)
class Upload:
    """What may be imported: its name, its columns, what is done with it, and what to do with a duplicate."""

    noun: str
    columns: Columns
    run: Callable[[Account, Source, Options], Report]
    on_duplicate: tuple[str, ...]

    @property
    def options(self) -> Record:
        return Record({"on_duplicate": Choice(self.on_duplicate), "dry_run": Flag(), "atomic": Flag()})


CLIENTS = Upload("clients", CLIENT_COLUMNS, import_clients, ("error", "skip", "update"))
INVOICES = Upload("invoices", INVOICE_COLUMNS, import_invoices, ("error", "skip"))
READING = Record({"encoding": Text(40), "mapping": MappingText()})


class ImportRefused(APIException):
    """An atomic import with bad rows: the report that it would have been, as a problem."""

    status_code = 400

    def __init__(self, report: Report) -> None:
        first = report.errors[0]
        summary = f"{report.error_count} of {report.total} rows are refused and nothing is written"
        super().__init__(f"Validation error: {summary}; row {first.row}: {first.detail}", "VALIDATION_ERROR")
        self.members = {
            "errors": report.errors,
            "error_count": report.error_count,
            "total": report.total,
            "dry_run": report.dry_run,
        }


def import_upload(upload: Upload, account: Account, data: Any, options: Options, query: QueryDict) -> Report:
    """Imports what the request's parser made of its body: JSON, a form with a file, or a file.

    How a file is to be read stands in the query, or in the form beside it.
    """
    try:
        return _import(upload, account, data, options, _reading(query, data))
    except NotUTF8 as error:
        hint = "Name its encoding with encoding=, such as encoding=cp1252."
        raise ValidationError({"file": [f"{error} {hint}", error.found]}) from None
    except Unreadable as error:
        raise ValidationError({error.about: [str(error), *([error.found] if error.found else [])]}) from None
    except TooLarge:
        limit = f"{LIMITS.rows:,} rows or {(LIMITS.size or 0) // MEGABYTE} MB once unpacked"
        raise PayloadTooLarge(
            f"The import is larger than {limit}; `manage.py import_{upload.noun}` has no such limit."
        ) from None
    except Refused as refused:
        raise ImportRefused(refused.report) from None


def _reading(query: QueryDict, data: Any) -> dict[str, Any]:
    form = data.dict() if isinstance(data, QueryDict) else {}
    try:
        return READING.check({**form, **query.dict()})
    except Rejected as rejected:
        raise ValidationError(rejected.errors) from None


@retry_deadlock
def _import(upload: Upload, account: Account, data: Any, options: Options, reading: dict[str, Any]) -> Report:
    file: Any = data.get("file") if isinstance(data, Mapping) else data
    if not hasattr(file, "read"):
        return upload.run(account, rows_of_list(_list(upload.noun, data), LIMITS), options)
    if isinstance(file, UploadedFile):
        options = replace(options, file_name=file.name)
    return import_file(upload, account, file, options, **reading)


def import_file(upload: Upload, account: Account, file: IO[bytes], options: Options, **reading: Any) -> Report:
    """Imports a file, from its beginning; its refused rows are in the report."""
    file.seek(0)
    source = rows_of_file(file, upload.columns, LIMITS, **reading)
    rejected = io.StringIO()
    report = upload.run(account, source, replace(options, reject=rejecting(rejected, source.header)))
    report.rejected_csv = rejected.getvalue() if report.error_count else None
    return report


def _list(noun: str, data: Any) -> list[Any]:
    if not isinstance(data, Mapping):
        raise ValidationError({noun: [f"The body must be an object with a list of {noun}, not {_kind(data)}."]})
    if noun in data and isinstance(items := data[noun], list):
        return items
    if noun in data:
        raise ValidationError({noun: [f"Must be a list, not {_kind(data[noun])}."]})
    raise ValidationError({noun: [f"Send a list of {noun} as JSON, or a CSV file as the field `file`."]})


def _kind(value: Any) -> str:
    """What JSON calls a value of this type."""
    kinds = ((list, "a list"), (bool, "a boolean"), (str, "text"), (dict, "an object"), (type(None), "null"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "a number")
