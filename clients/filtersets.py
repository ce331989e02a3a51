"""The lists' query parameters."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F

from clients.fields import CLIENT_ID, DAY, MAX_AMOUNT
from clients.models import Invoice
from clients.models.client import ClientQuerySet, folded
from duespark.api.filters import RuleFilter, SortFilter, SortingFilterSet
from duespark.ids import uuid_of
from duespark.rules import Choice, Flag, Money, Text

BOUND = Money(MAX_AMOUNT, minimum=Decimal(0))
NOBODY = UUID(int=0)
SEARCH = Text(500, multiline=True)  # the longest name and the longest email fit in together


class SearchFilter(RuleFilter):
    """Each word is a value of its own."""

    def values(self, value: str) -> list[str]:
        return value.split()

    def narrowed(self, queryset: ClientQuerySet, values: Sequence[Any]) -> ClientQuerySet:
        return queryset.containing(*values)


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

    search = SearchFilter(SEARCH, help_text="Every word must occur in the name or the email.")
    is_active = RuleFilter(Flag(), fixed=True, help_text="Only active, or only deactivated, clients.")
    sort_by = SortFilter(SORTS, "created_at", "Sort field.")


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
