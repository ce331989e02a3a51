"""The back office's screens of clients."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django_countries import countries

from accounts.backoffice.display import PAGE, Link, Table, add_url, badge, link, list_url, money
from accounts.backoffice.filters import DropdownFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import TenantAdmin
from accounts.backoffice.verbs import Verb
from accounts.models import Account
from clients import fields
from clients.models import Client, Invoice, Payment


class ClientForm(RecordForm):
    record = fields.CLIENT
    account = forms.ModelChoiceField(Account.objects.none())

    def add(self, **values: Any) -> Client:
        return Client.add(values.pop("account").pk, **values)


class CountryFilter(DropdownFilter):
    title = parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in countries]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(country=self.value()) if self.value() else queryset


@admin.register(Client)
class ClientAdmin(TenantAdmin):
    form = ClientForm
    list_display = (
        "name",
        "email",
        "owner",
        "invoiced",
        "paid",
        "invoice_count",
        "last_invoice_date",
        "is_active",
        "created",
    )
    list_filter = (*TenantAdmin.list_filter, "is_active", "created_at", CountryFilter)
    search_fields = ("name", "email", "tax_id")
    search_help_text = "Name, email, tax id or id of the client, or the account's id"
    readonly_fields = (
        "id",
        "standing",
        "invoiced",
        "paid",
        "invoice_count",
        "last_invoice_date",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        (None, {"fields": ("account", ("name", "email"), ("phone", "tax_id"), "payment_terms", "notes")}),
        ("Address", {"fields": ("street", ("city", "state"), ("zip_code", "country"))}),
    )
    record_fieldsets = (
        ("Totals", {"fields": (("invoiced", "paid"), ("invoice_count", "last_invoice_date"))}),
        ("Record", {"fields": (("id", "standing"), ("created_at", "updated_at"))}),
    )
    verbs = (
        Verb("deactivate", "Deactivate", "deactivated", Client.deactivate, applies=lambda client: client.is_active),
        Verb("reactivate", "Reactivate", "reactivated", Client.reactivate, applies=lambda client: not client.is_active),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account").defer("search_text")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return (*fieldsets, *self.record_fieldsets) if obj else fieldsets

    def search(self, queryset: Any, text: str) -> tuple[Any, bool]:
        return queryset.search(text) | queryset.filter(tax_id__icontains=text.strip()), False

    def option(self, row: Client) -> str:
        state = "" if row.is_active else " (deactivated)"
        return f"{row} · {row.account}{state}"

    @admin.display(description="invoiced", ordering="total_invoiced")
    def invoiced(self, client: Client) -> str:
        return money(client.total_invoiced, client.account.currency)

    @admin.display(description="paid", ordering="total_paid")
    def paid(self, client: Client) -> str:
        return money(client.total_paid, client.account.currency)

    @admin.display(ordering="created_at")
    def created(self, client: Client) -> date:
        return client.created_at.date()

    @admin.display(ordering="is_active")
    def standing(self, client: Client) -> str:
        return badge("active" if client.is_active else "deactivated")

    def links(self, row: Client) -> list[Link]:
        invoices = Link("Invoices", list_url(Invoice, client=row.pk))
        payments = Link("Payments", list_url(Payment, invoice__client=row.pk))
        issue = [Link("Issue an invoice", add_url(Invoice, client=row.pk), adds=True)] if row.is_active else []
        return [invoices, payments, *issue]

    def tables(self, row: Client) -> list[Table]:
        return [self._invoices(row), self._payments(row)]

    def _invoices(self, client: Client) -> Table:
        invoices = Invoice.objects.for_account(client.account_id).filter(client=client).order_by("-issue_date", "-id")
        return Table(
            "Latest invoices",
            ("Number", "Status", "Amount", "Due", "Issued", "Due on"),
            [
                (
                    link(invoice),
                    badge(invoice.status),
                    money(invoice.amount, invoice.currency),
                    money(invoice.amount_due, invoice.currency),
                    invoice.issue_date,
                    invoice.due_date,
                )
                for invoice in invoices[:PAGE]
            ],
            list_url(Invoice, client=client.pk),
        )

    def _payments(self, client: Client) -> Table:
        payments: Any = Payment.objects.for_account(client.account_id).filter(invoice__client=client)
        return Table(
            "Latest payments",
            ("Received", "Amount", "Invoice", "Method", "Reference"),
            [
                (
                    payment.payment_date,
                    link(payment, money(payment.amount, payment.invoice.currency)),
                    link(payment.invoice),
                    payment.payment_method,
                    payment.payment_reference,
                )
                for payment in payments.select_related("invoice")[:PAGE]
            ],
            list_url(Payment, invoice__client=client.pk),
        )
