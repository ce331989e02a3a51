"""The back office's screens of payments: recorded, and from then on read."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.backoffice.display import Fact, change_url, link, money, public_id
from accounts.backoffice.filters import RowFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import TenantAdmin
from clients import fields
from clients.admin.page import PageAdmin, whose
from clients.admin.searching import payments_like
from clients.history import PAYMENT_LOG
from clients.models import Invoice, Payment


class RecordedAlready(Exception):
    """What the form sends has been recorded by the same form before."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(payment)
        self.payment = payment


class NewId(forms.CharField):
    """An id that comes with the form, so that it makes one row, however often it is sent."""

    widget = forms.HiddenInput

    def __init__(self, key: Any) -> None:
        super().__init__(required=False, initial=key.new)
        self.key = key

    def clean(self, value: Any) -> Any:
        return self.key.to_python(super().clean(value) or self.key.new())


class PaymentForm(RecordForm):
    record = fields.PAYMENT
    payment_id = NewId(Payment._meta.pk)

    class Meta:
        help_texts = {
            "amount": "In the invoice's currency, and no more than is due.",
            "payment_date": "The day on which it came in; today if left empty.",
            "payment_method": "Such as card, bank transfer or cash.",
            "payment_reference": "What the bank or the card's processor calls it.",
        }

    def add(self, **values: Any) -> Payment:
        invoice: Invoice = values.pop("invoice")
        pk = values.pop("payment_id")
        invoice.lock()  # another request may be at the same
        if payment := Payment.objects.filter(pk=pk).select_related("invoice").first():
            raise RecordedAlready(payment)
        return invoice.pay(id=pk, **values)


@admin.register(Payment)
class PaymentAdmin(PageAdmin):
    form = PaymentForm
    log = PAYMENT_LOG
    add_form_template = "admin/clients/record_payment.html"
    list_display = (
        "received",
        "sum",
        "invoice_number",
        "client",
        "method",
        "reference",
    )
    list_filter = (*TenantAdmin.list_filter, ("invoice__client", RowFilter), ("invoice", RowFilter), "payment_date")
    search_fields = ("payment_reference", "invoice__invoice_number", "invoice__client__name", "invoice__client__email")
    search_help_text = (
        "Id of the payment, the invoice's number or id, the client's name or email. A reference, or a part of a "
        "number, is found once an account, a client or an invoice is chosen."
    )
    autocomplete_fields = ("invoice",)
    fields = ("payment_id", "invoice", "amount", "payment_date", "payment_method", "payment_reference")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account", "invoice__client")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().get_form(request, obj, **{"form": RecordForm if obj else PaymentForm, **kwargs})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Of the invoice that the address names, what is due."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        try:
            invoice = Invoice.objects.filter(pk=initial.get("invoice", "")).first()
        except ValidationError:
            return initial
        return {"amount": invoice.amount_due, **initial} if invoice else initial

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        title = {"title": "Record a payment", **(extra_context or {})}
        try:
            return super().add_view(request, form_url, title)
        except RecordedAlready as already:
            payment: Any = already.payment
            sum_ = f"{payment.amount:,.2f} {payment.invoice.currency} on {payment.invoice}"
            told = f"This form has recorded a payment already: {sum_}. Open it anew to record another."
            self.message_user(request, told, messages.WARNING)
            return HttpResponseRedirect(change_url(payment.invoice))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(change_url(obj.invoice))

    def search(self, request: HttpRequest, queryset: Any, text: str) -> tuple[Any, bool]:
        return queryset.filter(payments_like(text, request)), False

    @admin.display(ordering="payment_date")
    def received(self, payment: Any) -> Any:
        return payment.payment_date

    @admin.display(ordering="payment_method")
    def method(self, payment: Any) -> Any:
        return payment.payment_method

    @admin.display(ordering="payment_reference")
    def reference(self, payment: Any) -> Any:
        return payment.payment_reference

    @admin.display(description="amount", ordering="amount")
    def sum(self, payment: Any) -> str:
        return money(payment.amount, payment.invoice.currency)

    @admin.display(description="invoice", ordering="invoice__invoice_number")
    def invoice_number(self, payment: Any) -> str:
        return link(payment.invoice)

    @admin.display(ordering="invoice__client__name")
    def client(self, payment: Any) -> str:
        return whose(payment.invoice.client, payment.account)

    def currency(self, row: Any) -> str:
        return str(row.invoice.currency)

    def heading(self, row: Any) -> str:
        return f"Payment of {row.amount:,.2f} {row.invoice.currency}"

    def overview(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "facts": [
                Fact("Amount", money(row.amount, row.invoice.currency)),
                Fact("Received", row.payment_date),
                Fact("Invoice", link(row.invoice)),
                Fact("Client", link(row.invoice.client, row.invoice.client.name)),
                Fact("Account", link(row.account)),
                Fact("Method", row.payment_method),
                Fact("Reference", row.payment_reference),
                Fact("Recorded", row.created_at),
                Fact("Id", public_id(row)),
            ],
            **self.latest(row),
        }
