"""An import over the API: what may be sent, and its refusals in the API's terms."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import APIException, ValidationError

from accounts.models import Account
from clients.importing import (
    CLIENT_COLUMNS,
    Limits,
    Options,
    Refused,
    Report,
    TooLarge,
    Unreadable,
    import_clients,
    rows_of_csv,
    rows_of_list,
)
from clients.importing.read import Source
from duespark.api.exceptions import PayloadTooLarge
from duespark.api.parsers import MEGABYTE
from duespark.postgres import retry_deadlock
from duespark.records import Record
from duespark.rules import Choice, Flag

LIMITS = Limits(size=50 * MEGABYTE, rows=100_000)
OPTIONS = Record({"on_duplicate": Choice(("error", "skip", "update")), "dry_run": Flag(), "atomic": Flag()})


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


def import_upload(account: Account, data: Any, options: Options) -> Report:
    """Imports what the request's parser made of its body: JSON, a form with a file, or a file."""
    try:
        return _import(account, data, options)
    except Unreadable as error:
        raise ValidationError({"file": [str(error), *([error.found] if error.found else [])]}) from None
    except TooLarge:
        limit = f"{LIMITS.rows:,} rows or {(LIMITS.size or 0) // MEGABYTE} MB once unpacked"
        raise PayloadTooLarge(
            f"The import is larger than {limit}; `manage.py import_clients` has no such limit."
        ) from None
    except Refused as refused:
        raise ImportRefused(refused.report) from None
    finally:
        if hasattr(data, "close"):  # a form's files are the request's to close, a body's are nobody's
            data.close()


@retry_deadlock
def _import(account: Account, data: Any, options: Options) -> Report:
    return import_clients(account, _source(data), options)


def _source(data: Any) -> Source:
    if not isinstance(data, Mapping):
        if hasattr(data, "read"):
            data.seek(0)
            return rows_of_csv(data, CLIENT_COLUMNS, LIMITS)
        raise ValidationError({"clients": [f"The body must be an object with a list of clients, not {_kind(data)}."]})
    file: Any = data.get("file")
    if hasattr(file, "read"):
        file.seek(0)
        return rows_of_csv(file, CLIENT_COLUMNS, LIMITS)
    if "clients" in data and isinstance(clients := data["clients"], list):
        return rows_of_list(clients, LIMITS)
    if "clients" in data:
        raise ValidationError({"clients": [f"Must be a list, not {_kind(data['clients'])}."]})
    raise ValidationError({"clients": ["Send a list of clients as JSON, or a CSV file as the field `file`."]})


def _kind(value: Any) -> str:
    """What JSON calls a value of this type."""
    kinds = ((list, "a list"), (bool, "a boolean"), (str, "text"), (dict, "an object"), (type(None), "null"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "a number")
