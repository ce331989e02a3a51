"""The lists' query parameters."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F

from clients.fields import CLIENT_ID, DAY, MAX_AMOUNT
from clients.models import ClientCount, Invoice
from clients.models.client import ClientQuerySet, folded
from duespark.api.filters import FEW, Filters, RuleFilter, SortFilter, SortingFilterSet
from duespark.ids import uuid_of
from duespark.rules import Choice, Flag, Money, Text

BOUND = Money(MAX_AMOUNT, minimum=Decimal(0))
TRIGRAM = re.compile(r"[^\W_]{3}")
NOBODY = UUID(int=0)
SEARCH = Text(500, multiline=True)  # the longest name and the longest email fit in together


class SearchFilter(RuleFilter):
    """Each word is a value of its own."""

    skewed = True

    def kind(self, value: str) -> int:
        """How many of the words, the first ones of the values, are long enough for an index of trigrams."""
        return sum(TRIGRAM.search(word) is not None for word in value.split())

    def values(self, value: str) -> list[str]:
        return sorted(value.split(), key=lambda word: TRIGRAM.search(word) is None)

    def narrowed(self, queryset: ClientQuerySet, kind: int, values: Sequence[Any]) -> ClientQuerySet:
        return queryset.containing(*values[:kind]).containing_short(*values[kind:])


class ClientIdFilter(RuleFilter):
    """Rows of one client. One that is malformed, unknown or foreign has none here."""

    def values(self, value: str) -> list[UUID]:
        try:
            return [uuid_of(value, "client")]
        except ValidationError:
            return [NOBODY]


class ClientFilterSet(SortingFilterSet):
    SORTS = {
        "name": folded("name"),
        "email": folded("email"),
        "created_at": F("created_at"),
        "total_invoiced": F("total_invoiced"),
    }
    UNIQUE = frozenset({"email"})

    search = SearchFilter(SEARCH, help_text="Every word must occur in the name or the email.")
    is_active = RuleFilter(Flag(), fixed=True, help_text="Only active, or only deactivated, clients.")
    sort_by = SortFilter(SORTS, "created_at", "Sort field.")

    @classmethod
    def few(cls, filters: Filters, sort_by: str) -> int:
        """More, where matches stand together: of a name, in the order of names. Fewer, where no index finds them."""
        if any(name == "search" and kind < words for name, kind, words in filters):
            return FEW // 10
        return FEW * 10 if sort_by in ("name", "email") else FEW

    @classmethod
    def total(cls, queryset: Any, asked: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        """Kept, but for what is searched."""
        if "search" in asked:
            return super().total(queryset, asked, given)
        return ClientCount.objects.for_account(given["account"]).total(active=asked.get("is_active"))


class ClientExportFilterSet(ClientFilterSet):
    """The oldest first, so that clients come into another account in the order in which they came into this one."""

    sort_order = SortFilter(("asc", "desc"), "asc", "Sort order.")


class InvoiceFilterSet(SortingFilterSet):
    SORTS = {
        "created_at": F("created_at"),
        "due_date": F("due_date"),
        "amount": F("amount"),
        "status": F("derived_status"),
    }

    client_id = ClientIdFilter(CLIENT_ID, help_text="Invoices of this client.")
    status = RuleFilter(Choice(Invoice.STATUSES), "derived_status", fixed=True, help_text="The derived status.")
    due_after = RuleFilter(DAY, "due_date", "gte", help_text="Due on this day or later.")
    due_before = RuleFilter(DAY, "due_date", "lte", help_text="Due on this day or earlier.")
    min_amount = RuleFilter(BOUND, "amount", "gte", help_text="Of this amount or more.")
    max_amount = RuleFilter(BOUND, "amount", "lte", help_text="Of this amount or less.")
    sort_by = SortFilter(SORTS, "created_at", "Sort field.")


class PaymentOrder(SortingFilterSet):
    """The latest day first."""

    SORTS = {"payment_date": F("payment_date")}

    sort_by = SortFilter(SORTS, "payment_date", "Sort field.")
