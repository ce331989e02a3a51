"""Accounts: the tenants."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from duespark.ids import TypeIDField


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
