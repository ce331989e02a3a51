"""What became of a client or an invoice, in words: who did what when, and each field from what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django_countries import countries

from accounts.backoffice.display import money
from accounts.models import User
from clients.entries import IDS
from clients.history import Entries, Log
from clients.models import Client, Invoice, Payment

MODELS: Mapping[str, Any] = {"client": Client, "invoice": Invoice, "payment": Payment}
LABELS = {"is_active": "state", "cancelled_at": "cancelled"}
NOTHING = "—"
LONG = 300  # characters of a text beyond which it is cut


class Line(NamedTuple):
    """A field that has changed; of what was made, `old` is nothing."""

    label: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Told:
    """An entry of the history as a sentence, `who` `what`, with the fields that it is about."""

    at: datetime
    who: str
    what: str
    lines: list[Line]
    is_making: bool


def everybodys_names(account: Any, users: set[str]) -> dict[str, str]:
    """Staff's, too, who belong to another account."""
    found: Any = User.objects.filter(pk__in=users)
    return {user.pk: f"{user.get_full_name()}{' (DueSpark)' if user.is_staff else ''}" for user in found}


def history(log: Log, row: Any) -> Entries:
    return replace(log.of(row), names=everybodys_names)


def told(entries: list[dict[str, Any]], about: str, currency: str) -> list[Told]:
    """Entries of the history of an `about`, such as a client."""
    return [
        Told(
            entry["at"],
            _who(entry["by"]),
            _what(entry, about, currency),
            list(_lines(entry, currency)),
            entry["action"] == "created",
        )
        for entry in entries
    ]


def _who(by: Mapping[str, Any]) -> str:
    if by["type"] == "sql":
        return "Somebody, directly in the database,"
    return f"The command {by['name']}" if by["type"] == "command" else by["name"] or by["id"]


def _what(entry: Mapping[str, Any], about: str, currency: str) -> str:
    kind, action = entry["object"], entry["action"]
    verb = "changed" if action == "updated" else action
    if kind == about:
        return f"{verb} the {kind}"
    amount = next((change["new"] or change["old"] for change in entry["changes"] if change["field"] == "amount"), None)
    name = f"a {kind} of {amount:,.2f} {currency}" if isinstance(amount, Decimal) else f"a {kind}"
    return f"{'recorded' if action == 'created' else verb} {name}"


def _lines(entry: Mapping[str, Any], currency: str) -> Iterator[Line]:
    for change in entry["changes"]:
        column = change["field"].removeprefix("address.")
        if column in IDS and change["old"] is None:
            continue  # what it was made for is what this page is about
        field = MODELS[entry["object"]]._meta.get_field(column)
        label = LABELS.get(column, str(field.verbose_name))
        yield Line(label, *(shown(column, change[side], currency) for side in ("old", "new")))


def shown(column: str, value: Any, currency: str) -> Any:
    """A value of a column, as an entry has it, for people."""
    if value is None:
        return NOTHING
    if column == "is_active":
        return "active" if value else "deactivated"
    if column == "payment_terms":
        return f"{value} days"
    if column == "country":
        return countries.name(value) or value
    if column == "amount":
        return money(Decimal(value), currency)
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if column.endswith("_date"):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return f"{value[:LONG]}…" if len(value) > LONG else value
