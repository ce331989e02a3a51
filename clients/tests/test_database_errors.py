"""Rule 9: errors are told apart by SQLSTATE and name, and a deadlock is tried again once."""

from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from clients.models import Client, Invoice
from clients.tests.ledger import run
from clients.tests.races import PATIENCE
from duespark.ids import uuid_of
from duespark.postgres import retry_deadlock, sqlstate, violates


def refusal(statement):
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        run(statement)
    return caught.value


def clash(constraint):
    """The error of a unique constraint of that name, on a table of its own."""
    run(f"CREATE TEMPORARY TABLE shard (email text CONSTRAINT {constraint} UNIQUE) ON COMMIT DROP")
    return refusal("INSERT INTO shard VALUES ('client_email_unique'), ('client_email_unique')")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["client_email_unique", "client_email_unique_102008"])
def test_a_violation_is_known_by_its_name_with_or_without_a_shards_number(name):
    assert violates(clash(name), "client_email_unique")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["client_email_unique_too", "a_client_email_unique", "client_email_unique_1x", "client_email_uniques"]
)
def test_another_constraint_is_another_whatever_value_clashed(name):
    error = clash(name)
    assert sqlstate(error) == "23505"
    assert not violates(error, "client_email_unique")


def test_the_real_constraint_is_known_by_its_name(acme):
    copied = """INSERT INTO clients_client (id, account_id, name, email)
        SELECT {}, account_id, name, upper(email) FROM clients_client"""
    assert violates(refusal(copied.format("gen_random_uuid()")), "client_email_unique")
    assert not violates(refusal(copied.format("id")), "client_email_unique")


def test_a_check_is_known_by_its_name(invoice):
    assert violates(refusal("UPDATE clients_invoice SET amount_paid = 101"), "invoice_not_overpaid")


@pytest.mark.django_db
def test_a_message_that_only_mentions_the_name_is_no_violation():
    error = refusal('SELECT "client_email_unique"')
    assert '"client_email_unique"' in str(error)
    assert not violates(error, "client_email_unique")


# Two connections that take two rows in opposite orders: PostgreSQL ends one of them.


@pytest.mark.django_db(transaction=True)
def test_of_two_who_deadlock_both_are_done_in_the_end(acme, globex, in_thread):
    both_have_one, attempts = Barrier(2, timeout=PATIENCE), []

    @retry_deadlock
    @transaction.atomic
    def add_note(first, second, note):
        attempts.append(note)
        run("SET LOCAL deadlock_timeout = '50ms'")
        run("UPDATE clients_client SET notes = concat(notes, %s::text) WHERE id = %s", note, uuid_of(first.pk))
        if len(attempts) <= 2:
            both_have_one.wait()
        run("UPDATE clients_client SET notes = concat(notes, %s::text) WHERE id = %s", note, uuid_of(second.pk))
        return note

    calls = [in_thread(add_note, acme, globex, "1"), in_thread(add_note, globex, acme, "2")]
    assert [call.result() for call in calls] == ["1", "2"]
    assert len(attempts) == 3
    assert sorted(Client.objects.get(pk=globex.pk).notes) == ["1", "2"]


def raising(code):
    calls = []

    @retry_deadlock
    def fail():
        calls.append(code)
        run(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")

    return fail, calls


@pytest.mark.django_db(transaction=True)
def test_a_second_deadlock_is_the_last():
    fail, calls = raising("40P01")
    with pytest.raises(OperationalError):
        fail()
    assert len(calls) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("code", "kind"), [("55P03", OperationalError), ("57P03", OperationalError), ("23505", IntegrityError)]
)
def test_nothing_else_is_tried_again(code, kind):
    fail, calls = raising(code)
    with pytest.raises(kind):
        fail()
    assert len(calls) == 1


@pytest.mark.django_db
def test_within_a_larger_transaction_a_deadlock_is_the_callers():
    fail, calls = raising("40P01")
    assert connection.in_atomic_block
    with pytest.raises(OperationalError), transaction.atomic():
        fail()
    assert len(calls) == 1


@pytest.mark.django_db
def test_no_other_violation_is_taken_for_a_duplicate(alice, acme):
    """A mistake of ours, which the rules let nobody make, is told as it is."""
    with pytest.raises(IntegrityError, match="client_payment_terms_in_days"), transaction.atomic():
        Client.add(account_id=alice.account.pk, name="Late", email="late@example.com", payment_terms=366)
    with pytest.raises(IntegrityError, match="invoice_amount_above_zero"), transaction.atomic():
        Invoice.issue(alice.account, acme.pk, invoice_number="1", amount=Decimal(-1))
