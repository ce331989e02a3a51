"""What is tried and asked for, as far as it is counted or waits to be done; it is no tenant's."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from duespark.ids import TypeIDField


class FailedLogin(models.Model):
    """One wrong password, under the digest of the email or of the address it came from.

    Digests, because the emails that people try are none of ours to keep.
    """

    id = TypeIDField("failure")
    key = models.BinaryField(max_length=32)
    failed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key", "failed_at"], name="failed_login_of_key"),
            models.Index(fields=["failed_at"], name="failed_login_age"),
        ]

    def __str__(self) -> str:
        return self.id


class ResetRequest(models.Model):
    """Somebody has asked for a new password, by an email that may be nobody's; gone when the mail is out."""

    id = TypeIDField("reset")
    email = models.EmailField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, help_text="When it is tried next.")

    def __str__(self) -> str:
        return self.id


class RateWindow(models.Model):
    """How many requests one caller has made in one window of time.

    A row a caller, rewritten in place: it is here, and not on the user's row, that requests write.
    """

    caller = models.CharField(max_length=64, primary_key=True, help_text="A user's id or a client's address.")
    started_at = models.DateTimeField()
    requests = models.PositiveIntegerField()

    class Meta:
        db_table_comment = "Who asks how often: the API, while API_RATE_LIMIT is set, and for new passwords."
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["started_at"], name="rate_window_age")]

    def __str__(self) -> str:
        return self.caller
