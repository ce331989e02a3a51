"""Months: what a client's invoices of one come to, without reading them."""

from django.db import models

from accounts.tenancy import TenantForeignKey, TenantModel
from clients.models.client import Client


class ClientMonth(TenantModel):
    """What a client's invoices of one month come to: those that are not cancelled, by the day of their issue.

    Triggers keep it (clients/months.py). `payment_days` is how many days passed, in all, from the
    issue of the fully paid ones to their last payment.

    No constraint guards `client`: an invoice has one, a month has no row without an invoice, and an
    import would pay for the check with a quarter of its time. Likewise nothing hangs on a month's row
    that could keep a client from being deleted.
    """

    pk = models.CompositePrimaryKey("account", "client", "month")
    client = TenantForeignKey(Client, on_delete=models.DO_NOTHING, related_name="months")
    month = models.DateField()  # its first day
    total_invoiced = models.DecimalField(max_digits=20, decimal_places=2)
    total_paid = models.DecimalField(max_digits=20, decimal_places=2)
    invoice_count = models.IntegerField()
    paid_count = models.IntegerField()
    payment_days = models.BigIntegerField()

    class Meta:
        default_permissions = ()  # nobody writes it, and it is no page of the back office
        db_table_comment = "Kept by triggers on clients_invoice."

    def __str__(self) -> str:
        return f"{self.month.isoformat()[:7]}: {self.total_invoiced}"
