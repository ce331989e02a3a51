import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.mailing import send_due
from accounts.models import RateWindow, ResetRequest, User

ANSWER = {"message": "If a user has this email, a message is on its way."}


def ask(caller, email="alice@example.com", **extra):
    response = caller.post("/auth/password-reset-request", {"email": email}, **extra)
    send_due()
    return response


def test_the_answer_is_the_same_whether_or_not_the_email_exists(alice, nobody):
    answers = [ask(nobody), ask(nobody, "ghost@example.com")]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, ANSWER)] * 2


def test_the_mail_goes_to_the_user_alone(alice, bob, nobody, mailoutbox):
    ask(nobody)

    (mail,) = mailoutbox
    assert mail.to == ["alice@example.com"]
    assert mail.subject == "Reset your DueSpark password"
    assert "Alice Archer" in mail.body


def test_the_mail_holds_the_token_that_resets(alice, nobody, mailoutbox):
    ask(nobody)
    token = re.search(r"^user_\S+$", mailoutbox[0].body, re.MULTILINE)[0]
    answer = nobody.post("/auth/password-reset", {"token": token, "password": "a lamp, a river, a Tuesday"})

    assert answer.status_code == 200


def test_with_a_page_of_its_own_the_mail_links_there(alice, nobody, mailoutbox, settings):
    settings.PASSWORD_RESET_URL = "https://app.example.com/reset"
    ask(nobody)

    assert re.search(r"^https://app\.example\.com/reset\?token=user_[\w.-]+$", mailoutbox[0].body, re.MULTILINE)


def test_the_mail_is_plain_text_with_nothing_escaped(alice, nobody, mailoutbox):
    User.objects.update(full_name="Zoë <O'Neil> & Co")
    ask(nobody)

    assert "Hello Zoë <O'Neil> & Co," in mailoutbox[0].body
    assert mailoutbox[0].alternatives == []


@pytest.mark.parametrize("email", ["ALICE@example.com", " alice@example.com ", "al\u0130ce@example.com"])
def test_however_it_is_written_the_mail_goes_to_the_address_on_file(alice, nobody, mailoutbox, email):
    ask(nobody, email)

    assert [mail.to for mail in mailoutbox] == [["alice@example.com"]]


def test_nobody_gets_no_mail(alice, nobody, mailoutbox):
    ask(nobody, "ghost@example.com")

    assert mailoutbox == []


def test_a_deactivated_user_gets_no_mail(alice, nobody, mailoutbox):
    User.objects.update(is_active=False)

    assert ask(nobody).json() == ANSWER
    assert mailoutbox == []


def test_a_user_of_a_closed_account_gets_no_mail(alice, nobody, mailoutbox):
    alice.account.close()

    assert ask(nobody).json() == ANSWER
    assert mailoutbox == []


def test_asking_changes_nothing(alice, nobody):
    ask(nobody)

    assert alice.get("/auth/me").status_code == 200
    assert User.objects.get().password == alice.user.password


@pytest.mark.parametrize("state", ["active", "unknown", "deactivated", "closed"])
def test_whoevers_it_is_the_request_does_the_same(alice, nobody, state):
    """So its time tells no more than its answer does."""
    email = "ghost@example.com" if state == "unknown" else "alice@example.com"
    if state == "deactivated":
        User.objects.update(is_active=False)
    elif state == "closed":
        alice.account.close()
    with CaptureQueriesContext(connection) as queries:
        nobody.post("/auth/password-reset-request", {"email": email})

    assert [query["sql"].split()[:3] for query in queries] == [
        ["INSERT", "INTO", "accounts_ratewindow"],
        ["DELETE", "FROM", "accounts_ratewindow"],
        ["INSERT", "INTO", "accounts_ratewindow"],
        ["DELETE", "FROM", "accounts_ratewindow"],
        ["INSERT", "INTO", '"accounts_resetrequest"'],
    ]


# How often.


@pytest.mark.parametrize("email", ["alice@example.com", "ghost@example.com"])
def test_an_email_may_be_asked_about_five_times_an_hour(alice, nobody, mailoutbox, email):
    answers = [ask(nobody, email, REMOTE_ADDR=f"192.0.2.{i}") for i in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["error_code"] == "RATE_LIMITED"
    assert 3590 < int(answers[-1]["Retry-After"]) <= 3600
    assert len(mailoutbox) == (5 if email == "alice@example.com" else 0)


@pytest.mark.parametrize("email", ["ALICE@example.com", " alice@example.com "])
def test_another_spelling_is_the_same_email(alice, nobody, email):
    for _ in range(5):
        ask(nobody)

    assert ask(nobody, email).status_code == 429


def test_an_address_may_ask_about_fifty_an_hour_and_uses_up_nobody_elses(alice, nobody):
    answers = [nobody.post("/auth/password-reset-request", {"email": f"ghost{i}@example.com"}) for i in range(50)]

    assert {answer.status_code for answer in answers} == {200}
    assert [ask(nobody).status_code for _ in range(6)] == [429] * 6
    assert ask(nobody, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_no_email_is_kept_that_was_only_counted(nobody):
    ask(nobody, "secret@example.com")

    assert not any("secret" in window.caller for window in RateWindow.objects.all())
    assert not ResetRequest.objects.exists()


@pytest.mark.parametrize("body", [{}, {"email": None}, {"email": ""}, {"email": "no address"}, {"email": 5}])
def test_what_is_no_email_is_a_validation_error(nobody, body):
    response = nobody.post("/auth/password-reset-request", body)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["email"]


@pytest.mark.parametrize("email", ["a@example.com\nBcc: b@example.com", "a@example.com,b@example.com", "a\x00@b.com"])
def test_no_header_is_smuggled_in(alice, nobody, mailoutbox, email):
    assert ask(nobody, email).status_code == 400
    assert mailoutbox == []
