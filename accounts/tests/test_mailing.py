"""Password reset mails on their way: none is lost, none is sent twice."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts import mailing
from accounts.mailing import GIVEN_UP_AFTER, LEASE, Sender, ask_for_reset, send_due
from accounts.models import ResetRequest
from accounts.tests.parallel import at_once

EMAIL = "alice@example.com"


@pytest.fixture
def away(settings):
    """A mail server that is not there."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there

    def back():
        settings.EMAIL_BACKEND = before

    return back


def lapse(duration):
    """Time goes by: what waits has waited that much longer."""
    for request in ResetRequest.objects.all():
        ResetRequest.objects.filter(pk=request.pk).update(
            asked_at=request.asked_at - duration, due_at=request.due_at - duration
        )


def test_a_mail_that_is_out_waits_no_more(alice, mailoutbox):
    ask_for_reset(EMAIL)

    assert [send_due(), send_due()] == [False, False]
    assert [mail.to for mail in mailoutbox] == [[EMAIL]]


def test_a_mail_server_that_is_away_gets_it_later(alice, mailoutbox, away):
    ask_for_reset(EMAIL)
    assert send_due() is True
    away()
    assert (send_due(), mailoutbox) == (True, [])  # not yet: it is another sender's, for all that is known

    lapse(LEASE)
    assert (send_due(), len(mailoutbox)) == (False, 1)


def test_one_that_cannot_be_sent_keeps_no_other_from_it(alice, bob, mailoutbox, monkeypatch):
    monkeypatch.setattr("accounts.mailing.mail_reset_token", failing_for(EMAIL))
    for email in (EMAIL, "bob@example.com"):
        ask_for_reset(email)

    assert send_due() is True
    assert [request.email for request in ResetRequest.objects.all()] == [EMAIL]


def failing_for(email):
    def mail(user):
        if user.email == email:
            raise ValueError("no mail server would say this")

    return mail


def test_what_is_given_up_is_logged(alice, away, caplog):
    ask_for_reset(EMAIL)
    lapse(GIVEN_UP_AFTER)

    assert send_due() is False
    assert "A password reset mail could not be sent, and is given up" in caplog.text
    assert not ResetRequest.objects.exists()


def test_a_sender_that_dies_leaves_it_to_the_next(alice, mailoutbox):
    ResetRequest.objects.create(email=EMAIL, due_at=timezone.now() + LEASE)  # it had begun
    assert (send_due(), mailoutbox) == (True, [])

    lapse(LEASE + timedelta(seconds=1))
    assert (send_due(), len(mailoutbox)) == (False, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_senders_one_sends(alice, mailoutbox):
    ResetRequest.objects.create(email=EMAIL)
    at_once(*[send_due] * 4)

    assert len(mailoutbox) == 1


def wait_until_sent():
    until = time.monotonic() + 60
    while ResetRequest.objects.exists():
        assert time.monotonic() < until, "nobody sends"
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_a_request_alone_has_it_sent(alice, nobody, mailoutbox):
    nobody.post("/auth/password-reset-request", {"email": EMAIL})
    wait_until_sent()

    assert [mail.to for mail in mailoutbox] == [[EMAIL]]


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_finds_the_database_away_tries_again(alice, mailoutbox, monkeypatch, caplog):
    outcomes = iter([OperationalError("away"), None])

    def due():
        if error := next(outcomes, None):
            raise error
        return send_due()

    monkeypatch.setattr(mailing, "send_due", due)
    monkeypatch.setattr(mailing, "LEASE", timedelta(0))
    ResetRequest.objects.create(email=EMAIL)
    Sender().wake()
    wait_until_sent()

    assert [mail.to for mail in mailoutbox] == [[EMAIL]]
    assert "The password reset mails that wait could not be read" in caplog.text
