"""Writers of one account's invoices at once: nobody waits for a sum, nobody fails, and the sums are true."""

from importlib import import_module

import pytest
from django.db import transaction

from clients.models import AccountSum
from clients.sums import SUMS_OF_ACCOUNT
from clients.tests.ledger import add_invoice, fill, run, sums, wrong_totals
from clients.tests.races import wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10  # seconds, and who waited for the transaction of the test would wait for ever
CANCEL = "UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'A2'"
PAY = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
    SELECT gen_random_uuid(), account_id, id, 7, '2024-09-09' FROM clients_invoice WHERE invoice_number = 'A2'"""
EXCHANGE = """
    UPDATE clients_payment SET payment_date = CASE amount WHEN 50 THEN date '2024-05-20' ELSE date '2024-04-20' END
    WHERE amount IN (50, 150)"""


@pytest.fixture
def clients(acme, globex, strangers_client):
    fill(acme, globex, strangers_client)
    run("UPDATE clients_invoice SET amount = 300 WHERE invoice_number = 'A2'")
    return acme, globex, strangers_client


def bill(client, number):
    """An invoice of 10 in May, of which 1 is paid in June."""
    return add_invoice(client, number, 10, 5, payments=[(1, 6)])


def slots(account):
    return AccountSum.objects.for_account(account.pk).values("slot").distinct().count()


def test_nobody_waits_for_an_open_transaction(alice, clients, in_thread):
    with transaction.atomic():
        bill(clients[0], "LONG")
        for n in range(5):
            in_thread(bill, clients[1], f"G{n + 2}").result(SOON)
        assert sums(alice.account.pk)["collected 06-01"] == 6
    assert slots(alice.account) == 2


def test_statements_on_the_same_days_in_any_order_never_wait_for_sums(clients, in_thread):
    new = [in_thread(bill, clients[n % 3], f"N{n}") for n in range(60)]
    for call in new:
        call.result(SOON)
    assert wrong_totals() == []


def test_there_are_as_many_slots_as_writers_at_once(alice, clients, in_thread):
    for call in [in_thread(add_invoice, clients[n % 2], f"N{n}", 10, 1) for n in range(100)]:
        call.result(SOON)
    assert sums(alice.account.pk)["invoiced 01-01"] == 1100
    assert slots(alice.account) <= 20


def test_a_repeatable_read_does_not_fail_for_what_others_have_added_since(alice, clients, in_thread):
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        run("SELECT FROM clients_client")
        in_thread(bill, clients[1], "G2").result(SOON)
        bill(clients[0], "A4")
    assert sums(alice.account.pk)["collected 06-01"] == 2
    assert wrong_totals() == []


@pytest.mark.parametrize(("first", "second"), [(PAY, CANCEL), (CANCEL, PAY), (EXCHANGE, CANCEL), (CANCEL, EXCHANGE)])
def test_payments_of_an_invoice_that_is_being_cancelled_go_with_it(clients, in_thread, first, second):
    with transaction.atomic():
        run(first)
        other = in_thread(run, second)
        wait_until_blocked()
    other.result(SOON)
    assert wrong_totals() == []
    # Of the first's locks that on the slot may go last, and then two slots cancel out.
    assert not sums(clients[0].account_id).get("collected 05-01")


def test_mending_waits_for_no_writer_and_counts_what_they_write(alice, clients, in_thread):
    run("UPDATE clients_accountsum SET amount = amount + 5")
    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 1)
        in_thread(SUMS_OF_ACCOUNT.mend, alice.account.pk).result(SOON)
    SUMS_OF_ACCOUNT.mend(clients[2].account_id)
    assert wrong_totals() == []


def test_filling_counts_the_writers_it_waited_for_and_those_who_come_later(clients, in_thread):
    run("DELETE FROM clients_accountsum")

    @transaction.atomic
    def fill_sums():
        for sql in import_module("clients.migrations.0027_account_sum_filled").FILL:
            run(sql)

    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 1)
        filling = in_thread(fill_sums)
        wait_until_blocked()
        run("DELETE FROM clients_payment WHERE amount = 50")
    filling.result(SOON)
    add_invoice(clients[1], "G2", 1, 5)
    assert wrong_totals() == []
