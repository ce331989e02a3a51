"""Step three, rows → records or reasons: every row by the rules of a single create."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clients.importing.read import Row
from duespark.records import Record, Rejected, validation_detail
from duespark.rules import SPACE

Check = Callable[[Row], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A row with the values to keep, or with the problem because of which it is refused."""

    row: Row
    kept: Mapping[str, Any]
    problem: str | None = None


def checked(rows: Iterable[Row], check: Check) -> Iterator[Checked]:
    """Every row, through one check, which raises `Rejected`."""
    for row in rows:
        if row.errors:
            yield Checked(row, {}, problem(row.errors))
            continue
        try:
            yield Checked(row, check(row))
        except Rejected as rejected:
            yield Checked(row, {}, problem(rejected.errors))


def problem(errors: Mapping[str, Any], detail: str | None = None) -> str:
    """Why a row is refused, in the form in which it waits beside the row for the report."""
    return json.dumps({"detail": detail or validation_detail(errors), "errors": errors})


def client_check(record: Record, *, update: bool) -> Check:
    """The rules of a client. An update keeps the name that is there where a file's cell is empty."""

    def check(row: Row) -> dict[str, Any]:
        if update and row.cells is not None and not row.sent["name"].strip(SPACE):
            return {**record.check({**row.sent, "name": "kept"}), "name": None}
        return record.check(row.sent)

    return check


def invoice_check(record: Record) -> Check:
    """The rules of an invoice and of what has been paid on it."""

    def check(row: Row) -> dict[str, Any]:
        kept = record.check(row.sent)
        paid = kept.get("paid_amount")
        if paid is None and kept.get("payment_date"):
            kept["paid_amount"] = kept["amount"]
        elif paid is not None and paid > kept["amount"]:
            raise Rejected({"paid_amount": ["Must not be more than the amount."]})
        return kept

    return check
