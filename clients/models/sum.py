"""Sums: what an account's invoices come to by the day, without reading them."""

from django.db import models

from accounts.tenancy import TenantModel


class AccountSum(TenantModel):
    """A share of what an account's invoices that are not cancelled come to.

    `invoiced` in the month of their issue and `collected` in that of each payment, both by the
    month's first day, and what is still `due` by the day on which it is. Spread over slots: only the
    sum of them means anything. Triggers keep it (clients/sums.py).
    """

    pk = models.CompositePrimaryKey("account", "day", "kind", "slot")
    day = models.DateField()
    kind = models.TextField()
    slot = models.IntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        default_permissions = ()  # nobody writes it, and it is no page of the back office
        db_table_comment = (
            "Kept by triggers on clients_invoice and clients_payment. Only the sums of a day's slots mean anything."
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.day}: {self.amount}"
