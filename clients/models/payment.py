"""Payments: what has come in on an invoice."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.tenancy import RecordedModel, RecordedQuerySet, SameAccount, TenantForeignKey
from clients.recording import RECORDED_PAYMENT
from clients.sums import SUMS_OF_ACCOUNT
from clients.totals import INVOICE_FROM_PAYMENTS
from duespark.clock import today
from duespark.ids import TypeIDField


class PaymentQuerySet(RecordedQuerySet["Payment"]):
    pass


class Payment(RecordedModel):
    """Money received for one invoice; never more, in all, than the invoice's amount."""

    id = TypeIDField("payment")
    invoice = TenantForeignKey("clients.Invoice", on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    payment_date = models.DateField(default=today)
    payment_method = models.CharField(max_length=50, null=True, blank=True)
    payment_reference = models.CharField(max_length=200, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    objects: ClassVar[Any] = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ("-payment_date", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *RecordedModel.Meta.constraints,
            SameAccount("invoice", name="payment_invoice_same_account"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_above_zero"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "invoice", "payment_date"], name="payment_of_invoice"),
        ]
        triggers = (*INVOICE_FROM_PAYMENTS.triggers, *SUMS_OF_ACCOUNT.payment_triggers, *RECORDED_PAYMENT.triggers)

    def __str__(self) -> str:
        return f"{self.amount} on {self.payment_date}"
