import re

import pytest

from accounts.models import User

ANSWER = {"message": "If a user has this email, a message is on its way."}


def ask(caller, email="alice@example.com"):
    return caller.post("/auth/password-reset-request", {"email": email})


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


def test_a_mail_server_that_is_away_tells_nobody_anything(alice, nobody, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there

    assert (ask(nobody).status_code, ask(nobody).json()) == (200, ANSWER)


@pytest.mark.parametrize("body", [{}, {"email": None}, {"email": ""}, {"email": "no address"}, {"email": 5}])
def test_what_is_no_email_is_a_validation_error(nobody, body):
    response = nobody.post("/auth/password-reset-request", body)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["email"]


@pytest.mark.parametrize("email", ["a@example.com\nBcc: b@example.com", "a@example.com,b@example.com", "a\x00@b.com"])
def test_no_header_is_smuggled_in(alice, nobody, mailoutbox, email):
    assert ask(nobody, email).status_code == 400
    assert mailoutbox == []
