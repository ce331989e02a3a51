from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Account, Session, User
from accounts.models.user import unique_email
from accounts.tests.parallel import at_once
from conftest import PASSWORD, member

MONTH = timedelta(days=30)


def test_closing_says_when_and_deletes_nothing(alice, bob, acme):
    before = timezone.now()
    alice.account.close()

    account = Account.objects.get(pk=alice.account.pk)
    assert before <= account.closed_at <= timezone.now()
    assert User.objects.for_account(account).count() == 2
    assert type(acme).objects.for_account(account).count() == 1


def test_closing_and_reopening_change_one_column(alice):
    stale = Account.objects.get(pk=alice.account.pk)
    Account.objects.update(name="Alice Ltd")
    stale.close()
    stale.reopen()

    account = Account.objects.get(pk=alice.account.pk)
    assert (account.name, account.closed_at) == ("Alice Ltd", None)


@pytest.mark.parametrize("currency", ["usd", "US", "DOLLAR", "", "U$D"])
def test_a_currency_has_three_capitals(db, currency):
    with pytest.raises(DatabaseError, match=r"account_currency_iso_4217|too long"):
        Account.objects.create(currency=currency)


@pytest.mark.parametrize("spelling", ["Alice@Example.com", "ALICE@EXAMPLE.COM", "alice@example.com"])
def test_an_email_is_one_in_any_case_and_any_account(alice, charlie, password_hash, spelling):
    with pytest.raises(IntegrityError, match="user_email_unique"), transaction.atomic():
        member(charlie.account, spelling, password_hash)


def test_an_email_is_found_in_any_case_and_kept_as_written(charlie, password_hash):
    member(charlie.account, "Eve.O'Neil@Example.com", password_hash)

    assert User.objects.with_email("eve.o'neil@EXAMPLE.com").get().email == "Eve.O'Neil@Example.com"


@pytest.mark.parametrize("email", ["", "%", "_lice@example.com", "alice@example.com\n"])
def test_an_email_is_no_pattern(alice, email):
    assert not User.objects.with_email(email).exists()


def test_authenticate_wants_the_right_password(alice, rf):
    request = rf.get("/")

    assert authenticate(request, username="ALICE@example.com", password=PASSWORD) == alice.user
    assert authenticate(request, username="alice@example.com", password="wrong") is None
    assert authenticate(request, username=None, password=None) is None


def test_a_user_without_an_account_gets_one(db):
    user = User.objects.create_user("dana@example.com", "x", company_name="Drake Design")

    assert user.account.name == "Drake Design"
    assert not user.is_staff


def test_a_user_may_join_an_account(alice):
    user = User.objects.create_user("dana@example.com", "x", account=alice.account)

    assert user.account == alice.account
    assert Account.objects.count() == 1


def test_a_user_that_cannot_be_made_leaves_no_account(alice):
    with pytest.raises(IntegrityError):
        User.objects.create_user("alice@example.com", "x")

    assert Account.objects.count() == 1


def test_a_superuser_may_do_all(db):
    user = User.objects.create_superuser("root@example.com", "x")

    assert (user.is_staff, user.is_superuser) == (True, True)


def test_a_session_rotates_from_its_latest_refresh_id_alone(alice):
    used = alice.session.refresh_id

    assert alice.session.rotate(used, MONTH)
    assert not alice.session.rotate(used, MONTH)
    assert not alice.session.rotate(uuid4(), MONTH)
    assert Session.objects.get().refresh_id == alice.session.refresh_id != used


def test_a_session_that_has_ended_does_not_rotate(alice):
    alice.session.end()

    assert not alice.session.rotate(alice.session.refresh_id, MONTH)


def test_ending_again_keeps_the_first_time(alice):
    alice.session.end()
    first = Session.objects.get().ended_at
    alice.session.end()

    assert Session.objects.get().ended_at == first


@pytest.mark.django_db(transaction=True)
def test_of_rotations_at_once_one_wins(alice):
    used = alice.session.refresh_id
    sessions = [Session.objects.get() for _ in range(6)]

    won = at_once(*[lambda session=session: session.rotate(used, MONTH) for session in sessions])

    assert sorted(won) == [False] * 5 + [True]


def test_a_session_cannot_be_of_another_accounts_user(alice, charlie):
    with pytest.raises(IntegrityError, match="session_user_same_account"), transaction.atomic():
        Session.objects.create(account=charlie.account, user=alice.user, expires_at=timezone.now())


def test_a_malformed_id_is_a_validation_error(db):
    with pytest.raises(ValidationError):
        User.objects.get(pk="nonsense")


def test_no_other_violation_is_taken_for_a_taken_email(db):
    with pytest.raises(IntegrityError, match="null value"), unique_email(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_user (id) VALUES (gen_random_uuid())")
