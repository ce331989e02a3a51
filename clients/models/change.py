"""Changes: what became of clients, invoices and payments, one row each time."""

from typing import Any, ClassVar

from django.db import models

from accounts.tenancy import TenantModel
from accounts.triggers import append_only


class Change(TenantModel):
    """One change of one row of a client, an invoice or a payment.

    Triggers write it (clients/recording.py), and nobody can change or delete it: what is here has
    happened. `old_values` and `new_values` are the columns that differ, by their names; there is no
    `new_values` where the row was deleted. `number` orders the changes. `parent_id` is what the row
    belonged to until then: an invoice to its client, a payment to its invoice.

    No constraint guards the account, which is copied from the row: a check would lock the account
    for every change, and what is recorded outlives it.
    """

    pk = models.CompositePrimaryKey("account", "row_id", "number")
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.DO_NOTHING,
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )
    row_id = models.UUIDField()
    number = models.BigIntegerField()
    kind = models.TextField()
    parent_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.TextField(null=True, help_text="A user's id or a command's name; null is SQL.")
    old_values = models.JSONField()
    new_values = models.JSONField(null=True)

    class Meta:
        default_permissions = ()  # nobody writes it
        db_table_comment = "Kept by triggers on clients_client, clients_invoice and clients_payment. Append-only."
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["account", "parent_id", "number"],
                name="change_of_parent",
                condition=models.Q(parent_id__isnull=False),
            ),
        ]
        triggers: ClassVar[list[Any]] = append_only("change", "The history is append-only.")

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}: change {self.number}"
