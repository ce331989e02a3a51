"""Who uses DueSpark: accounts (the tenants), their users, and the users' sessions."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower, Now
from django.db.models.lookups import LessThan
from django.utils import timezone

from accounts.kept_answers import KeptAnswer as KeptAnswer  # a model that Django finds here
from accounts.tenancy import SameAccount, TenantForeignKey, TenantModel, TenantQuerySet
from duespark.errors import Conflict
from duespark.ids import TypeIDField
from duespark.postgres import violates

EMAIL_TAKEN = "A user with this email already exists."
SIGHTING_INTERVAL = timedelta(minutes=5)  # at least, between two notes that a session was seen


class Account(models.Model):
    """A tenant: the freelancer or the firm whose clients these are."""

    id = TypeIDField("account")
    name = models.CharField(max_length=200, blank=True, help_text="The company's name.")
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217; all of the account's invoices.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-created_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="account_currency_iso_4217"),
        ]

    def __str__(self) -> str:
        return self.name or self.id

    def close(self) -> None:
        """Locks every user of the account out, at once, until it is reopened. Nothing is deleted."""
        self.closed_at = timezone.now()
        self.save(update_fields=["closed_at"])

    def reopen(self) -> None:
        self.closed_at = None
        self.save(update_fields=["closed_at"])


class UserQuerySet(TenantQuerySet["User"]):
    def with_email(self, email: str) -> Self:
        """The one user with this email, case ignored, in whatever account: how a login begins."""
        return self.alias(email_key=Lower("email")).filter(email_key=Lower(models.Value(email)))

    def with_live_session(self, session: Any) -> Self:
        """The user whom this session lets in; what `SessionQuerySet.live` asks of sessions.

        `sighting_due` says whether it is to be noted that the session was seen.
        """
        live = self.filter(sessions=session, sessions__ended_at=None, is_active=True, account__closed_at=None)
        return live.annotate(sighting_due=_sighting_due("sessions__last_seen_at"))


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

    def end_sessions(self) -> None:
        Session.objects.for_account(self.account_id).filter(user=self).end()


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


def _sighting_due(last_seen_at: str) -> LessThan:
    """By the database's clock alone: those of several machines differ."""
    return LessThan(models.F(last_seen_at), Now() - SIGHTING_INTERVAL)


class SessionQuerySet(TenantQuerySet["Session"]):
    def open(self) -> Self:
        """Sessions that have neither ended nor expired."""
        return self.filter(ended_at=None, expires_at__gt=Now())

    def live(self) -> Self:
        """Sessions that still let somebody in: not ended, the user active, the account open."""
        return self.filter(ended_at=None, user__is_active=True, user__account__closed_at=None)

    def end(self) -> int:
        return self.filter(ended_at=None).update(ended_at=timezone.now())

    def see(self, **sighting: Any) -> int:
        """Notes that they were seen, and from where; but not those of which another request has just noted it."""
        return self.filter(_sighting_due("last_seen_at"), ended_at=None).update(last_seen_at=Now(), **sighting)


class Session(TenantModel):
    """One login of one user on one device, from the password to the logout.

    Its access tokens live while it does. Of its refresh tokens only the latest is good, the one
    whose `jti` is `refresh_id`; an older one that comes back was stolen, and ends the session.

    When and from where it was last seen is written at the login, at each refresh, and by other
    requests where nothing has been written for a `SIGHTING_INTERVAL`.
    """

    MAX_DEVICE = 400

    id = TypeIDField("session")
    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    refresh_id = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    device = models.CharField(max_length=MAX_DEVICE, null=True, help_text="The User-Agent that was sent.")
    address = models.GenericIPAddressField(null=True, unpack_ipv4=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *TenantModel.Meta.constraints,
            SameAccount("user", name="session_user_same_account"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "user"], name="session_of_user"),
        ]

    def __str__(self) -> str:
        return self.id

    @classmethod
    def begin(cls, user: User, lifetime: timedelta, **sighting: Any) -> "Session":
        """A new session of the user; those that have expired are swept away."""
        now = timezone.now()
        cls.objects.for_account(user.account_id).filter(user=user, expires_at__lt=now).delete()
        return cls.objects.create(account_id=user.account_id, user=user, expires_at=now + lifetime, **sighting)

    def rotate(self, used: uuid.UUID, lifetime: timedelta, **sighting: Any) -> bool:
        """Trades the refresh id `used` for a new one; False if another request was first.

        One conditional UPDATE, so of two requests with one refresh token exactly one wins.
        """
        now: datetime = timezone.now()
        following = uuid.uuid4()
        rows = (
            type(self)
            .objects.for_account(self.account_id)
            .filter(pk=self.pk, refresh_id=used, ended_at=None)
            .update(refresh_id=following, last_seen_at=now, expires_at=now + lifetime, **sighting)
        )
        if rows:
            self.refresh_id = following
        return bool(rows)

    def end(self) -> None:
        type(self).objects.for_account(self.account_id).filter(pk=self.pk).end()


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
