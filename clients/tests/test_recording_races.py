"""Changes of one row at once: each is recorded as what it replaced, in the order in which they were made."""

from functools import partial

import pytest
from django.db import OperationalError, transaction

from accounts.acting import act_as
from clients.models import Client
from clients.tests.ledger import run
from clients.tests.races import race, wait_until_blocked
from clients.tests.recorded import changes

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_waited_records_what_the_first_has_left(alice, acme, in_thread):
    """The second reads the row again once it has the lock, and so finds what it truly replaces."""
    with transaction.atomic(), act_as("first"):
        acme.edit(name="First")
        second = in_thread(alice.put, f"/clients/{acme.pk}", {"name": "Second"})
        wait_until_blocked()
    second.result()
    assert changes(acme) == [
        ("first", {"name": "Acme Corporation"}, {"name": "First"}),
        (alice.user.pk, {"name": "First"}, {"name": "Second"}),
    ]


def test_who_waited_for_nothing_records_nothing(acme, in_thread):
    rename = "UPDATE clients_client SET name = 'Second', changed_by = 'second' WHERE name = 'Acme Corporation'"
    with transaction.atomic(), act_as("first"):
        acme.edit(name="First")
        second = in_thread(run, rename)
        wait_until_blocked()
    assert second.result() == 0
    assert [by for by, *_ in changes(acme)] == ["first"]


def test_a_change_that_is_rolled_back_has_not_happened(alice, acme):
    def hold():
        Client.objects.update(name="Never")

    race(hold, partial(alice.put, f"/clients/{acme.pk}", {"name": "Acme LLC"}))
    assert changes(acme) == [(alice.user.pk, {"name": "Acme Corporation"}, {"name": "Acme LLC"})]


def test_of_many_at_once_each_takes_up_where_another_left(alice, bob, acme):
    calls = [
        partial(caller.put, f"/clients/{acme.pk}", {"notes": f"{caller.user.full_name} {number}"})
        for caller in (alice, bob)
        for number in range(5)
    ]
    race(lambda: run("SELECT FROM clients_client FOR UPDATE"), *calls)
    made = changes(acme)
    assert len(made) == 10
    assert [old["notes"] for _, old, _ in made[1:]] == [new["notes"] for _, _, new in made[:-1]]
    assert {(by, new["notes"][:3]) for by, _, new in made} == {(alice.user.pk, "Ali"), (bob.user.pk, "Bob")}


def test_under_repeatable_read_a_stale_writer_is_refused_and_leaves_nothing(acme, in_thread):
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        run("SELECT FROM clients_client")
        in_thread(run, "UPDATE clients_client SET name = 'First'").result()
        with pytest.raises(OperationalError, match="could not serialize"):
            run("UPDATE clients_client SET name = 'Second', changed_by = 'second'")
        transaction.set_rollback(True)
    assert changes(acme) == [(None, {"name": "Acme Corporation"}, {"name": "First"})]
