"""What a client's invoices of a period come to.

A period in, figures out: one query, one frozen record. Only invoices that are not cancelled count,
by the month of their issue; those dated after the current month count in the client's totals alone.
No invoice is read: triggers keep what those of each month come to (clients/months.py).
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import F, FilteredRelation, Q

from clients.models import Client
from duespark.clock import today
from duespark.ids import uuid_of
from duespark.prepared import Prepared
from duespark.rules import Choice

PERIODS = {"1m": 1, "3m": 3, "6m": 6, "12m": 12, "24m": 24, "all": None}
PERIOD = Choice(tuple(PERIODS))
DEFAULT_PERIOD = "12m"

CENTS, TENTHS, ZERO = Decimal("0.01"), Decimal("0.1"), Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Month:
    """One row of the breakdown: `month` is YYYY-MM, by date of issue; `paid` is what has come in on these invoices."""

    month: str
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO
    invoice_count: int = 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one client over one period; money in the account's currency.

    Means and rates of nothing are None. `payment_success_rate` is in percent. The rows of
    `monthly_breakdown` are every month of the period, oldest first, and add up to the totals.
    """

    client_id: str
    period: str
    total_revenue: Decimal
    total_invoices: int
    paid_invoices: int
    outstanding_invoices: int
    outstanding_amount: Decimal
    avg_invoice_amount: Decimal | None
    avg_payment_time_days: Decimal | None
    payment_success_rate: Decimal | None
    monthly_breakdown: list[Month]


def client_statistics(account_id: str, client_id: str, period: str = DEFAULT_PERIOD) -> Statistics:
    """Raises `Client.DoesNotExist` when the account has no such client."""
    current = today().replace(day=1)
    count = PERIODS[period]
    first = None if count is None else months_after(current, 1 - count)
    given = {"account": uuid_of(account_id), "client": uuid_of(client_id, "client"), "end": months_after(current, 1)}
    rows = SINCE(**given, first=first) if first else EVER(**given)
    if not rows:
        raise Client.DoesNotExist
    return _statistics(client_id, period, [row for row in rows if row["month"]], first, current)


def _by_month(account: Any, client: Any, end: Any, first: Any = None) -> Any:
    """A row a month with invoices; one without a month for a client that has none; none for no client."""
    kept = Q(months__month__lt=end, months__invoice_count__gt=0)
    if first:
        kept &= Q(months__month__gte=first)
    return (
        Client.objects.for_account(account)
        .filter(pk=client)
        .alias(kept=FilteredRelation("months", condition=kept))
        .values(
            month=F("kept__month"),
            invoiced=F("kept__total_invoiced"),
            paid=F("kept__total_paid"),
            count=F("kept__invoice_count"),
            paid_count=F("kept__paid_count"),
            payment_days=F("kept__payment_days"),
        )
        .order_by("month")
    )


EVER: Prepared[dict[str, Any]] = Prepared(lambda account, client, end: _by_month(account, client, end))
SINCE: Prepared[dict[str, Any]] = Prepared(lambda account, client, end, first: _by_month(account, client, end, first))


def _statistics(
    client_id: str, period: str, rows: list[dict[str, Any]], first: date | None, current: date
) -> Statistics:
    revenue = sum((row["invoiced"] for row in rows), ZERO)
    received = sum((row["paid"] for row in rows), ZERO)
    invoices = sum(row["count"] for row in rows)
    paid = sum(row["paid_count"] for row in rows)
    if first is None and rows:
        first = rows[0]["month"]
    return Statistics(
        client_id=client_id,
        period=period,
        total_revenue=revenue,
        total_invoices=invoices,
        paid_invoices=paid,
        outstanding_invoices=invoices - paid,
        outstanding_amount=revenue - received,
        avg_invoice_amount=_ratio(revenue, invoices, CENTS),
        avg_payment_time_days=_ratio(sum(row["payment_days"] for row in rows), paid, TENTHS),
        payment_success_rate=_ratio(100 * paid, invoices, TENTHS),
        monthly_breakdown=_breakdown(rows, first, current),
    )


def _breakdown(rows: list[dict[str, Any]], first: date | None, current: date) -> list[Month]:
    if first is None:
        return []
    there = {row["month"]: row for row in rows}
    months = []
    while first <= current:
        name, row = first.isoformat()[:7], there.get(first)
        months.append(Month(name, row["invoiced"], row["paid"], row["count"]) if row else Month(name))
        first = months_after(first, 1)
    return months


def months_after(month: date, count: int) -> date:
    """The first day of the month `count` months later; negative counts look back."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def _ratio(part: Decimal | int, whole: int, unit: Decimal) -> Decimal | None:
    return (Decimal(part) / whole).quantize(unit, ROUND_HALF_UP) + 0 if whole else None  # + 0: never minus nothing
