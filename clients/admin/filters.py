"""What the lists of clients and invoices are narrowed by."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django_countries import countries

from accounts.backoffice.filters import ChoiceFilter, DropdownFilter
from accounts.backoffice.lists import CappedPaginator
from clients.admin.searching import is_narrowed
from clients.models import Invoice
from duespark.clock import today

TOO_MANY = "There are too many invoices to filter them all by status or due date. Choose an account or a client first."


class ActiveFilter(ChoiceFilter):
    title = "state"
    parameter_name = "is_active__exact"
    CHOICES = (("1", "Active"), ("0", "Deactivated"))

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(is_active=value == "1")


class OwesFilter(ChoiceFilter):
    title = "money owed"
    parameter_name = "owes"
    CHOICES = (("yes", "Owes money"), ("no", "Owes nothing"))

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.owing() if value == "yes" else queryset.filter(total_invoiced=F("total_paid"))


class OverdueFilter(ChoiceFilter):
    title = parameter_name = "overdue"
    CHOICES = (("yes", "Has overdue invoices"),)

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Only of clients that owe something, of which there is an index, is any invoice read."""
        theirs = Invoice.objects.overdue().filter(account=OuterRef("account"), client=OuterRef("pk"))
        return queryset.owing().filter(Exists(theirs))


class CreatedFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "date created"


class CountryFilter(DropdownFilter):
    title = parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in countries]


class ReadingFilter(ChoiceFilter):
    """By what no index serves over all accounts: offered where the invoices are few enough to read them all."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        if is_narrowed(request) or not _are_many(request):
            return self.CHOICES
        if self.parameter_name in request.GET:
            messages.warning(request, TOO_MANY)
        return ()


class StatusFilter(ReadingFilter):
    title = parameter_name = "status"
    CHOICES = tuple((status, status.capitalize()) for status in Invoice.STATUSES)

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(derived_status=value)


class DueFilter(ReadingFilter):
    title = "due date"
    parameter_name = "due"
    CHOICES = (("past", "Past"), ("today", "Today"), ("7", "Within 7 days"), ("30", "Within 30 days"))

    def narrowed(self, queryset: Any, value: str) -> Any:
        if value == "past":
            return queryset.filter(due_date__lt=today())
        days = 0 if value == "today" else int(value)
        return queryset.filter(due_date__range=(today(), today() + timedelta(days=days)))


def _are_many(request: Any) -> bool:
    """Whether all invoices make a long list; a request asks once."""
    if not hasattr(request, "invoices_are_many"):
        request.invoices_are_many = CappedPaginator(Invoice.objects.all(), 1).is_long
    return bool(request.invoices_are_many)
