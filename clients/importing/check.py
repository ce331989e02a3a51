"""Step three, rows → records or reasons: every row by the rules of a single create.

Most rows are plainly right, which is seen by column; any other is checked alone, as a single create is.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from clients.importing.batches import Batch, Row
from duespark.records import Record, Rejected, validation_detail
from duespark.rules import SPACE


@dataclass(frozen=True)
class Check:
    """The rules for the rows of one import.

    `one` gives a row's values to keep, or raises `Rejected`; `across` are rules between columns, and says
    which rows may break them. `derived` are values that `one` alone gives, for the rows that have any.
    `reference` is the field by which the report names a row.
    """

    record: Record
    reference: str
    one: Callable[[Row], Mapping[str, Any]]
    across: Callable[[dict[str, list[Any]]], Iterable[int]] = lambda columns: ()
    derived: Sequence[str] = ()
    null_is_a_value: bool = False  # as in an update, which a null clears a field of


@dataclass(frozen=True)
class Checked:
    """A batch's good rows, their values by column; and the refused, each with what it is called and its problem.

    `row` among the columns is the row's number, `reference` what it is to be called, where that is not
    the value kept. `places` are those of the good rows in the batch.
    """

    batch: Batch
    places: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    refused: Sequence[tuple[Row, Any, str]]


def checked(batches: Iterable[Batch], check: Check) -> Iterator[Checked]:
    """Every batch, through one check."""
    for batch in batches:
        columns, doubtful = _by_column(batch, check)
        refused: dict[int, tuple[Row, Any, str]] = {}
        for index in sorted(doubtful):
            row = batch.row(index)
            kept: Mapping[str, Any] = {}
            try:
                if row.errors:
                    raise Rejected(row.errors)
                kept = check.one(row)
            except Rejected as rejected:
                refused[index] = (row, row.sent.get(check.reference), problem(rejected.errors))
            for name in (*check.record.all_rules, *check.derived):
                columns[name][index] = kept.get(name)
            columns["reference"][index] = row.sent.get(check.reference)
        places: Sequence[int] = range(len(batch))
        if refused:
            good = [index not in refused for index in places]
            columns = {name: list(compress(column, good)) for name, column in columns.items()}
            places = list(compress(places, good))
        yield Checked(batch, places, columns, list(refused.values()))


def _by_column(batch: Batch, check: Check) -> tuple[dict[str, list[Any]], set[int]]:
    """What is plainly right; and the places of the rows that need a look of their own."""
    size = len(batch)
    columns: dict[str, list[Any]] = {
        name: [None] * size for name in (*check.record.all_rules, *check.derived, "reference")
    }
    columns["row"] = list(range(batch.first, batch.first + size))
    if check.null_is_a_value and batch.absent is None:
        return columns, set(range(size))
    sent = batch.columns(check.record.all_rules)
    kept, doubtful = check.record.check_columns(sent, batch.absent)
    columns |= kept
    names, called = sent[check.reference], columns[check.reference]
    if names != called:
        columns["reference"] = [one if one != other else None for one, other in zip(names, called, strict=True)]
    return columns, doubtful.union(batch.odd, check.across(columns))


def problem(errors: Mapping[str, Any], detail: str | None = None) -> str:
    """Why a row is refused, in the form in which it waits beside the row for the report."""
    return json.dumps({"detail": detail or validation_detail(errors), "errors": errors})


def client_check(record: Record, *, update: bool) -> Check:
    """The rules of a client; `cleared` are the fields that a null was sent for.

    An update keeps the name that is there where a file's cell is empty.
    """

    def one(row: Row) -> Mapping[str, Any]:
        if update and row.cells is not None and not row.sent["name"].strip(SPACE):
            return {**record.check({**row.sent, "name": "kept"}), "name": None}
        kept = record.check(row.sent)
        return {**kept, "cleared": [name for name, value in kept.items() if value is None] or None}

    return Check(record, "email", one, derived=("cleared",), null_is_a_value=update)


def invoice_check(record: Record) -> Check:
    """The rules of an invoice and of what has been paid on it."""

    def one(row: Row) -> Mapping[str, Any]:
        kept = record.check(row.sent)
        paid = kept.get("paid_amount")
        if paid is None and kept.get("payment_date"):
            kept["paid_amount"] = kept["amount"]
        elif paid is not None and paid > kept["amount"]:
            raise Rejected({"paid_amount": ["Must not be more than the amount."]})
        return kept

    def across(columns: dict[str, list[Any]]) -> Iterator[int]:
        amounts, paid, days = (columns[name] for name in ("amount", "paid_amount", "payment_date"))
        for index, (amount, some, day) in enumerate(zip(amounts, paid, days, strict=True)):
            if some is None:
                if day is not None:
                    paid[index] = amount
            elif amount is None or some > amount:
                yield index

    return Check(record, "client_email", one, across)
