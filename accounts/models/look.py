"""Looks: which of the staff has seen what of a customer's data."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.user import User
from accounts.tenancy import TenantModel, TenantQuerySet
from accounts.triggers import append_only
from duespark.ids import TypeIDField


class LookQuerySet(TenantQuerySet["Look"]):
    def note(self, staff: User, accounts: Iterable[str], **seen: Any) -> None:
        """One look for each account whose rows were shown, in one statement."""
        now = timezone.now()
        self.bulk_create(
            self.model(account_id=account, staff=staff.pk, email=staff.email, looked_at=now, **seen)
            for account in sorted(set(accounts))
        )


class Look(TenantModel):
    """One of the staff has looked at an account's data in the back office.

    Who it was is written down as it was then: the row outlives whatever becomes of them. `row` is the
    public id of the one row whose page it was; a list, a choice or an export has none, and `asked` says
    what it was of. Nobody can change or delete a look.
    """

    class What(models.TextChoices):
        PAGE = "page"
        HISTORY = "history"
        LIST = "list"
        CHOICE = "choice"
        EXPORT = "export"

    MAX_ASKED = 500

    id = TypeIDField("look")
    staff = models.TextField(help_text="The public id of who looked.")
    email = models.TextField("staff")
    what = models.CharField(max_length=7, choices=What)
    kind = models.CharField("of", max_length=40, help_text="What kind of row it was.")
    row = models.TextField(null=True, help_text="The public id of the row whose page it was.")
    asked = models.CharField("asked for", max_length=MAX_ASKED, blank=True, help_text="The search and the filters.")
    looked_at = models.DateTimeField("when")
    address = models.GenericIPAddressField(null=True, unpack_ipv4=True)

    objects: ClassVar[Any] = LookQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        ordering = ("-id",)  # ids begin with their time
        constraints: ClassVar[list[models.BaseConstraint]] = [*TenantModel.Meta.constraints]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["row", "id"], name="look_by_row"),
            models.Index(fields=["staff", "id"], name="look_of_staff"),
        ]
        triggers: ClassVar[list[Any]] = append_only("look", "The log of looks is append-only.")

    def __str__(self) -> str:
        return self.id
