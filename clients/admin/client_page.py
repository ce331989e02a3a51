"""What the page of a client shows: what it owes, its statistics as the API has them, its invoices and payments."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import quote

from django.db.models import Count, F, Min, Sum
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django_countries import countries

from accounts.backoffice.charts import BarChart, Series
from accounts.backoffice.display import Fact, Figure, Table, badge, link, list_url, many, money, public_id
from clients.models import Client, Invoice, Payment
from clients.statistics import DEFAULT_PERIOD, Month, Statistics, client_statistics

PERIODS = {"1m": "This month", "3m": "3 months", "6m": "6 months", "12m": "12 months", "24m": "24 months", "all": "All"}
LATEST = 10  # invoices, and payments
MAX_BARS = 36  # months; of more, the chart has a bar a year


@dataclass(frozen=True)
class Standing:
    """What a client owes, and how much of it is late."""

    client: Client
    overdue: Decimal
    count: int
    since: Any

    @classmethod
    def of(cls, client: Client) -> "Standing":
        if not client.total_owed:
            return cls(client, Decimal("0.00"), 0, None)
        invoices = Invoice.objects.for_account(client.account_id).filter(client=client).overdue()
        late = invoices.aggregate(due=Sum(F("amount") - F("amount_paid")), count=Count("pk"), since=Min("due_date"))
        return cls(client, late["due"] or Decimal("0.00"), late["count"], late["since"])

    def figures(self) -> Iterator[Figure]:
        client, currency = self.client, self.client.account.currency
        late = (
            f"{many(self.count, 'invoice')}, the oldest due {date_format(self.since)}"
            if self.count
            else "Nothing is late"
        )
        yield Figure("Owes", money(client.total_owed, currency))
        yield Figure("Of it overdue", money(self.overdue, currency), late)
        yield Figure("Invoiced so far", money(client.total_invoiced, currency), many(client.invoice_count, "invoice"))
        yield Figure("Paid so far", money(client.total_paid, currency))


@dataclass(frozen=True)
class PeriodShown:
    """A period's statistics; `choices` are the periods that there are: address, label, whether it is this one."""

    statistics: Statistics
    currency: str

    @classmethod
    def of(cls, client: Client, asked: str) -> "PeriodShown":
        period = asked if asked in PERIODS else DEFAULT_PERIOD
        return cls(client_statistics(client.account_id, client.pk, period), client.account.currency)

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        return [(f"?period={name}#period", label, name == self.statistics.period) for name, label in PERIODS.items()]

    def figures(self) -> Iterator[Figure]:
        shown = self.statistics
        paid = shown.total_revenue - shown.outstanding_amount
        yield Figure("Invoiced", self._money(shown.total_revenue), many(shown.total_invoices, "invoice"))
        yield Figure("Paid on these", self._money(paid), f"{many(shown.paid_invoices, 'invoice')} in full")
        yield Figure("Outstanding", self._money(shown.outstanding_amount), many(shown.outstanding_invoices, "invoice"))
        yield Figure("Average invoice", self._money(shown.avg_invoice_amount))
        yield Figure(
            "Pays after", _or_nothing(shown.avg_payment_time_days, " days"), "On average, from issue to last payment"
        )
        yield Figure("Paid in full", _or_nothing(shown.payment_success_rate, " %"), "Of the period's invoices")

    @property
    def chart(self) -> BarChart:
        months = self.statistics.monthly_breakdown
        bars = [(_month(one), one.invoiced, one.paid) for one in months]
        every = "month"
        if len(months) > MAX_BARS:
            bars, every = list(_by_year(months)), "year"
        labels, invoiced, paid = zip(*bars, strict=True) if bars else ((), (), ())
        series = [Series("Invoiced", invoiced), Series("Paid on these invoices", paid)]
        ticks = [label if every == "year" else f"{label[:3]} {label[-2:]}" for label in labels]
        return BarChart(f"By {every} of issue", labels, series, unit=self.currency, ticks=ticks)

    def _money(self, amount: Decimal | None) -> Any:
        return "—" if amount is None else money(amount, self.currency)


def facts(client: Client) -> list[Fact]:
    return [
        Fact("Email", format_html('<a href="mailto:{}">{}</a>', quote(client.email, safe="@"), client.email)),
        Fact("Phone", _phone(client.phone)),
        Fact("Account", link(client.account)),
        Fact("Address", _address(client)),
        Fact("Tax id", client.tax_id),
        Fact("Payment terms", many(client.payment_terms, "day")),
        Fact("Client since", client.created_at.date()),
        Fact("Last invoice", client.last_invoice_date),
        Fact("Id", public_id(client)),
    ]


def latest_invoices(client: Client) -> Table:
    invoices = Invoice.objects.for_account(client.account_id).filter(client=client).order_by("-issue_date", "-id")
    return Table(
        "Latest invoices",
        ("Number", "Status", "Amount", "Due", "Issued", "Due on"),
        [
            (
                link(invoice),
                badge(invoice.status),
                money(invoice.amount, invoice.currency),
                money(invoice.amount_due, invoice.currency),
                invoice.issue_date,
                invoice.due_date,
            )
            for invoice in invoices[:LATEST]
        ],
        list_url(Invoice, client=client.pk),
        amounts=("Amount", "Due"),
        empty="Nothing has been invoiced yet.",
    )


def latest_payments(client: Client) -> Table:
    """The latest are on those invoices on which something has come in latest, of however many there are."""
    invoices = Invoice.objects.for_account(client.account_id).filter(client=client, last_payment_date__isnull=False)
    latest = invoices.order_by("-last_payment_date", "-id").values("pk")[:LATEST]
    payments: Any = Payment.objects.for_account(client.account_id).filter(invoice__in=latest)
    return Table(
        "Latest payments",
        ("Received", "Amount", "Invoice", "Method", "Reference"),
        [
            (
                link(payment, date_format(payment.payment_date)),
                money(payment.amount, payment.invoice.currency),
                link(payment.invoice),
                payment.payment_method,
                payment.payment_reference,
            )
            for payment in payments.select_related("invoice")[:LATEST]
        ],
        list_url(Payment, invoice__client=client.pk),
        amounts=("Amount",),
        empty="Nothing has been paid yet.",
    )


def _address(client: Client) -> Any:
    place = " ".join(part for part in (client.zip_code, client.city, client.state) if part)
    country = countries.name(client.country) if client.country else ""
    return ", ".join(part for part in (client.street, place, country) if part)


def _phone(phone: str | None) -> Any:
    digits = "".join(sign for sign in phone or "" if sign in "+0123456789")
    return format_html('<a href="tel:{}">{}</a>', digits, phone) if digits else ""


def _month(month: Month) -> str:
    return date_format(parse_date(f"{month.month}-01"), "F Y")  # type: ignore[arg-type]


def _by_year(months: list[Month]) -> Iterator[tuple[str, Decimal, Decimal]]:
    for year, group in groupby(months, key=lambda month: month.month[:4]):
        rows = list(group)
        yield year, sum((row.invoiced for row in rows), Decimal(0)), sum((row.paid for row in rows), Decimal(0))


def _or_nothing(number: Decimal | None, unit: str) -> str:
    return "—" if number is None else f"{number}{unit}"
