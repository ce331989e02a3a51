from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import FailedLogin
from accounts.tests.parallel import at_once
from accounts.throttling import MAX_FAILURES_PER_ADDRESS, MAX_FAILURES_PER_EMAIL, WINDOW, LoginGuard
from conftest import PASSWORD

HOME = "192.0.2.1"


def log_in(caller, email="alice@example.com", password="wrong", address=HOME, **extra):
    return caller.post("/auth/login", {"username": email, "password": password}, REMOTE_ADDR=address, **extra)


def fail(times, email="alice@example.com", address=HOME):
    """As many wrong passwords, without the price of hashing them."""
    for _ in range(times):
        LoginGuard(email, address)


def lapse(duration):
    """Time goes by: what has failed failed that much earlier."""
    for failure in FailedLogin.objects.all():
        FailedLogin.objects.filter(pk=failure.pk).update(failed_at=failure.failed_at - duration)


def test_ten_wrong_passwords_are_answered_and_the_eleventh_is_not(alice, nobody):
    answers = [log_in(nobody).status_code for _ in range(MAX_FAILURES_PER_EMAIL + 1)]

    assert answers == [401] * 10 + [429]


def test_a_locked_email_says_until_when(alice, nobody):
    fail(MAX_FAILURES_PER_EMAIL)
    response = log_in(nobody)

    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["error_code"] == "ACCOUNT_LOCKED"
    assert 0 < int(response["Retry-After"]) <= WINDOW.total_seconds()


def test_the_right_password_does_not_open_a_locked_email(alice, nobody):
    fail(MAX_FAILURES_PER_EMAIL)

    assert log_in(nobody, password=PASSWORD).status_code == 429


def test_the_right_password_opens_before_the_last_try_and_forgives(alice, nobody):
    fail(MAX_FAILURES_PER_EMAIL - 1)
    assert log_in(nobody, password=PASSWORD).status_code == 200

    fail(MAX_FAILURES_PER_EMAIL - 1)
    assert log_in(nobody, password=PASSWORD).status_code == 200


@pytest.mark.parametrize("email", ["ALICE@example.com", " alice@example.com ", "al\u0130ce@example.com"])
def test_another_spelling_of_the_email_is_the_same_email(alice, nobody, email):
    fail(MAX_FAILURES_PER_EMAIL)

    assert log_in(nobody, email=email).status_code == 429


def test_another_address_does_not_help(alice, nobody):
    fail(MAX_FAILURES_PER_EMAIL)

    assert log_in(nobody, address="198.51.100.7").status_code == 429


def test_other_emails_are_not_locked(alice, bob, nobody):
    fail(MAX_FAILURES_PER_EMAIL)

    assert log_in(nobody, email="bob@example.com", password=PASSWORD).status_code == 200


def test_an_email_that_nobody_has_locks_alike(nobody):
    fail(MAX_FAILURES_PER_EMAIL, email="ghost@example.com")

    assert log_in(nobody, email="ghost@example.com").json()["error_code"] == "ACCOUNT_LOCKED"


def test_one_address_trying_many_emails_is_locked(alice, nobody):
    for number in range(MAX_FAILURES_PER_ADDRESS):
        fail(1, email=f"guess{number}@example.com")

    assert log_in(nobody, password=PASSWORD).json()["error_code"] == "ACCOUNT_LOCKED"
    assert log_in(nobody, password=PASSWORD, address="198.51.100.7").status_code == 200


def test_a_success_does_not_forgive_the_address(alice, nobody):
    for number in range(MAX_FAILURES_PER_ADDRESS - 1):
        fail(1, email=f"guess{number}@example.com")
    assert log_in(nobody, password=PASSWORD).status_code == 200
    fail(1, email="last@example.com")

    assert log_in(nobody, password=PASSWORD).status_code == 429


def test_it_opens_again_after_a_quarter_of_an_hour(alice, nobody):
    fail(MAX_FAILURES_PER_EMAIL)
    lapse(WINDOW)

    assert log_in(nobody, password=PASSWORD).status_code == 200


def test_retry_after_is_kept(alice, nobody):
    fail(1)
    lapse(timedelta(minutes=5))
    fail(MAX_FAILURES_PER_EMAIL - 1)
    wait = timedelta(seconds=int(log_in(nobody)["Retry-After"]))
    assert timedelta(minutes=9, seconds=50) < wait <= timedelta(minutes=10)

    lapse(wait)
    assert log_in(nobody, password=PASSWORD).status_code == 200


def test_tries_while_locked_do_not_lock_for_longer(alice, nobody):
    fail(MAX_FAILURES_PER_EMAIL)
    lapse(WINDOW / 2)
    for _ in range(5):
        assert log_in(nobody).status_code == 429
    lapse(WINDOW / 2)

    assert log_in(nobody, password=PASSWORD).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_count_too(alice, nobody):
    answers = at_once(*[lambda: log_in(nobody)] * 16)

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {401, 429}
    assert statuses.count(401) <= MAX_FAILURES_PER_EMAIL < len(statuses)
    assert log_in(nobody, "nobody@example.com").status_code == 401  # the address is not locked, nor all of them


def test_what_has_expired_is_swept_away(alice, nobody):
    fail(3)
    lapse(WINDOW + timedelta(seconds=1))
    log_in(nobody, password=PASSWORD)

    assert not FailedLogin.objects.filter(failed_at__lt=timezone.now() - WINDOW).exists()


def test_no_email_is_kept(nobody):
    fail(1, email="secret@example.com")

    assert not any(b"secret" in bytes(failure.key) for failure in FailedLogin.objects.all())


def test_a_forwarded_address_is_nobodys_word(alice, nobody):
    for number in range(MAX_FAILURES_PER_ADDRESS):
        fail(1, email=f"guess{number}@example.com")

    assert log_in(nobody, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 429


def test_behind_a_proxy_it_is_the_address_the_proxy_saw(alice, nobody, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    for number in range(MAX_FAILURES_PER_ADDRESS):
        fail(1, email=f"guess{number}@example.com", address="203.0.113.9")

    seen = log_in(nobody, HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.9", address="10.0.0.1")
    assert seen.status_code == 429
    lied = log_in(nobody, HTTP_X_FORWARDED_FOR="203.0.113.9, 1.1.1.1", address="10.0.0.1")
    assert lied.status_code == 401
