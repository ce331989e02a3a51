"""GET /clients/{id}/stats against the contract worked out by hand, in cents and exact fractions."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.tests.clock import stop_clock
from clients.tests.factories import ClientFactory, add_invoice

PERIODS = {"1m": 1, "3m": 3, "6m": 6, "12m": 12, "24m": 24, "all": None}


@dataclass
class Bill:
    """An invoice and its payments, `{days after the issue: cents}`."""

    cents: int
    issued: date
    payments: dict[int, int]
    cancelled: bool

    @property
    def paid(self):
        return sum(self.payments.values())

    @property
    def month(self):
        return month_of(self.issued)


@st.composite
def bills(draw):
    cents = draw(st.integers(1, 5_000_000))
    cuts = draw(st.lists(st.integers(1, cents), max_size=3)) + draw(st.sampled_from([[], [cents]]))
    cuts = sorted({0, *cuts})
    parts = [after - before for before, after in pairwise(cuts)]
    days = draw(st.lists(st.integers(0, 400), min_size=len(parts), max_size=len(parts), unique=True))
    issued = draw(st.dates(date(2021, 12, 1), date(2024, 5, 31)))
    return Bill(cents, issued, dict(zip(days, parts, strict=True)), cancelled=draw(st.integers(0, 4)) == 0)


def month_of(day):
    return day.year * 12 + day.month - 1


def money(cents):
    return Decimal(cents).scaleb(-2)


def half_up(part, whole, places):
    if not whole:
        return None
    return Decimal(floor(Fraction(part, whole) * 10**places + Fraction(1, 2))).scaleb(-places)


def row(month, counted):
    of_month = [bill for bill in counted if bill.month == month]
    return {
        "month": f"{month // 12}-{month % 12 + 1:02}",
        "invoiced": money(sum(bill.cents for bill in of_month)),
        "paid": money(sum(bill.paid for bill in of_month)),
        "invoice_count": len(of_month),
    }


def by_hand(bills, period, today):
    current, count = month_of(today), PERIODS[period]
    counted = [bill for bill in bills if not bill.cancelled and bill.month <= current]
    first = current - count + 1 if count else min((bill.month for bill in counted), default=current + 1)
    counted = [bill for bill in counted if bill.month >= first]
    paid = [bill for bill in counted if bill.paid == bill.cents]
    revenue = sum(bill.cents for bill in counted)
    return {
        "period": period,
        "total_revenue": money(revenue),
        "total_invoices": len(counted),
        "paid_invoices": len(paid),
        "outstanding_invoices": len(counted) - len(paid),
        "outstanding_amount": money(revenue - sum(bill.paid for bill in counted)),
        "avg_invoice_amount": half_up(Fraction(revenue, 100), len(counted), 2),
        "avg_payment_time_days": half_up(sum(max(bill.payments) for bill in paid), len(paid), 1),
        "payment_success_rate": half_up(100 * len(paid), len(counted), 1),
        "monthly_breakdown": [row(month, counted) for month in range(first, current + 1)],
    }


def asked(caller, bills, *periods):
    """The same from the API, of a client that is gone afterwards; one answer a period."""
    with transaction.atomic():
        client = ClientFactory(account_id=caller.account.pk)
        for bill in bills:
            payments = [(money(part), str(bill.issued + timedelta(days))) for days, part in bill.payments.items()]
            add_invoice(client, money(bill.cents), str(bill.issued), *payments, cancelled=bill.cancelled)
        answers = [caller.get(f"/clients/{client.id}/stats?period={period}") for period in periods]
        transaction.set_rollback(True)
    found = [json.loads(answer.content, parse_float=Decimal) for answer in answers]
    assert {figures.pop("client_id") for figures in found} == {client.id}
    return found


@settings(max_examples=60)
@given(
    bills=st.lists(bills(), max_size=12),
    today=st.dates(date(2023, 11, 1), date(2024, 4, 30)),
)
def test_every_figure_of_every_period_is_what_it_is_by_hand(alice, monkeypatch, bills, today):
    stop_clock(monkeypatch, f"{today}T12:00:00+00:00")
    assert asked(alice, bills, *PERIODS) == [by_hand(bills, period, today) for period in PERIODS]


@settings(max_examples=30)
@given(bills=st.lists(bills(), min_size=1, max_size=12), period=st.sampled_from(sorted(PERIODS)))
def test_the_rows_add_up_to_the_totals(alice, monkeypatch, bills, period):
    stop_clock(monkeypatch, "2024-03-15T12:00:00+00:00")
    [figures] = asked(alice, bills, period)
    rows = figures["monthly_breakdown"]
    assert sum(row["invoiced"] for row in rows) == figures["total_revenue"]
    assert sum(row["invoice_count"] for row in rows) == figures["total_invoices"]
    assert figures["total_revenue"] - sum(row["paid"] for row in rows) == figures["outstanding_amount"]
