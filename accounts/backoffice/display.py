"""How rows, money and states look on a page of the back office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

PAGE = 20  # rows of a table on another row's page


@dataclass(frozen=True)
class Table:
    """Related rows on a row's page, the latest first and no more than a page; `address` lists them all.

    `amounts` are the columns of numbers; `empty` is said where there are no rows, and `more` of the address.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    address: str
    amounts: Sequence[str] = ()
    empty: str = "None yet."
    more: str = "Show all"


@dataclass(frozen=True)
class Figure:
    """A number that a row's page sets out, and what it is made of."""

    label: str
    value: Any
    hint: str = ""


class Fact(NamedTuple):
    """What a row's page says of the row."""

    label: str
    value: Any


@dataclass(frozen=True)
class Link:
    """Where to go from a row's page."""

    label: str
    address: str
    adds: bool = False


def money(amount: Decimal, currency: str) -> SafeString:
    return format_html('<span class="money">{} {}</span>', f"{amount:,.2f}", currency)


def number(count: int) -> SafeString:
    return format_html('<span class="money">{}</span>', f"{count:,}")


def badge(state: str) -> SafeString:
    return format_html('<span class="badge {}">{}</span>', state, state)


def public_id(row: models.Model) -> SafeString:
    """As it is pasted into a ticket or a search."""
    return format_html("<code>{}</code>", row.pk)


def many(count: int, name: str) -> str:
    """1 invoice, 2,000 invoices."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def with_below(first: Any, second: Any) -> SafeString:
    """A thing, with a quiet line below where there is one to tell it from others."""
    return format_html("{}{}", first, format_html('<span class="below">{}</span>', second) if second else "")


def change_url(row: models.Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[quote(row.pk)])


def list_url(model: type[models.Model], **filters: Any) -> str:
    return _url(model, "changelist", filters)


def add_url(model: type[models.Model], **initial: Any) -> str:
    return _url(model, "add", initial)


def _url(model: type[models.Model], view: str, query: dict[str, Any]) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}")
    return f"{address}?{urlencode(query)}" if query else address


def link(row: models.Model, text: str = "") -> SafeString:
    return format_html('<a href="{}">{}</a>', change_url(row), text or row)
