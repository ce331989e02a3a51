"""Invoices, and what is due on them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Account
from accounts.tenancy import RecordedModel, RecordedQuerySet, SameAccount, TenantForeignKey
from clients.models.client import Client
from clients.models.payment import Payment
from clients.recording import RECORDED_INVOICE
from clients.sums import SUMS_OF_ACCOUNT
from clients.totals import CLIENT_FROM_INVOICES
from duespark.clock import today
from duespark.errors import Conflict
from duespark.ids import TypeIDField
from duespark.postgres import retry_deadlock, violates

NUMBER_TAKEN = "An invoice with this number already exists."
DUPLICATE_INVOICE = "Duplicate invoice: an invoice with this number already exists"


class InvoiceQuerySet(RecordedQuerySet["Invoice"]):
    def with_status(self, day: Any = None) -> Self:
        """Adds `derived_status`, by the same rules as `Invoice.status`, to filter and sort by.

        As of a day, which may be an expression; today by default.
        """
        return self.alias(
            derived_status=Case(
                When(~Q(cancelled_at=None), then=Value("cancelled")),
                When(amount_paid__gte=F("amount"), then=Value("paid")),
                When(due_date__lt=day or today(), then=Value("overdue")),
                default=Value("pending"),
            )
        )

    def overdue(self) -> Self:
        """The same invoices as `Invoice.status` calls so."""
        return self.filter(cancelled_at=None, amount_paid__lt=F("amount"), due_date__lt=today())


class Invoice(RecordedModel):
    """What a client owes for one piece of work.

    Its status is derived, never stored. `amount_paid` and `last_payment_date` are kept by triggers
    on the payments (clients/totals.py), and the database refuses more payment than is due.
    """

    STATUSES = ("pending", "overdue", "paid", "cancelled")
    CHANGEABLE = (
        "amount", "issue_date", "due_date", "description", "notes", "cancelled_at", "updated_at",
        "amount_paid", "last_payment_date",
    )  # fmt: skip

    id = TypeIDField("invoice")
    client = TenantForeignKey(Client, on_delete=models.PROTECT, related_name="invoices")
    invoice_number = models.CharField("number", max_length=100)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, editable=False)
    issue_date = models.DateField(default=today)
    due_date = models.DateField()
    description = models.TextField(null=True, blank=True)
    notes = models.TextField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    amount_paid = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal("0.00"), db_default=0, editable=False
    )
    last_payment_date = models.DateField(null=True, editable=False)

    objects: ClassVar[Any] = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *RecordedModel.Meta.constraints,
            SameAccount("client", name="invoice_client_same_account"),
            models.UniqueConstraint(
                fields=["account", "invoice_number"],
                name="invoice_number_unique",
                violation_error_message=NUMBER_TAKEN,
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(amount_paid__gte=0, amount_paid__lte=F("amount")),
                name="invoice_not_overpaid",
                violation_error_message="More has been paid than this amount.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("account", F("created_at").desc(), F("id").desc(), name="invoice_newest"),
            models.Index("account", "due_date", "id", name="invoice_by_due_date"),
            # Nothing in it that a payment changes: that would cost a payment an entry in each index of the table.
            models.Index(
                fields=["account", "client", "issue_date"], include=["cancelled_at"], name="invoice_of_client"
            ),
        ]
        triggers = (*CLIENT_FROM_INVOICES.triggers, *SUMS_OF_ACCOUNT.invoice_triggers, *RECORDED_INVOICE.triggers)

    def __str__(self) -> str:
        return self.invoice_number

    @property
    def status(self) -> str:
        if self.cancelled_at:
            return "cancelled"
        if self.amount_paid >= self.amount:
            return "paid"
        return "overdue" if self.due_date < today() else "pending"

    @property
    def amount_due(self) -> Decimal:
        """What is still to be paid; nothing on a cancelled invoice."""
        return Decimal("0.00") if self.cancelled_at else self.amount - self.amount_paid

    @property
    def days_until_due(self) -> int:
        """Days from today to the due date; negative once it has passed."""
        return (self.due_date - today()).days

    @classmethod
    @retry_deadlock
    def issue(cls, account: Account, client_id: str, **fields: Any) -> Self:
        """A new invoice for a client of the account; a date left out or None is by default.

        `Client.DoesNotExist` when it is no client of this account's. `Conflict` when the client is
        deactivated, were it at this very moment, or when an invoice has this number already.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            with transaction.atomic():
                clients = Client.objects.for_account(account.pk).select_for_update(of=("self",), no_key=True)
                client = clients.get(pk=client_id)
                if not client.is_active:
                    raise Conflict("The client is deactivated; reactivate it to invoice it.")
                invoice = cls(account_id=account.pk, client=client, currency=account.currency, **given)
                invoice.due_date = invoice.due_date or invoice.due_by_terms(invoice.issue_date)
                invoice.save(force_insert=True)
        except IntegrityError as error:
            if not violates(error, "invoice_number_unique"):
                raise
            raise duplicate_invoice() from None
        return invoice

    def due_by_terms(self, issue_date: date) -> date:
        """The due date that the client's payment terms give."""
        client: Any = self.client
        return issue_date + timedelta(days=client.payment_terms)

    @retry_deadlock
    @transaction.atomic
    def edit(self, **changes: Any) -> None:
        """Writes what differs and nothing else; a due date of None is the one by the client's terms.

        `Conflict` when the amount or the issue date would change after something has been paid.
        """
        self.lock()
        if "due_date" in changes and changes["due_date"] is None:
            changes["due_date"] = self.due_by_terms(changes.get("issue_date", self.issue_date))
        changed = [name for name, value in changes.items() if getattr(self, name) != value]
        if self.amount_paid and not {"amount", "issue_date"}.isdisjoint(changed):
            raise Conflict("Something has been paid on this invoice; its amount and issue date stay as they are.")
        if not changed:
            return
        for name in changed:
            setattr(self, name, changes[name])
        self.updated_at = timezone.now()
        self.save(update_fields=[*changed, "updated_at"])

    @retry_deadlock
    @transaction.atomic
    def cancel(self) -> None:
        """Takes the invoice out of every total. Again does no harm; a paid one stays."""
        self.lock()
        if self.cancelled_at:
            return
        if self.amount_paid >= self.amount:
            raise Conflict("The invoice is paid; a paid invoice cannot be cancelled.")
        self.cancelled_at = self.updated_at = timezone.now()
        self.save(update_fields=["cancelled_at", "updated_at"])

    @retry_deadlock
    @transaction.atomic
    def pay(self, amount: Decimal | None = None, **fields: Any) -> Payment:
        """Records a payment, of all that is due unless `amount` says less.

        `Conflict` when the invoice is paid or cancelled, or less is due than `amount`.
        """
        self.lock()
        if self.status in ("paid", "cancelled"):
            raise Conflict(f"The invoice is {self.status}; it takes no payment.")
        if amount is not None and amount > self.amount_due:
            raise Conflict(f"The payment is more than the {self.amount_due} that is due.")
        given = {name: value for name, value in fields.items() if value is not None}
        payment = Payment(account_id=self.account_id, invoice=self, amount=amount or self.amount_due, **given)
        payment.save(force_insert=True)
        self.refresh_from_db(fields=["amount_paid", "last_payment_date"])
        return payment

    def change_status(self, status: str, **payment: Any) -> None:
        """`paid` records a payment of what is due, `cancelled` cancels."""
        if status == "paid":
            self.pay(**payment)
        else:
            self.cancel()

    def lock(self) -> None:
        """Has the row to itself until the transaction ends, and reads it as it is now."""
        rows = type(self).objects.for_account(self.account_id).select_for_update(of=("self",), no_key=True)
        self.refresh_from_db(fields=self.CHANGEABLE, from_queryset=rows)


def duplicate_invoice() -> Conflict:
    return Conflict(DUPLICATE_INVOICE, code="DUPLICATE_INVOICE", errors={"invoice_number": [NUMBER_TAKEN]})
