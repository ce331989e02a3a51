"""The lists' query parameters."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import F

from clients.fields import CLIENT_ID, DAY, MAX_AMOUNT
from clients.models import Invoice
from clients.models.client import ClientQuerySet, folded
from clients.models.invoice import InvoiceQuerySet
from duespark.api.filters import RuleFilter, SortingFilterSet
from duespark.rules import Choice, Flag, Money, Text

BOUND = Money(MAX_AMOUNT, minimum=Decimal(0))
SEARCH = Text(500, multiline=True)  # the longest name and the longest email fit in together


class ClientFilterSet(SortingFilterSet):
    SORTS = {
        "name": folded("name"),
        "email": folded("email"),
        "created_at": F("created_at"),
        "total_invoiced": F("total_invoiced"),
    }

    search = RuleFilter(SEARCH, method="matching", help_text="Every word must occur in the name or the email.")
    is_active = RuleFilter(Flag(), "is_active", help_text="Only active, or only deactivated, clients.")
    sort_by = RuleFilter(Choice(tuple(SORTS)), method="sorted_later", default="created_at", help_text="Sort field.")

    def matching(self, queryset: ClientQuerySet, name: str, value: str) -> ClientQuerySet:
        return queryset.search(value)


class InvoiceFilterSet(SortingFilterSet):
    SORTS = {
        "created_at": F("created_at"),
        "due_date": F("due_date"),
        "amount": F("amount"),
        "status": F("derived_status"),
    }

    client_id = RuleFilter(CLIENT_ID, method="of_client", help_text="Invoices of this client.")
    status = RuleFilter(Choice(Invoice.STATUSES), method="having_status", help_text="The derived status.")
    due_after = RuleFilter(DAY, "due_date", "gte", help_text="Due on this day or later.")
    due_before = RuleFilter(DAY, "due_date", "lte", help_text="Due on this day or earlier.")
    min_amount = RuleFilter(BOUND, "amount", "gte", help_text="Of this amount or more.")
    max_amount = RuleFilter(BOUND, "amount", "lte", help_text="Of this amount or less.")
    sort_by = RuleFilter(Choice(tuple(SORTS)), method="sorted_later", default="created_at", help_text="Sort field.")

    def of_client(self, queryset: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        """A client that is malformed, unknown or foreign has no invoices here."""
        try:
            return queryset.filter(client_id=value)
        except ValidationError:
            return queryset.none()

    def having_status(self, queryset: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        return queryset.filter(derived_status=value)  # type: ignore[misc]  # an alias of with_status()
