"""The back office's screens of clients."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import FileResponse, HttpRequest
from django.utils.html import format_html

from accounts.backoffice.display import Link, Table, add_url, badge, money, with_below
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.looking import note
from accounts.backoffice.modeladmin import TenantAdmin
from accounts.backoffice.verbs import Verb
from accounts.models import Account, Look
from clients import fields
from clients.admin.client_page import PeriodShown, Standing, facts, latest_invoices, latest_payments
from clients.admin.filters import ActiveFilter, CountryFilter, CreatedFilter, OverdueFilter, OwesFilter
from clients.admin.page import PageAdmin
from clients.exporting import exported
from clients.history import CLIENT_LOG
from clients.models import Client, ClientCount, Invoice, Payment
from clients.models.client import OWED, folded
from duespark.clock import today

COUNTED_BY = {"account", "is_active__exact"}  # filters by which the number of clients is kept
NOT_FILTERS = {"p", "o", "all", "e"}


class ClientForm(RecordForm):
    record = fields.CLIENT
    account = forms.ModelChoiceField(Account.objects.none())

    class Meta:
        help_texts = {
            "email": "Where invoices go. No other client of the account may have it.",
            "phone": "With the country's code, such as +1 555 123 4567.",
            "tax_id": "As it is to stand on invoices: a VAT number, an EIN.",
            "country": "Its two letters, such as US or DE.",
            "payment_terms": "Days from an invoice's issue to its due date; 30 if left empty.",
            "notes": "For the account's own eyes; they stand on no invoice.",
        }

    def add(self, **values: Any) -> Client:
        return Client.add(values.pop("account").pk, **values)


def _asks_who_owes(request: HttpRequest) -> bool:
    return "yes" in (request.GET.get("owes"), request.GET.get("overdue"))


def _deactivating(clients: Any) -> str:
    """What is said before clients are deactivated."""
    owing = sum(client.total_owed > 0 for client in clients)
    owed = f" {owing:,} of them still owe money, which can be paid as before." if owing else ""
    return f"They get no new invoices until they are reactivated. Invoices, payments and history stay.{owed}"


@admin.register(Client)
class ClientAdmin(PageAdmin):
    form = ClientForm
    log = CLIENT_LOG
    change_form_template = "admin/clients/client.html"
    list_display = ("who", "owner", "invoiced", "paid", "owed", "created")
    list_filter = (
        *TenantAdmin.list_filter,
        ActiveFilter,
        OwesFilter,
        OverdueFilter,
        ("created_at", CreatedFilter),
        CountryFilter,
    )
    search_fields = ("name", "email", "tax_id")
    search_help_text = (
        "Name, email, tax id or id of the client, or the account's id. A tax id without a digit is found once an "
        "account is chosen."
    )
    actions = ("export", "export_for_spreadsheet")
    fieldsets = (
        (None, {"fields": ("account", ("name", "email"), ("phone", "tax_id"), "payment_terms", "notes")}),
        ("Address", {"fields": ("street", ("city", "state"), ("zip_code", "country"))}),
    )
    verbs = (
        Verb(
            "deactivate",
            "Deactivate",
            "deactivated",
            Client.deactivate,
            applies=lambda client: client.is_active,
            warning=_deactivating,
        ),
        Verb(
            "reactivate",
            "Reactivate",
            "reactivated",
            Client.reactivate,
            applies=lambda client: not client.is_active,
            warning="They can be invoiced again.",
            moot="active already",
        ),
    )

    def get_ordering(self, request: HttpRequest) -> Any:
        """Of those who owe something, who owes most comes first, account by account: as their index has them."""
        return ("account_id", OWED.desc()) if _asks_who_owes(request) else super().get_ordering(request)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account").defer("search_text")

    def search(self, request: HttpRequest, queryset: Any, text: str) -> tuple[Any, bool]:
        """Tax ids have no index: they are not read for an email, nor over all accounts for what looks like a name."""
        found = queryset.search(text)
        if "@" not in text and (request.GET.get("account") or any(sign.isdecimal() for sign in text)):
            found |= queryset.filter(tax_id__icontains=text)
        return found, False

    def kept_count(self, request: HttpRequest) -> int | None:
        asked = {name: str(value) for name, value in request.GET.items() if value and name not in NOT_FILTERS}
        active = {"1": True, "0": False}.get(asked.get("is_active__exact", ""))
        if not asked.keys() <= COUNTED_BY or (active is None) != ("is_active__exact" not in asked):
            return None
        counts: Any = ClientCount.objects
        counts = counts.for_account(asked["account"]) if "account" in asked else counts.all()
        return int(counts.total(active=active).values_list("total", flat=True)[0])

    def sorts_of_long_list(self, request: HttpRequest) -> tuple[str, ...]:
        """Every index begins with the account, and that of what is owed has none but those who owe something."""
        if not request.GET.get("account"):
            return ()
        return ("who", "owed") if _asks_who_owes(request) else ("who", "invoiced", "created")

    def option(self, row: Client) -> str:
        state = "" if row.is_active else " (deactivated)"
        return f"{row} · {row.account}{state}"

    @admin.display(description="name", ordering=folded("name"))
    def who(self, client: Client) -> str:
        """With the email below, and the state where it is not the usual one."""
        state = "" if client.is_active else badge("deactivated")
        name = format_html('<span class="name"><span>{}</span> {}</span>', client.name, state)
        return with_below(name, client.email)

    @admin.display(description="invoiced", ordering="total_invoiced")
    def invoiced(self, client: Client) -> str:
        return money(client.total_invoiced, client.account.currency)

    @admin.display(description="paid", ordering="total_paid")
    def paid(self, client: Client) -> str:
        return money(client.total_paid, client.account.currency)

    @admin.display(description="owed", ordering=OWED)
    def owed(self, client: Client) -> str | None:
        return money(client.total_owed, client.account.currency) if client.total_owed else None

    @admin.display(description="created", ordering="created_at")
    def created(self, client: Client) -> date:
        return client.created_at.date()

    @admin.action(description="Export as CSV", permissions=["change"])
    def export(self, request: HttpRequest, clients: Any, *, for_spreadsheet: bool = False) -> FileResponse | None:
        """A file is one account's: a customer's list must not come with another's."""
        first = clients.first()
        if first and clients.exclude(account=first.account_id).exists():
            one = (
                "These clients belong to several accounts. Filter the list by one: a file holds one account's clients."
            )
            self.message_user(request, one, messages.ERROR)
            return None
        note(request, self, Look.What.EXPORT, [first] if first else [])
        return FileResponse(
            exported(clients.order_by("created_at", "pk"), for_spreadsheet=for_spreadsheet),
            as_attachment=True,
            filename=f"clients-{today()}.csv",
            content_type="text/csv; charset=utf-8",
        )

    @admin.action(description="Export as CSV for a spreadsheet", permissions=["change"])
    def export_for_spreadsheet(self, request: HttpRequest, clients: Any) -> FileResponse | None:
        return self.export(request, clients, for_spreadsheet=True)

    def currency(self, row: Client) -> str:
        return row.account.currency

    def heading(self, row: Any) -> str:
        return row.name

    def overview(self, request: HttpRequest, row: Client) -> dict[str, Any]:
        standing = Standing.of(row)
        state = "overdue" if standing.count else ""
        return {
            "badges": [badge("active" if row.is_active else "deactivated"), *([badge(state)] if state else [])],
            "figures": list(standing.figures()),
            "facts": facts(row),
            "notes": row.notes,
            "period": PeriodShown.of(row, request.GET.get("period", "")),
            "related": list(self._related(request, row)),
            **self.latest(row),
        }

    def _related(self, request: HttpRequest, row: Client) -> Iterator[Table]:
        if self.may_see(request, Invoice):
            yield latest_invoices(row)
        if self.may_see(request, Payment):
            yield latest_payments(row)

    def links_for(self, request: HttpRequest, row: Client) -> list[Link]:
        if not (row.is_active and self.may_add(request, Invoice)):
            return []
        return [Link("Issue an invoice", add_url(Invoice, client=row.pk), adds=True)]
