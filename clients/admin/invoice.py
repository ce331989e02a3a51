"""The back office's screens of invoices."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.backoffice.display import PAGE, Link, Table, add_url, badge, link, list_url, money
from accounts.backoffice.filters import RowFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import TenantAdmin
from accounts.backoffice.verbs import Verb
from clients import fields
from clients.models import Invoice, Payment
from duespark.clock import today
from duespark.records import Record

# The client is chosen, not named by id, and its account's currency is the invoice's.
NEW_INVOICE = replace(
    fields.INVOICE_CHANGE,
    rules={"invoice_number": fields.INVOICE_NUMBER, **fields.INVOICE_CHANGE.rules},
    required=frozenset({"invoice_number", "amount"}),
)


class InvoiceForm(RecordForm):
    class Meta:
        help_texts = {
            "amount": "In the account's currency.",
            "due_date": "By the client's payment terms if it is left empty.",
        }

    @property
    def record(self) -> Record:  # type: ignore[override]
        return fields.INVOICE_CHANGE if self.changes_row else NEW_INVOICE

    def add(self, **values: Any) -> Invoice:
        client = values.pop("client")
        return Invoice.issue(client.account, client.pk, **values)


class StatusFilter(admin.SimpleListFilter):
    title = parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status, status.capitalize()) for status in Invoice.STATUSES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(derived_status=self.value()) if self.value() else queryset


class DueFilter(admin.SimpleListFilter):
    title = "due date"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("past", "Past"), ("today", "Today"), ("7", "Within 7 days"), ("30", "Within 30 days")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "past":
                return queryset.filter(due_date__lt=today())
            case "today":
                return queryset.filter(due_date=today())
            case "7" | "30" as days:
                return queryset.filter(due_date__range=(today(), today() + timedelta(days=int(days))))
        return queryset


def takes_payment(invoice: Invoice) -> bool:
    return invoice.status not in ("paid", "cancelled")


@admin.register(Invoice)
class InvoiceAdmin(TenantAdmin):
    form = InvoiceForm
    list_display = (
        "invoice_number",
        "status",
        "client_name",
        "owner",
        "total",
        "paid",
        "due",
        "issue_date",
        "due_date",
    )
    list_filter = (*TenantAdmin.list_filter, ("client", RowFilter), StatusFilter, DueFilter)
    search_fields = ("invoice_number", "client__name", "client__email")
    search_help_text = "Number or id of the invoice, the client's name, email or id, or the account's id"
    autocomplete_fields = ("client",)
    readonly_fields = ("id", "status", "currency", "paid", "due", "last_payment_date", "created_at", "updated_at")
    FORM = ("client", "invoice_number", "amount", "issue_date", "due_date", "description", "notes")
    fieldsets = (
        (None, {"fields": ("account", "client", ("invoice_number", "status"))}),
        (
            "Terms",
            {"fields": (("amount", "currency"), ("issue_date", "due_date"), ("paid", "due"), "last_payment_date")},
        ),
        ("Texts", {"fields": ("description", "notes")}),
        ("Record", {"fields": ("id", ("created_at", "updated_at"))}),
    )
    verbs = (
        Verb(
            "pay",
            "Record payment of what is due",
            "paid in full",
            Invoice.pay,
            applies=takes_payment,
            warning="A payment of all that is due, received today, is recorded on these invoices. It stays.",
        ),
        Verb(
            "cancel",
            "Cancel invoice",
            "cancelled",
            Invoice.cancel,
            applies=takes_payment,
            warning="These invoices are taken out of every total, for good.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        invoices: Any = super().get_queryset(request)
        return invoices.select_related("client", "account").with_status()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else ((None, {"fields": self.FORM}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose an invoice is, and its number, are as they were issued."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "client", "invoice_number") if obj else fields

    def option(self, row: Any) -> str:
        return f"{row} · {row.client.name} · {row.account} · {row.amount_due:,.2f} {row.currency} due"

    @admin.display(ordering="derived_status")
    def status(self, invoice: Invoice) -> str:
        return badge(invoice.status)

    @admin.display(description="client", ordering="client__name")
    def client_name(self, invoice: Any) -> str:
        return link(invoice.client, invoice.client.name)

    @admin.display(description="amount", ordering="amount")
    def total(self, invoice: Invoice) -> str:
        return money(invoice.amount, invoice.currency)

    @admin.display(description="paid", ordering="amount_paid")
    def paid(self, invoice: Invoice) -> str:
        return money(invoice.amount_paid, invoice.currency)

    @admin.display(description="due")
    def due(self, invoice: Invoice) -> str:
        return money(invoice.amount_due, invoice.currency)

    def links(self, row: Invoice) -> list[Link]:
        if not takes_payment(row):
            return []
        return [Link("Record a payment", add_url(Payment, invoice=row.pk, amount=row.amount_due), adds=True)]

    def tables(self, row: Invoice) -> list[Table]:
        payments = Payment.objects.for_account(row.account_id).filter(invoice=row)
        return [
            Table(
                "Payments",
                ("Received", "Amount", "Method", "Reference"),
                [
                    (
                        payment.payment_date,
                        link(payment, money(payment.amount, row.currency)),
                        payment.payment_method,
                        payment.payment_reference,
                    )
                    for payment in payments[:PAGE]
                ],
                list_url(Payment, invoice=row.pk),
            )
        ]
