"""The mails with which passwords are chosen, new and forgotten ones: sent beside the requests that ask for them.

A request writes down that somebody has asked, and no more: whose email it is, and whether a mail
server takes long, shows in no answer's time. A row waits until its mail is sent, through restarts
and mail servers that are away; one sender at a time has it, for as long as its lease.
"""

import logging
from datetime import timedelta
from threading import Event, Lock, Thread

from django.conf import settings
from django.core.mail import send_mail
from django.db import Error, connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import ResetRequest, User
from accounts.serializers import reset_token

logger = logging.getLogger("duespark.accounts")

LEASE = timedelta(minutes=1)  # longer than a mail server may hang; then it is tried again
GIVEN_UP_AFTER = timedelta(hours=1)

RESET = ("Reset your DueSpark password", "accounts/password_reset.txt")
INVITATION = ("You are invited to DueSpark", "accounts/invitation.txt")


def ask_for_reset(email: str) -> None:
    """Has a one-time token mailed to the user with this email, if there is one. Who has no password yet is invited."""
    ResetRequest.objects.create(email=email)
    transaction.on_commit(SENDER.wake)


def send_due() -> bool:
    """Sends what is due, each mail once; whether some still wait."""
    while request := _leased():
        _fulfil(request)
    return ResetRequest.objects.exists()


def _leased() -> ResetRequest | None:
    now = timezone.now()
    with transaction.atomic():
        due = ResetRequest.objects.select_for_update(skip_locked=True).filter(due_at__lte=now)
        request = due.order_by("due_at").first()
        if request:
            request.due_at = now + LEASE
            request.save(update_fields=["due_at"])
    return request


def _fulfil(request: ResetRequest) -> None:
    user = User.objects.select_related("account").with_email(request.email).first()
    try:
        if user and user.may_enter:
            mail_reset_token(user)
    except Exception:  # whatever a mail server may say; the others must still go out
        if timezone.now() < request.asked_at + GIVEN_UP_AFTER:
            logger.exception("A password reset mail could not be sent, and will be tried again")
            return
        logger.exception("A password reset mail could not be sent, and is given up")
    request.delete()


def mail_reset_token(user: User) -> None:
    context = {"user": user, "token": reset_token(user), "url": settings.PASSWORD_RESET_URL}
    subject, text = RESET if user.has_usable_password() else INVITATION
    send_mail(
        subject=subject,
        message=render_to_string(text, context),
        from_email=None,
        recipient_list=[user.email],
    )


class Sender:
    """A process' thread that sends, begun with the first mail: a fork would not have its parent's."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.called = Event()
        self.thread: Thread | None = None

    def wake(self) -> None:
        self.called.set()
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = Thread(target=self._run, name="reset mails", daemon=True)  # a row outlives it
                self.thread.start()

    def _run(self) -> None:
        waiting = False
        while True:
            self.called.wait(LEASE.total_seconds() if waiting else None)
            self.called.clear()
            try:
                waiting = send_due()
            except Error:
                logger.exception("The password reset mails that wait could not be read")
                waiting = True
            finally:
                connection.close()


SENDER = Sender()
