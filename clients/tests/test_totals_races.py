"""Statements of several transactions at once on the same clients: nothing lost, nobody waits for ever."""

import pytest
from django.db import transaction

from clients.models import Client, Invoice, Payment
from clients.tests.ledger import add_invoice, fill, run, totals, wrong_totals
from clients.tests.races import wait_until_blocked
from duespark.ids import uuid_of

pytestmark = pytest.mark.django_db(transaction=True)

# An invoice to each client, the clients in this order.
TO_EACH_CLIENT = """
    INSERT INTO clients_invoice (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date)
    SELECT gen_random_uuid(), account_id, id, gen_random_uuid()::text, 1, 'USD', '2024-01-01', '2024-01-01'
    FROM clients_client ORDER BY {order}"""


# Two plans for the triggers' updates: one goes by the order of the ids, one by that of the rows on disk.
PLANS = ["SET enable_hashjoin = off", "SET enable_nestloop = off; SET enable_mergejoin = off"]


def planned(plan, sql):
    run(plan)
    return run(sql)


@pytest.fixture
def many(alice, charlie):
    """Forty clients, of two accounts in turn, who lie on disk in another order than that of their ids."""
    clients = [
        Client.add((alice, charlie)[n % 2].account.pk, name=f"Client {n}", email=f"{n}@example.com") for n in range(40)
    ]
    for client in reversed(clients):
        client.edit(notes="moved")
    run("ANALYZE clients_client")
    return clients


def test_statements_on_the_same_clients_in_any_order_never_deadlock(many, in_thread):
    orders = ["id", "id DESC", "email", "name DESC", "md5(id::text)"]
    statements = [(plan, TO_EACH_CLIENT.format(order=order)) for plan in PLANS * 2 for order in orders]
    calls = [in_thread(planned, *statement) for statement in statements]
    assert [call.result() for call in calls] == [40] * 20
    assert totals(*many) == [(20, 0, 20, "01-01")] * 40
    assert wrong_totals() == []


def test_clients_are_locked_in_the_order_of_their_ids(alice, many, in_thread):
    """With one in the middle taken, two statements that came from either end would meet each other there."""
    with transaction.atomic():
        run("SELECT FROM clients_client WHERE id = %s FOR NO KEY UPDATE", uuid_of(many[20].pk))
        calls = [in_thread(planned, plan, TO_EACH_CLIENT.format(order="id")) for plan in PLANS]
        wait_until_blocked(2)
    assert [call.result() for call in calls] == [40, 40]


def test_payments_on_the_same_invoices_in_any_order_never_deadlock(many, in_thread):
    run(TO_EACH_CLIENT.format(order="id"))
    pay = """
        INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), account_id, id, 0.05, '2024-02-02' FROM clients_invoice ORDER BY {}"""
    orders = ["id", "id DESC", "client_id", "invoice_number", "md5(id::text)"]
    calls = [in_thread(planned, plan, pay.format(order)) for plan in PLANS * 2 for order in orders]
    assert [call.result() for call in calls] == [40] * 20
    assert totals(*many) == [(1, 1, 1, "01-01")] * 40
    assert wrong_totals() == []


def test_two_transactions_on_the_same_clients_add_up(acme, globex, strangers_client, in_thread):
    fill(acme, globex, strangers_client)
    with transaction.atomic():
        run("UPDATE clients_invoice SET amount = amount * 2")
        other = in_thread(run, TO_EACH_CLIENT.format(order="id"))
        wait_until_blocked()
        run("DELETE FROM clients_payment")
    assert other.result() == 3
    assert totals(acme, globex) == [(601, 0, 3, "03-10"), (2001, 0, 2, "05-10")]
    assert wrong_totals() == []


def test_the_latest_day_is_looked_up_after_the_others_commit(acme, in_thread):
    """The latest invoice goes while another of nearly that day comes: the lookup must see it."""
    add_invoice(acme, "A1", 100, 9)
    with transaction.atomic():
        add_invoice(acme, "A2", 100, 8)
        deletion = in_thread(run, "DELETE FROM clients_invoice WHERE invoice_number = 'A1'")
        wait_until_blocked()
    deletion.result()
    assert totals(acme) == [(100, 0, 1, "08-10")]


def test_the_latest_day_comes_back_with_an_invoice_that_waited(acme, in_thread):
    add_invoice(acme, "A1", 100, 9)
    with transaction.atomic():
        run("DELETE FROM clients_invoice WHERE invoice_number = 'A1'")
        addition = in_thread(add_invoice, acme, "A2", 100, 8)
        wait_until_blocked()
    addition.result()
    assert totals(acme) == [(100, 0, 1, "08-10")]


def test_two_who_move_the_latest_days_back_agree_on_the_rest(acme, in_thread):
    for number, month in (("A1", 3), ("A2", 5), ("A3", 7)):
        add_invoice(acme, number, 10, month)
    with transaction.atomic():
        run("UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'A3'")
        other = in_thread(run, "UPDATE clients_invoice SET issue_date = '2024-01-01' WHERE invoice_number = 'A2'")
        wait_until_blocked()
    other.result()
    assert totals(acme) == [(20, 0, 2, "03-10")]


def test_truncating_waits_for_writers_and_leaves_nothing(acme, globex, strangers_client, in_thread):
    fill(acme, globex, strangers_client)
    with transaction.atomic():
        Invoice.objects.get(invoice_number="G1").pay()
        truncation = in_thread(run, "TRUNCATE clients_invoice, clients_payment")
        wait_until_blocked()
    truncation.result()
    assert totals(acme, globex, strangers_client) == [(0, 0, 0, None)] * 3
    assert not Payment.objects.exists()
