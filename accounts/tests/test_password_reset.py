from datetime import datetime, timedelta

import pytest
from django.contrib.auth.tokens import default_token_generator

from accounts.models import User
from accounts.serializers import reset_token
from accounts.tests.parallel import at_once
from conftest import PASSWORD

NEW = "a lamp, a river, a Tuesday"
USED = ["The token is not valid, or has been used or expired."]


def reset(caller, token, password=NEW):
    return caller.post("/auth/password-reset", {"token": token, "password": password})


def refused(response):
    assert response.status_code == 400
    assert response.json()["error_code"] == "VALIDATION_ERROR"
    return response.json()["errors"]


def log_in(caller, password):
    return caller.post("/auth/login", {"username": "alice@example.com", "password": password}).status_code


def test_the_new_password_opens_and_the_old_one_does_not(alice, nobody):
    response = reset(nobody, reset_token(alice.user))

    assert (response.status_code, response.json()) == (200, {"message": "Password changed. Please log in."})
    assert (log_in(nobody, NEW), log_in(nobody, PASSWORD)) == (200, 401)


def test_every_session_ends_and_nobody_elses(alice, on_another_device, bob, nobody):
    reset(nobody, reset_token(alice.user))

    assert [caller.get("/auth/me").status_code for caller in (alice, on_another_device, bob)] == [401, 401, 200]


def test_the_token_works_once(alice, nobody):
    token = reset_token(alice.user)
    reset(nobody, token)

    assert refused(reset(nobody, token, "another lamp, another river")) == {"token": USED}
    assert log_in(nobody, NEW) == 200


def test_it_works_once_even_for_the_same_password(alice, nobody):
    token = reset_token(alice.user)
    assert reset(nobody, token, PASSWORD).status_code == 200

    assert refused(reset(nobody, token, PASSWORD)) == {"token": USED}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins(alice, nobody):
    token = reset_token(alice.user)
    passwords = [f"a lamp, a river, day {day}" for day in range(4)]
    answers = at_once(*[lambda password=password: reset(nobody, token, password) for password in passwords])

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    won = next(password for password, answer in zip(passwords, answers, strict=True) if answer.status_code == 200)
    assert log_in(nobody, won) == 200


def test_one_token_kills_the_others(alice, nobody):
    first, second = reset_token(alice.user), reset_token(alice.user)
    reset(nobody, second)

    assert refused(reset(nobody, first)) == {"token": USED}


class Yesterday(type(default_token_generator)):
    """The generator as it was, some time ago."""

    def __init__(self, ago):
        super().__init__()
        self.ago = ago

    def _now(self):
        return datetime.now() - self.ago


@pytest.mark.parametrize(
    ("ago", "status"), [(timedelta(hours=23, minutes=59), 200), (timedelta(days=1, minutes=1), 400)]
)
def test_it_is_good_for_a_day(alice, nobody, ago, status):
    token = f"{alice.user.pk}.{Yesterday(ago).make_token(alice.user)}"

    assert reset(nobody, token).status_code == status


@pytest.mark.parametrize("password", ["short1!", "password123", "83746529102", "alice@example.com"])
def test_a_weak_password_is_refused_and_spends_nothing(alice, nobody, password):
    token = reset_token(alice.user)
    response = reset(nobody, token, password)

    assert response.status_code == 400
    assert response.json()["error_code"] == "WEAK_PASSWORD"
    assert list(response.json()["errors"]) == ["password"]
    assert reset(nobody, token).status_code == 200


def test_one_users_token_is_not_anothers(alice, bob, nobody):
    secret = reset_token(alice.user).partition(".")[2]

    assert refused(reset(nobody, f"{bob.user.pk}.{secret}")) == {"token": USED}


def test_a_change_of_password_kills_it(alice, nobody):
    token = reset_token(alice.user)
    alice.user.set_password("yet another lamp")
    alice.user.save()

    assert refused(reset(nobody, token)) == {"token": USED}


def test_a_change_of_email_kills_it(alice, nobody):
    token = reset_token(alice.user)
    User.objects.update(email="alice@new.example")

    assert refused(reset(nobody, token)) == {"token": USED}


def test_a_deactivated_user_cannot(alice, nobody):
    token = reset_token(alice.user)
    User.objects.update(is_active=False)

    assert refused(reset(nobody, token)) == {"token": USED}


def test_a_user_of_a_closed_account_cannot(alice, nobody):
    token = reset_token(alice.user)
    alice.account.close()

    assert refused(reset(nobody, token)) == {"token": USED}


def test_who_read_the_mail_has_verified_the_email(alice, nobody):
    reset(nobody, reset_token(alice.user))

    assert User.objects.get().is_verified


@pytest.mark.parametrize("tail", ["", ".", "..", ".a-b", ".é-ü", ".-", ".0-0", f".{'z' * 4000}-0", ".1-x\x1f", "/../x"])
def test_nonsense_is_no_token(alice, nobody, tail):
    for head in (alice.user.pk, "user_01h455vb4pex5vsknk084sn02q", "x", ""):
        token = head + tail
        if token:
            assert refused(reset(nobody, token)) == {"token": USED}


@pytest.mark.parametrize("value", [None, "", 5, True, [], {}, "a\x00b", "\ud800", "x" * 5000])
@pytest.mark.parametrize("field", ["token", "password"])
def test_what_is_no_text_is_a_validation_error(alice, nobody, field, value):
    body = {"token": reset_token(alice.user), "password": NEW, field: value}

    assert list(refused(nobody.post("/auth/password-reset", body))) == [field]


def test_both_are_required(nobody):
    assert list(refused(nobody.post("/auth/password-reset", {}))) == ["token", "password"]
