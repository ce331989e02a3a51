"""Statements of several transactions at once on the same clients' months: nothing lost, nobody waits for ever."""

from importlib import import_module

import pytest
from django.db import transaction

from clients.models import ClientMonth
from clients.months import MONTHS_OF_CLIENT
from clients.tests.ledger import add_invoice, fill, months, run, wrong_totals
from clients.tests.races import wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10  # seconds
ORDERS = ["id", "id DESC", "issue_date", "issue_date DESC", "client_id DESC", "md5(id::text)"]
# Something on each of the many invoices, in this order.
PAY_MANY = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
    SELECT gen_random_uuid(), account_id, id, 0.05, '2024-12-12' FROM clients_invoice WHERE amount = 10 ORDER BY {}"""
# From each month into the next. Their rows are locked in order, for that is not what is tried here.
MOVE_ALL = """
    UPDATE clients_invoice AS i SET issue_date = i.issue_date + 31
    FROM (SELECT id FROM clients_invoice ORDER BY id FOR NO KEY UPDATE) AS o WHERE i.id = o.id"""
PAY_LATER = "UPDATE clients_payment SET payment_date = payment_date + 1 WHERE amount = {}"


@pytest.fixture
def clients(acme, globex, strangers_client):
    fill(acme, globex, strangers_client)
    return acme, globex, strangers_client


@pytest.fixture
def many(clients):
    """Eighteen invoices more, of four months."""
    for n, client in enumerate(clients * 6):
        add_invoice(client, f"N{n}", 10, n % 4 + 1)


def test_statements_on_the_same_months_in_any_order_never_deadlock(many, in_thread):
    calls = [in_thread(run, PAY_MANY.format(order)) for order in ORDERS * 2]
    assert [call.result(SOON) for call in calls] == [18] * 12
    assert wrong_totals() == []


def test_invoices_that_all_change_months_at_once_never_deadlock(clients, many, in_thread):
    calls = [in_thread(run, MOVE_ALL) for _ in range(6)]
    calls += [in_thread(add_invoice, client, f"M{n}", 1, n % 12 + 1) for n, client in enumerate(clients * 5)]
    for call in calls:
        call.result(SOON)
    assert wrong_totals() == []


def test_where_months_alone_move_the_client_is_locked_before_them(clients, in_thread):
    """Or the one would have the month and want the client, and the other the client and want the month."""
    add_invoice(clients[0], "A4", 10, 3, payments=[(10, 4)])

    @transaction.atomic
    def adds_to_the_month():
        add_invoice(clients[0], "A5", 1, 3)

    with transaction.atomic():
        run(PAY_LATER.format(10))
        other = in_thread(adds_to_the_month)
        wait_until_blocked()
        add_invoice(clients[0], "A6", 1, 7)
    other.result(SOON)
    assert months(clients[0]) == {
        "01": (100, 0, 1, 0, 0),
        "03": (211, 210, 3, 2, 71 + 42),
        "07": (1, 0, 1, 0, 0),
    }


def test_a_month_that_empties_while_an_invoice_comes_is_there(clients, in_thread):
    with transaction.atomic():
        run("DELETE FROM clients_invoice WHERE invoice_number = 'A1'")
        addition = in_thread(add_invoice, clients[0], "A4", 40, 1)
        wait_until_blocked()
    addition.result(SOON)
    assert months(clients[0])["01"] == (40, 0, 1, 0, 0)


def test_a_month_to_which_one_comes_while_another_goes_is_there(clients, in_thread):
    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 1)
        deletion = in_thread(run, "DELETE FROM clients_invoice WHERE invoice_number = 'A1'")
        wait_until_blocked()
    deletion.result(SOON)
    assert months(clients[0])["01"] == (40, 0, 1, 0, 0)


def test_two_who_take_the_last_from_a_month_leave_none(clients, in_thread):
    add_invoice(clients[0], "A4", 40, 1)
    with transaction.atomic():
        run("DELETE FROM clients_invoice WHERE invoice_number = 'A1'")
        cancellation = in_thread(run, "UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'A4'")
        wait_until_blocked()
    cancellation.result(SOON)
    assert "01" not in months(clients[0])


def test_mending_counts_a_writer_who_was_first(alice, clients, in_thread):
    run("UPDATE clients_clientmonth SET total_invoiced = 999, payment_days = 5")
    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 1)
        mending = in_thread(MONTHS_OF_CLIENT.mend, alice.account.pk)
        wait_until_blocked()
    mending.result(SOON)
    MONTHS_OF_CLIENT.mend(clients[2].account_id)
    assert months(clients[0]) == {"01": (140, 0, 2, 0, 0), "03": (200, 200, 1, 1, 71)}
    assert wrong_totals() == []


def test_a_writer_who_comes_later_adds_to_what_is_mended(alice, clients, in_thread):
    run("DELETE FROM clients_clientmonth WHERE month = '2024-01-01'")
    with transaction.atomic():
        MONTHS_OF_CLIENT.mend(alice.account.pk)
        writer = in_thread(add_invoice, clients[0], "A4", 40, 1)
        wait_until_blocked()
    writer.result(SOON)
    assert months(clients[0])["01"] == (140, 0, 2, 0, 0)


def test_filling_counts_the_writers_it_waited_for_and_those_who_come_later(clients, in_thread):
    """Between the triggers and the filling, months may hold a part of what is true, or less than nothing."""
    run("DELETE FROM clients_clientmonth")
    run("UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'G1'")

    @transaction.atomic
    def fill_months():
        for sql in import_module("clients.migrations.0015_client_month_filled").FILL:
            run(sql)

    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 1)
        filling = in_thread(fill_months)
        wait_until_blocked()
        run("DELETE FROM clients_payment WHERE amount = 50")
    filling.result(SOON)
    add_invoice(clients[1], "G2", 1, 5)
    assert months(clients[0]) == {"01": (140, 0, 2, 0, 0), "03": (200, 150, 1, 0, 0)}
    assert wrong_totals() == []


def test_truncating_waits_for_writers_and_leaves_nothing(clients, in_thread):
    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 1)
        truncation = in_thread(run, "TRUNCATE clients_invoice, clients_payment")
        wait_until_blocked()
    truncation.result(SOON)
    assert not ClientMonth.objects.exists()
