"""What the back office opens with: how clients stand, and what they owe, over all accounts or for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.backoffice.charts import BarChart, Series
from accounts.backoffice.display import Fact, Figure, Table, change_url, link, list_url, money, number, with_below
from accounts.backoffice.forms import RowSelect, row_field
from accounts.backoffice.looking import note
from accounts.models import Account, Look
from clients.admin.imports import name_writers
from clients.models import Client, Import, Invoice
from clients.receivables import (
    Debtor,
    Receivables,
    client_figures,
    currencies,
    debtors,
    no_receivables,
    receivables,
)

IMPORTS = 10
AGES = ("Due today or later", "1 to 30 days late", "31 to 60 days late", "61 to 90 days late", "More than 90 days late")


@dataclass(frozen=True)
class Dashboard:
    """The page's parts. Money of one currency: the account's, or the one that is asked for."""

    request: HttpRequest
    account: Account | None
    asked: str

    @property
    def title(self) -> str:
        return str(self.account or "All accounts")

    @property
    def address(self) -> str:
        return change_url(self.account) if self.account else ""

    @cached_property
    def _of(self) -> str | None:
        return self.account.pk if self.account else None

    @cached_property
    def _currencies(self) -> dict[str, int]:
        return {self.account.currency: 1} if self.account else dict(currencies())

    @cached_property
    def currency(self) -> str:
        """Unless another is asked for, that of most accounts."""
        first = next(iter(self._currencies), "")
        return self.asked if self.asked in self._currencies else first

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """The currencies that there are, where there are several: address, name, whether it is this one."""
        names = self._currencies if len(self._currencies) > 1 else ()
        return [(_in_currency(name), name, name == self.currency) for name in names]

    @cached_property
    def _everywhere(self) -> dict[str, Receivables]:
        return dict(receivables(self._of))

    @cached_property
    def receivables(self) -> Receivables:
        return self._everywhere.get(self.currency) or no_receivables(self.currency)

    def figures(self) -> Iterator[Figure]:
        shown, clients = self.receivables, client_figures(self._of)
        now = shown.months[-1]
        late = (
            f"{_percent(shown.overdue, shown.outstanding)} of what is outstanding"
            if shown.overdue
            else "Nothing is late"
        )
        yield Figure("Active clients", f"{clients.active:,}", f"{clients.new:,} new this month")
        yield Figure(f"Outstanding, {self.currency}", f"{shown.outstanding:,.2f}", "Not paid yet, due or not")
        yield Figure(f"Overdue, {self.currency}", f"{shown.overdue:,.2f}", late)
        yield Figure(f"Collected this month, {self.currency}", f"{now.collected:,.2f}", f"{now.invoiced:,.2f} invoiced")

    @property
    def chart(self) -> BarChart | None:
        months = self.receivables.months
        if not any(one.invoiced or one.collected for one in months):
            return None
        return BarChart(
            "Invoiced and collected",
            [date_format(one.month, "F Y") for one in months],
            [
                Series("Invoiced", [one.invoiced for one in months]),
                Series("Collected", [one.collected for one in months]),
            ],
            unit=self.currency,
            ticks=[date_format(one.month, "M y") for one in months],
        )

    def year(self) -> Iterator[Fact]:
        yield Fact("Invoiced in twelve months", self._money(self.receivables.invoiced))
        yield Fact("Collected in twelve months", self._money(self.receivables.collected))

    def ageing(self) -> Table:
        shown = self.receivables
        return Table(
            "Outstanding by age",
            ("Age", "Due"),
            [
                (_with_share(age, due, shown.outstanding), self._money(due))
                for age, due in zip(AGES, shown.ageing, strict=True)
                if shown.outstanding
            ],
            self._list(Invoice, status="overdue") if self.account else self._list(Client, overdue="yes"),
            amounts=("Due",),
            empty="Nothing is outstanding.",
            more="Show overdue invoices" if self.account else "Show clients with overdue invoices",
        )

    @cached_property
    def _debtors(self) -> list[Debtor]:
        return debtors(self.currency, self._of)

    def debtors(self) -> Table:
        return Table(
            "Who owes most",
            ("Client", "Invoices", "Owes"),
            [
                (
                    with_below(link(Client(pk=one.id), one.name), "" if self.account else one.account),
                    number(one.invoices),
                    self._money(one.owed),
                )
                for one in self._debtors
            ],
            self._list(Client, owes="yes"),
            amounts=("Invoices", "Owes"),
            empty="Nobody owes anything.",
            more="Show all who owe",
        )

    def by_currency(self) -> Table | None:
        if len(self._everywhere) < 2:
            return None
        return Table(
            "By currency",
            ("Currency", "Accounts", "Invoiced, 12 months", "Collected, 12 months", "Outstanding", "Overdue"),
            [
                (
                    format_html('<a href="{}">{}</a>', _in_currency(name), name),
                    number(count),
                    *(money(amount, name) for amount in (one.invoiced, one.collected, one.outstanding, one.overdue)),
                )
                for name, count in self._currencies.items()
                if (one := self._everywhere.get(name))
            ],
            "",
            amounts=("Accounts", "Invoiced, 12 months", "Collected, 12 months", "Outstanding", "Overdue"),
        )

    @cached_property
    def _imports(self) -> list[Import] | None:
        if not admin.site.get_model_admin(Import).has_view_permission(self.request):
            return None
        found = Import.objects.for_account(self.account) if self.account else Import.objects.all()
        latest = list(found.select_related("account")[:IMPORTS])
        name_writers(latest)
        return latest

    def imports(self) -> Table | None:
        if self._imports is None:
            return None
        return Table(
            "Latest imports",
            ("File", "Rows"),
            [
                (with_below(link(one, one.file_name or "Without a name"), self._story(one)), _outcome(one))
                for one in self._imports
            ],
            self._list(Import),
            empty="Nothing has been imported yet.",
        )

    def _story(self, one: Any) -> str:
        what = one.get_kind_display() if self.account else f"{one.get_kind_display()} of {one.account}"
        when = date_format(localtime(one.finished_at), "DATETIME_FORMAT")
        return " · ".join(filter(None, (what, one.by, when)))

    def chooser(self) -> SafeString | None:
        """For who may look for accounts."""
        accounts = admin.site.get_model_admin(Account)
        if not accounts.has_view_permission(self.request):
            return None
        select = RowSelect(Client._meta.get_field("account"), admin.site, placeholder="All accounts")
        field = row_field(accounts, self.request, widget=select, required=False)
        return field.widget.render("account", self._of, {"id": "account"})

    def note(self, clients: Any) -> None:
        """Notes that staff has looked at the account, or at those whose clients or imports are named."""
        named: list[Any] = [Client(account=self.account)] if self.account else [*self._debtors, *(self._imports or ())]
        note(self.request, clients, Look.What.LIST, named)

    def _money(self, amount: Decimal) -> SafeString:
        return money(amount, self.currency)

    def _list(self, model: Any, **filters: str) -> str:
        return list_url(model, **filters, **({"account": self._of} if self._of else {}))


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """For the template of the first page; nothing for who may not look at clients and invoices: it is of both."""
    clients, invoices = map(admin.site.get_model_admin, (Client, Invoice))
    if not (clients.has_view_permission(request) and invoices.has_view_permission(request)):
        return {}
    shown = Dashboard(request, _account(request), request.GET.get("currency", ""))
    shown.note(clients)
    return {"dashboard": shown, "title": shown.title, "media": clients.media}


admin.site.home = dashboard  # type: ignore[attr-defined]


def _account(request: HttpRequest) -> Account | None:
    asked = request.GET.get("account")
    if not asked:
        return None
    try:
        return Account.objects.get(pk=asked)
    except (Account.DoesNotExist, ValidationError):
        messages.warning(request, "There is no such account. These are the figures of all.")
        return None


def _in_currency(name: str) -> str:
    return f"?{urlencode({'currency': name})}"


def _outcome(one: Import) -> str:
    counts = [(name, getattr(one, name)) for name in Import.COUNTS if getattr(one, name)]
    badges = format_html_join(
        " ", '<span class="badge {}">{} {}</span>', ((name, f"{n:,}", name) for name, n in counts)
    )
    return badges or "None"


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{100 * part / whole:.0f} %"


def _with_share(age: str, part: Decimal, whole: Decimal) -> SafeString:
    bar = '{}<svg class="share" role="img" aria-label="{}"><rect width="{}"/></svg>'
    return format_html(bar, age, _percent(part, whole), f"{100 * part / whole:.1f}%")
