"""The back office's screens of payments: recorded, and from then on read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.backoffice.display import link, money
from accounts.backoffice.filters import RowFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import TenantAdmin
from clients import fields
from clients.models import Invoice, Payment


class PaymentForm(RecordForm):
    record = fields.PAYMENT

    def add(self, **values: Any) -> Payment:
        invoice: Invoice = values.pop("invoice")
        return invoice.pay(**values)


@admin.register(Payment)
class PaymentAdmin(TenantAdmin):
    form = PaymentForm
    list_display = (
        "payment_date",
        "sum",
        "invoice_number",
        "client",
        "owner",
        "payment_method",
        "payment_reference",
    )
    list_filter = (*TenantAdmin.list_filter, ("invoice__client", RowFilter), ("invoice", RowFilter), "payment_date")
    list_select_related = ("account", "invoice__client")
    search_fields = ("payment_reference", "invoice__invoice_number", "invoice__client__name", "invoice__client__email")
    search_help_text = "Reference or id of the payment, the invoice's number or id, the client's name or email"
    autocomplete_fields = ("invoice",)
    FORM = ("invoice", "amount", "payment_date", "payment_method", "payment_reference")
    fields = (
        "account",
        "client",
        "invoice",
        "sum",
        "payment_date",
        "payment_method",
        "payment_reference",
        "id",
        "created_at",
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else self.FORM

    @admin.display(description="amount", ordering="amount")
    def sum(self, payment: Any) -> str:
        return money(payment.amount, payment.invoice.currency)

    @admin.display(description="invoice", ordering="invoice__invoice_number")
    def invoice_number(self, payment: Any) -> str:
        return link(payment.invoice)

    @admin.display(ordering="invoice__client__name")
    def client(self, payment: Any) -> str:
        return link(payment.invoice.client, payment.invoice.client.name)
