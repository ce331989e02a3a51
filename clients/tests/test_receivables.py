"""What is owed to accounts: the sums that triggers keep are those of the invoices and payments themselves."""

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from clients.models import Client, Invoice, Payment
from clients.receivables import (
    BANDS,
    DEBTORS,
    ClientFigures,
    client_figures,
    currencies,
    debtors,
    no_receivables,
    receivables,
)
from clients.statistics import client_statistics
from clients.tests.clock import stop_clock
from clients.tests.factories import ClientFactory, add_clients, add_invoice

TODAY = date(2024, 3, 15)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    stop_clock(monkeypatch, f"{TODAY}T12:00:00+00:00")


@pytest.fixture
def euros(charlie, strangers_client):
    """A client of Charlie's, whose account has another currency than Alice's."""
    Account.objects.filter(pk=charlie.account.pk).update(currency="EUR")
    return strangers_client


def due(client, days, amount=100):
    """An invoice that has been due for so many days; negative ones are to come."""
    invoice = add_invoice(client, amount, "2024-01-01")
    Invoice.objects.filter(pk=invoice.pk).update(due_date=TODAY - timedelta(days))
    return invoice


def shown(account_id=None, currency="USD"):
    return receivables(account_id)[currency]


@pytest.mark.parametrize(
    ("days", "band"),
    [(-400, 0), (-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (4000, 4)],
)
def test_what_is_due_stands_in_the_band_of_its_days(acme, days, band):
    due(acme, days)
    assert list(shown().ageing) == [100 if n == band else 0 for n in range(len(BANDS) + 1)]


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_overdue_is_what_a_status_calls_so(acme, days):
    invoice = due(acme, days)
    invoice.refresh_from_db()
    assert shown().overdue == (100 if invoice.status == "overdue" else 0)
    assert shown().outstanding == 100


def test_months_are_the_last_twelve(acme):
    for day in ("2023-03-31", "2023-04-01", "2024-03-31", "2024-04-01"):
        add_invoice(acme, 10, day, (7, day))
    months = shown().months
    assert [f"{one.month}" for one in months][::11] == ["2023-04-01", "2024-03-01"]
    assert [(one.invoiced, one.collected) for one in months] == [(10, 7), *[(0, 0)] * 10, (10, 7)]
    assert (shown().invoiced, shown().collected) == (20, 14)


def test_what_is_invoiced_in_one_month_is_collected_in_another(acme):
    add_invoice(acme, 100, "2024-01-31", (40, "2024-02-01"), (60, "2024-03-01"))
    assert [(one.invoiced, one.collected) for one in shown().months[-3:]] == [(100, 0), (0, 40), (0, 60)]
    assert shown().outstanding == 0


def test_what_is_cancelled_is_in_none_of_it(acme):
    add_invoice(acme, 100, "2024-01-31", (40, "2024-02-01"), cancelled=True)
    assert receivables() == {}
    assert debtors("USD") == []


def test_currencies_are_never_added_up(acme, euros):
    due(acme, 5, amount=70)
    due(euros, 50, amount=30)
    assert {name: one.outstanding for name, one in receivables().items()} == {"USD": 70, "EUR": 30}
    assert [one.name for one in debtors("EUR")] == ["Secret Holdings"]
    assert currencies() == {"EUR": 1, "USD": 1}


def test_one_account_has_its_own_alone(alice, acme, euros):
    due(acme, 5)
    assert receivables(euros.account_id) == {}
    assert list(receivables(alice.account.pk)) == ["USD"]
    assert debtors("USD", euros.account_id) == []
    assert [one.id for one in debtors("USD", alice.account.pk)] == [acme.pk]


def test_the_currency_of_most_accounts_comes_first(alice, charlie):
    Account.objects.create(name="Another")
    Account.objects.filter(pk=charlie.account.pk).update(currency="AUD")
    assert currencies() == {"USD": 2, "AUD": 1}
    assert list(currencies()) == ["USD", "AUD"]


def test_clients_are_counted_and_the_months_new_ones(alice, charlie):
    for moment in ("2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z", "2024-03-15T11:00:00Z"):
        ClientFactory(account_id=alice.account.pk, created_at=moment)
    ClientFactory(account_id=charlie.account.pk, created_at="2024-03-02T00:00:00Z").deactivate()
    assert client_figures() == ClientFigures(active=3, new=3)
    assert client_figures(alice.account.pk) == ClientFigures(active=3, new=2)
    assert client_figures(charlie.account.pk) == ClientFigures(active=0, new=1)


def test_where_nothing_is_nothing_is_told(db):
    assert (receivables(), currencies(), client_figures(), debtors("USD")) == ({}, {}, ClientFigures(0, 0), [])
    nothing = no_receivables("USD")
    assert (nothing.outstanding, nothing.invoiced, len(nothing.months)) == (0, 0, 12)


@pytest.mark.parametrize("call", [receivables, client_figures, currencies, lambda: debtors("USD")])
def test_each_is_one_query(acme, euros, call, django_assert_num_queries):
    due(acme, 5)
    due(euros, 5)
    with django_assert_num_queries(1):
        call()


def test_debtors_of_many_accounts_are_the_largest_of_all(alice, charlie):
    """Twelve of the one account, and two between them of the other."""
    for n, client in enumerate(add_clients(alice.account, *map(str, range(12)))):
        due(client, 5, amount=10 + n)
    for amount, client in zip(("15.50", "1"), add_clients(charlie.account, "between", "least"), strict=True):
        due(client, 5, amount=Decimal(amount))
    largest = debtors("USD")
    assert [one.owed for one in largest] == [21, 20, 19, 18, 17, 16, Decimal("15.50"), 15, 14, 13]
    assert (largest[6].name, largest[6].account, largest[6].invoices) == ("between", "Charlie Ltd", 1)


def test_many_accounts_that_owe_the_same_are_in_the_order_of_their_ids(db):
    accounts = [Account.objects.create(name=str(n)) for n in range(DEBTORS + 3)]
    owing = [Client.add(account.pk, name="N", email="n@example.com") for account in accounts]
    for client in owing:
        due(client, 5)
    assert [one.id for one in debtors("USD")] == sorted((one.pk for one in owing), reverse=True)[:DEBTORS]


day = st.integers(-460, 60).map(lambda days: TODAY + timedelta(days))
cents = st.integers(1, 900_000).map(lambda amount: Decimal(amount) / 100)
bill = st.tuples(
    st.integers(0, 4), cents, day, day, st.booleans(), st.lists(st.tuples(st.integers(1, 50), day), max_size=2)
)


def write(clients, bills):
    """Invoices, and payments of so many percent of each."""
    for n, (nth, amount, issued, due_on, cancelled, payments) in enumerate(bills):
        client = clients[nth]
        invoice = Invoice.objects.create(
            account_id=client.account_id, client=client, invoice_number=f"R{n}", amount=amount, issue_date=issued,
            due_date=due_on, cancelled_at="2024-03-01T00:00:00Z" if cancelled else None,
        )  # fmt: skip
        for percent, on in payments:
            part = (amount * percent / 100).quantize(Decimal("0.01"), ROUND_DOWN)
            if part:
                Payment.objects.create(account_id=client.account_id, invoice=invoice, amount=part, payment_date=on)


def added_up(account):
    """The figures of one account in Decimal, invoice by invoice: outstanding, overdue, invoiced, collected."""
    first, end = date(2023, 4, 1), date(2024, 4, 1)
    outstanding = overdue = invoiced = collected = Decimal(0)
    for invoice in Invoice.objects.for_account(account).filter(cancelled_at=None):
        payments = list(invoice.payments.all())
        left = invoice.amount - sum((one.amount for one in payments), Decimal(0))
        outstanding += left
        overdue += left if invoice.due_date < TODAY else 0
        invoiced += invoice.amount if first <= invoice.issue_date < end else 0
        collected += sum((one.amount for one in payments if first <= one.payment_date < end), Decimal(0))
    return outstanding, overdue, invoiced, collected


@settings(max_examples=40)
@given(bills=st.lists(bill, max_size=12))
@example(bills=[(0, Decimal("0.03"), TODAY, TODAY, False, [(50, TODAY), (50, TODAY)])])  # two halves of three cents
def test_figures_are_what_the_rows_add_up_to(alice, charlie, bills):
    with transaction.atomic():
        clients = add_clients(alice.account, "A", "B", "C") + add_clients(charlie.account, "D", "E")
        write(clients, bills)
        each = []
        for account in (alice.account.pk, charlie.account.pk):
            figures = receivables(account).get("USD", no_receivables("USD"))
            told = (figures.outstanding, figures.overdue, figures.invoiced, figures.collected)
            assert told == added_up(account)
            each.append(told)
        both = receivables().get("USD", no_receivables("USD"))
        assert (both.outstanding, both.overdue, both.invoiced, both.collected) == tuple(
            map(sum, zip(*each, strict=True))
        )
        owed = {one.pk: one.total_invoiced - one.total_paid for one in Client.objects.all()}
        assert [(one.id, one.owed) for one in debtors("USD")] == sorted(
            ((pk, left) for pk, left in owed.items() if left), key=lambda one: (one[1], one[0]), reverse=True
        )
        statistics = [client_statistics(one.account_id, one.pk, "12m") for one in clients]
        assert both.invoiced == sum(one.total_revenue for one in statistics)
        assert both.outstanding == sum(owed.values())
        transaction.set_rollback(True)
