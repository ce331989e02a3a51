"""An import over the API: what may be sent, and its refusals in the API's terms."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.exceptions import APIException, ValidationError

from accounts.models import Account
from clients.importing import NotUTF8, Options, Refused, Report, TooLarge, Unreadable, rows_of_list
from clients.importing.kinds import LIMITS, Upload
from duespark.api.exceptions import PayloadTooLarge
from duespark.api.json import MalformedJSON, decode
from duespark.postgres import retry_deadlock
from duespark.records import Record, Rejected
from duespark.rules import Invalid, Text


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
        raise PayloadTooLarge(upload.too_large) from None
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
    rejected = io.StringIO()
    report = upload.import_file(account, file, options, rejected, **reading)
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
