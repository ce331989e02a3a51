"""Writers of one account's clients at once: nobody waits, nobody fails, and the counts are true."""

from importlib import import_module

import pytest
from django.db import transaction

from clients.models import Client, ClientCount
from clients.tests.ledger import counted, run, wrong_totals
from clients.tests.races import wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10  # seconds, and who waited for the transaction of the test would wait for ever
# A client to each account, the accounts in this order.
TO_EACH_ACCOUNT = """
    INSERT INTO clients_client (id, account_id, name, email)
    SELECT gen_random_uuid(), id, 'N', gen_random_uuid() FROM accounts_account ORDER BY name {}"""


def add(account, email):
    return Client.add(account.pk, name="N", email=email)


def slots(account):
    return ClientCount.objects.for_account(account).count()


def with_old_snapshot():
    """Makes this transaction read everything as it is now, to its end."""
    run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    run("SELECT FROM clients_client")


def test_nobody_waits_for_an_open_transaction(alice, acme, globex, in_thread):
    with transaction.atomic():
        add(alice.account, "long@example.com")
        acme.deactivate()
        for n in range(5):
            in_thread(add, alice.account, f"{n}@example.com").result(SOON)
        in_thread(globex.deactivate).result(SOON)
        assert counted(alice.account.pk) == (8, 6)
    assert counted(alice.account.pk) == (8, 6)
    assert slots(alice.account) == 2


def test_nobody_waits_for_two_open_transactions(alice, acme, in_thread):
    @transaction.atomic
    def adds_another_later():
        add(alice.account, "first@example.com")
        run("LOCK TABLE clients_payment IN SHARE MODE")
        add(alice.account, "second@example.com")

    with transaction.atomic():
        add(alice.account, "long@example.com")
        run("LOCK TABLE clients_payment")
        other = in_thread(adds_another_later)
        wait_until_blocked()
        for n in range(5):
            in_thread(add, alice.account, f"{n}@example.com").result(SOON)
    other.result(SOON)
    assert counted(alice.account.pk) == (9, 9)
    assert slots(alice.account) == 3


def test_an_open_transaction_takes_one_slot_for_all_its_statements(alice, acme, in_thread):
    with transaction.atomic():
        for n in range(5):
            add(alice.account, f"{n}@example.com")
            in_thread(add, alice.account, f"other{n}@example.com").result(SOON)
    assert slots(alice.account) == 2
    assert counted(alice.account.pk) == (11, 11)


def test_statements_on_the_same_accounts_in_any_order_never_wait(alice, charlie, acme, strangers_client, in_thread):
    with transaction.atomic():
        run(TO_EACH_ACCOUNT.format("DESC"))
        assert [in_thread(run, TO_EACH_ACCOUNT.format(order)).result(SOON) for order in ("", "DESC")] == [2, 2]
        run(TO_EACH_ACCOUNT.format(""))
    assert [counted(one.account.pk) for one in (alice, charlie)] == [(5, 5)] * 2


def test_there_are_as_many_slots_as_writers_at_once(alice, in_thread):
    calls = [in_thread(add, alice.account, f"{n}@example.com") for n in range(200)]
    clients = [call.result() for call in calls]
    calls = [in_thread(client.deactivate) for client in clients[:100]]
    assert [call.result() for call in calls] == [None] * 100
    assert counted(alice.account.pk) == (200, 100)
    assert slots(alice.account) <= 20


def test_a_repeatable_read_does_not_fail_for_what_others_have_added_since(alice, acme, in_thread):
    with transaction.atomic():
        with_old_snapshot()
        in_thread(add, alice.account, "other@example.com").result(SOON)
        add(alice.account, "first@example.com")
        acme.deactivate()
        in_thread(add, alice.account, "another@example.com").result(SOON)
        assert counted(alice.account.pk) == (2, 1)  # as of its snapshot, and its own
    assert counted(alice.account.pk) == (4, 3)


def test_repeatable_reads_of_one_connection_share_a_slot(alice, in_thread):
    add(alice.account, "new@example.com")
    for n in range(3):
        with transaction.atomic():
            with_old_snapshot()
            in_thread(add, alice.account, f"other{n}@example.com").result(SOON)
            add(alice.account, f"{n}@example.com")
    assert counted(alice.account.pk) == (7, 7)
    assert slots(alice.account) == 2


def test_truncating_waits_for_writers_and_leaves_nothing(alice, in_thread):
    with transaction.atomic():
        add(alice.account, "new@example.com")
        truncation = in_thread(run, "TRUNCATE clients_client CASCADE")
        wait_until_blocked()
    truncation.result(SOON)
    assert counted(alice.account.pk) == (0, 0)


def test_filling_counts_the_writers_it_waited_for_and_those_who_come_later(alice, charlie, acme, in_thread):
    """Between the triggers and the filling, rows of before and counted rows stand side by side."""
    run("DELETE FROM clients_clientcount")

    @transaction.atomic
    def fill():
        for sql in import_module("clients.migrations.0009_client_count_filled").FILL:
            run(sql)

    with transaction.atomic():
        add(alice.account, "new@example.com")
        filling = in_thread(fill)
        wait_until_blocked()
        acme.deactivate()
    filling.result(SOON)
    add(charlie.account, "new@example.com")
    assert [counted(one.account.pk) for one in (alice, charlie)] == [(2, 1), (1, 1)]
    assert wrong_totals() == []
