"""Accounts: the tenants."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone

from duespark.errors import Conflict
from duespark.ids import TypeIDField

KEEPS_CURRENCY = "The account has invoices in its currency already; another would change what its sums say."


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

    @transaction.atomic
    def edit(self, **changes: Any) -> None:
        """`Conflict` when the currency would change of an account whose invoices have it."""
        if changes.get("currency", self.currency) != self.currency:
            type(self)._base_manager.select_for_update().get(pk=self.pk)  # waits for who is issuing an invoice
            if self._has_money():
                raise Conflict(f"The account is kept in {self.currency}.", errors={"currency": [KEEPS_CURRENCY]})
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    def _has_money(self) -> bool:
        """Whether a row of the account's, of whichever app, has a currency of its own, which was the account's."""
        its: list[Any] = [one.related_model for one in self._meta.get_fields(include_hidden=True) if one.one_to_many]
        of_money = [model for model in its if any(field.name == "currency" for field in model._meta.fields)]
        return any(model.objects.for_account(self).exists() for model in of_money)

    def close(self) -> None:
        """Locks every user of the account out, at once, until it is reopened. Nothing is deleted."""
        self.closed_at = timezone.now()
        self.save(update_fields=["closed_at"])

    def reopen(self) -> None:
        self.closed_at = None
        self.save(update_fields=["closed_at"])
