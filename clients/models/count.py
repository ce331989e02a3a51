"""Counters: how many clients an account has, without counting them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Coalesce

from accounts.tenancy import TenantModel, TenantQuerySet


class ClientCountQuerySet(TenantQuerySet["ClientCount"]):
    def total(self, *, active: bool | None = None) -> Any:
        """One row, `total`: how many clients there are, or only the active, or only the deactivated.

        0 where nothing is kept. The sum is no aggregate to Django, which would group the rows by
        something; so it stands alone, and as `Subquery(…)` in another query.
        """
        counted = {None: F("clients"), True: F("active"), False: F("clients") - F("active")}[active]
        total = Coalesce(Func(counted, function="sum"), Value(0), output_field=models.BigIntegerField())
        return self.values(total=Cast(total, models.BigIntegerField()))


class ClientCount(TenantModel):
    """How many clients an account has, all and active, spread over slots.

    Triggers keep them (clients/counts.py). A slot may be negative; only the sums mean anything.
    """

    pk = models.CompositePrimaryKey("account", "slot")
    slot = models.BigIntegerField()
    clients = models.BigIntegerField()
    active = models.BigIntegerField()

    objects: ClassVar[Any] = ClientCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # nobody writes it, and it is no page of the back office
        db_table_comment = "Kept by triggers on clients_client. Only the sums of an account's slots mean anything."

    def __str__(self) -> str:
        return f"{self.clients} clients, {self.active} active"
