"""Sessions: logins, and what keeps them alive."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models.user import User, sighting_due
from accounts.tenancy import SameAccount, TenantForeignKey, TenantModel, TenantQuerySet
from duespark.ids import TypeIDField


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
        return self.filter(sighting_due("last_seen_at"), ended_at=None).update(last_seen_at=Now(), **sighting)


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
