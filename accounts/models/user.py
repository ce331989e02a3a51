"""Users: who may enter, each for one account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.models import Session as BackOfficeSession
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower, Now
from django.db.models.lookups import LessThan
from django.utils import timezone

from accounts.models.account import Account
from accounts.tenancy import TenantModel, TenantQuerySet
from duespark.errors import Conflict
from duespark.ids import TypeIDField
from duespark.postgres import violates

EMAIL_TAKEN = "A user with this email already exists."
SIGHTING_INTERVAL = timedelta(minutes=5)  # at least, between two notes that a session was seen


def sighting_due(last_seen_at: str) -> LessThan:
    """By the database's clock alone: those of several machines differ."""
    return LessThan(models.F(last_seen_at), Now() - SIGHTING_INTERVAL)


class UserQuerySet(TenantQuerySet["User"]):
    def with_email(self, email: str) -> Self:
        """The one user with this email, case ignored, in whatever account: how a login begins."""
        return self.alias(email_key=Lower("email")).filter(email_key=Lower(models.Value(email)))

    def with_live_session(self, session: Any) -> Self:
        """The user whom this session lets in; what `SessionQuerySet.live` asks of sessions.

        `sighting_due` says whether it is to be noted that the session was seen.
        """
        live = self.filter(sessions=session, sessions__ended_at=None, is_active=True, account__closed_at=None)
        return live.annotate(sighting_due=sighting_due("sessions__last_seen_at"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.select_related("account").with_email(username or "").get()

    @transaction.atomic
    def create_user(self, email: str, password: str | None = None, *, company_name: str = "", **fields: Any) -> "User":
        """A user, in an account of their own unless `account` is given."""
        if "account" not in fields:
            fields["account"] = Account.objects.create(name=company_name)
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(force_insert=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(TenantModel, AbstractBaseUser, PermissionsMixin):
    """Somebody who logs in, by email, to exactly one account."""

    id = TypeIDField("user")
    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True, help_text="Off locks the user out at once.")
    is_staff = models.BooleanField("staff", default=False, help_text="May enter the back office.")
    is_verified = models.BooleanField("email verified", default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    sighting_due: bool  # of the session that let the user in
    _password: str | None  # the new password in the clear, between set_password and save

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=EMAIL_TAKEN,
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def may_enter(self) -> bool:
        """Neither locked out alone nor with the account; `SessionQuerySet.live` asks the same in SQL."""
        return self.is_active and self.account.closed_at is None

    @property
    def full_name_or_none(self) -> str | None:
        return self.full_name or None

    @property
    def company_name(self) -> str | None:
        return self.account.name or None

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new password ends the user's sessions: whoever knew the old one is out."""
        password_changed = self._password is not None and not self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if password_changed:
                self.end_sessions()

    @transaction.atomic
    def edit(self, **changes: Any) -> None:
        """Another email has been verified by nobody, and who is no longer staff leaves the back office for good."""
        if changes.get("email", self.email).lower() != self.email.lower():
            changes["is_verified"] = False
        if self.is_staff and not changes.get("is_staff", True):
            self._leave_back_office()
        for name, value in changes.items():
            setattr(self, name, value)
        with unique_email():
            self.save(update_fields=list(changes))

    @transaction.atomic
    def reset_password(self, password: str) -> bool:
        """Trades the password that was read for a new one, and ends the sessions; False if another was first.

        One conditional UPDATE, so of two requests with one token exactly one wins. Who could read the
        token's mail has verified the email.
        """
        read = self.password
        self.password, self.is_verified = make_password(password), True
        if not self._own_row.filter(password=read).update(password=self.password, is_verified=True):
            return False
        self.end_sessions()
        return True

    @transaction.atomic
    def deactivate(self) -> None:
        """Locks the user out, at once and until reactivated; what is open has to be logged in to again even then."""
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.end_sessions()

    def reactivate(self) -> None:
        self.is_active = True
        self.save(update_fields=["is_active"])

    def end_sessions(self) -> None:
        """Those of the API and, of staff, those of the back office."""
        sessions: Any = self.sessions
        sessions.for_account(self.account_id).end()
        if self.is_staff:
            self._leave_back_office()

    def _leave_back_office(self) -> None:
        """Django keeps its sessions, and knows not whose they are."""
        for kept in BackOfficeSession.objects.filter(expire_date__gt=timezone.now()):
            if kept.get_decoded().get(SESSION_KEY) == self.pk:
                kept.delete()


@contextmanager
def unique_email() -> Iterator[None]:
    """Says in our words that the database refused a user's email: somebody has it, in whatever account."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not violates(error, "user_email_unique"):
            raise
        raise Conflict(
            "Duplicate user: a user with this email already exists", errors={"email": [EMAIL_TAKEN]}
        ) from None
