"""GET /clients/{id}/stats; against figures worked out by hand, test_client_stats_by_hand.py."""

from datetime import date

import pytest
from django.utils import timezone

from clients.models import ClientMonth
from clients.tests.clock import stop_clock
from clients.tests.factories import ClientFactory, add_invoice

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"
EMPTY = {
    "total_revenue": 0.00,
    "total_invoices": 0,
    "paid_invoices": 0,
    "outstanding_invoices": 0,
    "outstanding_amount": 0.00,
    "avg_invoice_amount": None,
    "avg_payment_time_days": None,
    "payment_success_rate": None,
}
NOTHING = {"total_invoiced": 0, "total_paid": 0, "invoice_count": 0, "paid_count": 0, "payment_days": 0}


@pytest.fixture(autouse=True)
def _in_march_2024(monkeypatch):
    stop_clock(monkeypatch, "2024-03-15T12:00:00+00:00")


def stats(caller, client, period):
    answer = caller.get(f"/clients/{client.id}/stats?period={period}")
    assert answer.status_code == 200
    return answer.json()


def months(figures):
    return [row["month"] for row in figures["monthly_breakdown"]]


@pytest.fixture
def busy(acme):
    """Acme with every kind of invoice around the first quarter of 2024."""
    add_invoice(acme, "1000.00", "2023-12-31")
    add_invoice(acme, "2500.00", "2024-01-01", ("2500.00", "2024-01-20"))
    add_invoice(acme, "1000.00", "2024-01-31", ("600.00", "2024-02-18"), ("400.00", "2024-02-02"))
    add_invoice(acme, "500.00", "2024-02-10", ("100.00", "2024-02-11"), cancelled=True)
    add_invoice(acme, "750.50", "2024-03-15", ("250.25", "2024-03-15"))
    add_invoice(acme, "100.00", "2024-03-31")
    add_invoice(acme, "9999.00", "2024-04-01", ("9999.00", "2024-03-01"))
    return acme


def test_answers_every_figure(alice, busy):
    assert stats(alice, busy, "3m") == {
        "client_id": busy.id,
        "period": "3m",
        "total_revenue": 4350.50,
        "total_invoices": 4,
        "paid_invoices": 2,
        "outstanding_invoices": 2,
        "outstanding_amount": 600.25,
        "avg_invoice_amount": 1087.63,
        "avg_payment_time_days": 18.5,
        "payment_success_rate": 50.0,
        "monthly_breakdown": [
            {"month": "2024-01", "invoiced": 3500.00, "paid": 3500.00, "invoice_count": 2},
            {"month": "2024-02", "invoiced": 0.00, "paid": 0.00, "invoice_count": 0},
            {"month": "2024-03", "invoiced": 850.50, "paid": 250.25, "invoice_count": 2},
        ],
    }


def test_writes_money_with_two_decimals_and_the_rest_with_one(alice, busy):
    content = alice.get(f"/clients/{busy.id}/stats?period=3m").content
    assert b'"total_revenue":4350.50,' in content
    assert b'"avg_invoice_amount":1087.63,"avg_payment_time_days":18.5,"payment_success_rate":50.0,' in content
    assert b'{"month":"2024-02","invoiced":0.00,"paid":0.00,"invoice_count":0}' in content


def test_invoices_after_the_current_month_count_in_the_clients_totals_alone(alice, busy):
    assert stats(alice, busy, "all")["total_revenue"] == 5350.50
    assert alice.get(f"/clients/{busy.id}").json()["total_invoiced"] == 15349.50


def test_a_deactivated_client_has_its_history(alice, busy):
    before = stats(alice, busy, "all")
    busy.deactivate()
    assert stats(alice, busy, "all") == before


def test_other_clients_invoices_are_no_part_of_it(alice, acme, strangers_client):
    add_invoice(ClientFactory(account_id=alice.account.pk), "100.00", "2024-03-01")
    add_invoice(strangers_client, "100.00", "2024-03-01")
    assert stats(alice, acme, "1m")["total_invoices"] == 0


# Periods


@pytest.mark.parametrize(
    ("period", "count", "first"),
    [("1m", 1, "2024-03"), ("3m", 3, "2024-01"), ("6m", 6, "2023-10"), ("12m", 12, "2023-04"), ("24m", 24, "2022-04")],
)
def test_a_period_is_whole_months_that_end_with_the_current_one(alice, acme, period, count, first):
    rows = months(stats(alice, acme, period))
    assert (len(rows), rows[0], rows[-1]) == (count, first, "2024-03")
    assert rows == sorted(set(rows))


@pytest.mark.parametrize(
    ("period", "before", "first"),
    [
        ("1m", "2024-02-29", "2024-03-01"),
        ("3m", "2023-12-31", "2024-01-01"),
        ("6m", "2023-09-30", "2023-10-01"),
        ("12m", "2023-03-31", "2023-04-01"),
        ("24m", "2022-03-31", "2022-04-01"),
    ],
)
def test_a_period_begins_with_its_first_day(alice, acme, period, before, first):
    add_invoice(acme, "10.00", before)
    assert stats(alice, acme, period)["total_revenue"] == 0
    add_invoice(acme, "1.00", first)
    figures = stats(alice, acme, period)
    assert (figures["total_revenue"], figures["monthly_breakdown"][0]["invoiced"]) == (1.00, 1.00)


@pytest.mark.parametrize("period", ["1m", "all"])
def test_a_period_ends_with_the_last_day_of_the_current_month(alice, acme, period):
    add_invoice(acme, "1.00", "2024-03-31")
    add_invoice(acme, "10.00", "2024-04-01")
    figures = stats(alice, acme, period)
    assert (figures["total_revenue"], months(figures)) == (1.00, ["2024-03"])


def test_twelve_months_unless_it_says(alice, busy):
    assert alice.get(f"/clients/{busy.id}/stats").json() == stats(alice, busy, "12m")


def test_all_begins_with_the_first_invoice_that_counts(alice, acme):
    add_invoice(acme, "1.00", "2019-01-01", cancelled=True)
    add_invoice(acme, "1.00", "2023-11-30")
    assert months(stats(alice, acme, "all")) == ["2023-11", "2023-12", "2024-01", "2024-02", "2024-03"]


def test_all_of_nothing_has_no_rows(alice, acme):
    add_invoice(acme, "1.00", "2024-04-01")
    add_invoice(acme, "1.00", "2024-02-01", cancelled=True)
    assert stats(alice, acme, "all") == {"client_id": acme.id, "period": "all", **EMPTY, "monthly_breakdown": []}


def test_a_month_that_came_to_nothing_is_no_beginning(alice, acme):
    add_invoice(acme, "1.00", "2024-02-01")
    ClientMonth.objects.create(account_id=acme.account_id, client=acme, month=date(2023, 11, 1), **NOTHING)
    assert months(stats(alice, acme, "all")) == ["2024-02", "2024-03"]


def test_months_of_nothing_have_empty_rows(alice, acme):
    assert stats(alice, acme, "3m") == {
        "client_id": acme.id,
        "period": "3m",
        **EMPTY,
        "monthly_breakdown": [
            {"month": month, "invoiced": 0.00, "paid": 0.00, "invoice_count": 0}
            for month in ("2024-01", "2024-02", "2024-03")
        ],
    }


@pytest.mark.parametrize(
    ("now", "rows"),
    [
        ("2024-01-01T00:00:00+00:00", ["2023-11", "2023-12", "2024-01"]),
        ("2024-02-29T23:59:59+00:00", ["2023-12", "2024-01", "2024-02"]),
        ("2024-03-01T00:00:00+00:00", ["2024-01", "2024-02", "2024-03"]),
        ("2023-12-31T23:59:59+00:00", ["2023-10", "2023-11", "2023-12"]),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_utcs(alice, acme, monkeypatch, now, rows, zone):
    stop_clock(monkeypatch, now)
    with timezone.override(zone):
        assert months(stats(alice, acme, "3m")) == rows


@pytest.mark.parametrize("period", ["", "0m", "2m", "-1m", "12", "m", "12M", "1y", "30d", "all%2C1m", "%00", "9" * 999])
def test_another_period_is_refused_with_the_choices(alice, acme, period):
    answer = alice.get(f"/clients/{acme.id}/stats?period={period}")
    problem = answer.json()
    assert (answer.status_code, problem["error_code"]) == (400, "VALIDATION_ERROR")
    assert problem["errors"] == {"period": ["Must be one of: 1m, 3m, 6m, 12m, 24m, all."]}
    assert problem["detail"] == "Validation error: period: Must be one of: 1m, 3m, 6m, 12m, 24m, all."


# Payments


def test_what_is_paid_stands_in_the_month_of_issue(alice, acme):
    add_invoice(acme, "80.00", "2024-01-31", ("30.00", "2024-03-01"))
    january, february, march = stats(alice, acme, "3m")["monthly_breakdown"]
    assert january == {"month": "2024-01", "invoiced": 80.00, "paid": 30.00, "invoice_count": 1}
    assert february["paid"] == march["paid"] == 0


def test_a_payment_counts_whenever_it_was_made(alice, acme):
    add_invoice(acme, "80.00", "2024-03-01", ("30.00", "2023-01-01"), ("50.00", "2024-06-09"))
    figures = stats(alice, acme, "1m")
    assert (figures["paid_invoices"], figures["avg_payment_time_days"]) == (1, 100.0)


def test_an_invoice_is_paid_on_the_day_of_its_last_payment(alice, acme):
    add_invoice(acme, "80.00", "2024-03-01", ("30.00", "2024-03-11"), ("50.00", "2024-03-05"))
    assert stats(alice, acme, "1m")["avg_payment_time_days"] == 10.0


def test_one_cent_short_is_outstanding(alice, acme):
    add_invoice(acme, "80.00", "2024-03-01", ("79.99", "2024-03-11"))
    figures = stats(alice, acme, "1m")
    assert (figures["paid_invoices"], figures["outstanding_invoices"]) == (0, 1)
    assert (figures["outstanding_amount"], figures["payment_success_rate"]) == (0.01, 0.0)
    assert figures["avg_payment_time_days"] is None


# Rounding: half up, once, at the end


@pytest.mark.parametrize(
    ("amounts", "average"),
    [(["0.02", "0.03"], 0.03), (["2.67", "2.68"], 2.68), (["1.00", "1.00", "1.01"], 1.00), (["0.01"] * 3, 0.01)],
)
def test_the_average_amount_is_rounded_half_up(alice, acme, amounts, average):
    for amount in amounts:
        add_invoice(acme, amount, "2024-03-01")
    assert stats(alice, acme, "1m")["avg_invoice_amount"] == average


@pytest.mark.parametrize(
    ("paid", "invoices", "rate"), [(1, 16, 6.3), (3, 16, 18.8), (1, 3, 33.3), (2, 3, 66.7), (21, 23, 91.3), (2, 2, 100)]
)
def test_the_success_rate_is_rounded_half_up(alice, acme, paid, invoices, rate):
    for number in range(invoices):
        payments = [("5.00", "2024-03-01")] if number < paid else []
        add_invoice(acme, "5.00", "2024-03-01", *payments)
    assert stats(alice, acme, "1m")["payment_success_rate"] == rate


@pytest.mark.parametrize(
    ("days", "average"), [([0, 0, 0, 1], 0.3), ([0, 1, 1, 1], 0.8), ([0, 0, 1], 0.3), ([18, 19], 18.5), ([0], 0.0)]
)
def test_the_payment_time_is_rounded_half_up(alice, acme, days, average):
    for number, day in enumerate(days):
        issued = f"2024-0{1 + number % 3}-01"  # the months' own averages must not be averaged again
        add_invoice(acme, "5.00", issued, ("5.00", f"{issued[:-2]}{day + 1:02}"))
    assert stats(alice, acme, "3m")["avg_payment_time_days"] == average


# Who may ask, and what it costs


def test_a_strangers_client_is_as_unknown_as_one_that_never_was(alice, strangers_client):
    for client_id in (strangers_client.id, UNKNOWN, "client_abc123", "%00"):
        answer = alice.get(f"/clients/{client_id}/stats")
        assert (answer.status_code, answer.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")
        assert answer.json()["detail"] == "Client not found"


def test_a_colleague_gets_the_same(alice, bob, busy):
    assert stats(bob, busy, "all") == stats(alice, busy, "all")


def test_a_trailing_slash_makes_no_difference(alice, busy):
    assert alice.get(f"/clients/{busy.id}/stats/?period=3m").json() == stats(alice, busy, "3m")


def test_without_a_token_is_401(nobody, acme):
    assert nobody.get(f"/clients/{acme.id}/stats").status_code == 401


@pytest.mark.parametrize("invoices", [0, 1, 30])
@pytest.mark.parametrize("period", ["1m", "24m", "all"])
def test_takes_two_queries_whatever_there_is(alice, acme, invoices, period, django_assert_num_queries):
    for number in range(invoices):
        add_invoice(acme, "5.00", f"2024-0{1 + number % 3}-01")
    with django_assert_num_queries(2):  # who is calling, the months with the client
        alice.get(f"/clients/{acme.id}/stats?period={period}")


@pytest.mark.parametrize("period", ["12m", "all"])
def test_no_invoice_is_read(alice, busy, queries, period):
    assert not [sql for sql in queries(stats, alice, busy, period) if "clients_invoice" in sql]


def test_a_mean_of_almost_nothing_is_not_minus_nothing(alice, acme):
    for paid_on in ["2024-03-01", *["2024-03-02"] * 20]:
        add_invoice(acme, "5.00", "2024-03-02", ("5.00", paid_on))

    assert b'"avg_payment_time_days":0.0,' in alice.get(f"/clients/{acme.pk}/stats").content
