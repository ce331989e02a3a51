"""The back office's screens of invoices."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format

from accounts.backoffice.display import (
    PAGE,
    Fact,
    Figure,
    Link,
    Table,
    add_url,
    badge,
    link,
    list_url,
    many,
    money,
    public_id,
)
from accounts.backoffice.filters import RowFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import TenantAdmin
from accounts.backoffice.verbs import Verb
from clients import fields
from clients.admin.filters import DueFilter, StatusFilter
from clients.admin.page import PageAdmin, whose
from clients.admin.searching import invoices_like
from clients.history import INVOICE_LOG
from clients.models import Invoice, Payment
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
            "invoice_number": "As it stands on the invoice; no other of the account may have it.",
            "amount": "In the account's currency. It stays once something has been paid.",
            "issue_date": "It stays once something has been paid.",
            "due_date": "By the client's payment terms if it is left empty.",
            "description": "What it is for.",
            "notes": "For the account's own eyes.",
        }

    @property
    def record(self) -> Record:  # type: ignore[override]
        return fields.INVOICE_CHANGE if self.changes_row else NEW_INVOICE

    def add(self, **values: Any) -> Invoice:
        client = values.pop("client")
        return Invoice.issue(client.account, client.pk, **values)


def takes_payment(invoice: Invoice) -> bool:
    return invoice.status not in ("paid", "cancelled")


def _sums(invoices: Sequence[Invoice], column: str) -> str:
    """What they come to, in each of their currencies."""
    sums: Counter[str] = Counter()
    for invoice in invoices:
        sums[invoice.currency] += getattr(invoice, column)
    return " and ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))


def _paying(invoices: Sequence[Invoice]) -> str:
    due = _sums(invoices, "amount_due")
    return f"{due}, which is all that is due, is recorded as received today. A payment stays: it cannot be taken back."


def _cancelling(invoices: Sequence[Invoice]) -> str:
    due = f"{_sums(invoices, 'amount_due')} is no longer owed, and what was invoiced leaves every total, for good."
    if any(invoice.amount_paid for invoice in invoices):
        paid = _sums(invoices, "amount_paid")
        return f"{due} The {paid} received on it stays recorded, and counts in no total either."
    return due


@admin.register(Invoice)
class InvoiceAdmin(PageAdmin):
    form = InvoiceForm
    log = INVOICE_LOG
    list_display = (
        "invoice_number",
        "status",
        "client_name",
        "total",
        "due",
        "issue_date",
        "due_date",
    )
    list_filter = (*TenantAdmin.list_filter, ("client", RowFilter), StatusFilter, DueFilter)
    search_fields = ("invoice_number", "client__name", "client__email")
    search_help_text = (
        "Number or id of the invoice, the client's name, email or id, or the account's id. Once an account "
        "or a client is chosen, a part of a number is found, and a long list filtered by status and due date."
    )
    autocomplete_fields = ("client",)
    fieldsets = ((None, {"fields": ("amount", ("issue_date", "due_date"), "description", "notes")}),)
    add_fieldsets = (
        (None, {"fields": ("client", "invoice_number", "amount", ("issue_date", "due_date"), "description", "notes")}),
    )
    verbs = (
        Verb(
            "pay",
            "Record payment of what is due",
            "paid in full",
            lambda invoice: invoice.pay(invoice.amount_due),  # which was named; a Conflict where less is due by now
            applies=takes_payment,
            warning=_paying,
            question="Record payment of what is due on {}?",
            named=lambda invoice: invoice.amount_due,
            on_page=False,  # which has the form for a payment
            permission="clients.add_payment",
            moot="paid or cancelled already",
        ),
        Verb(
            "cancel",
            "Cancel invoice",
            "cancelled",
            Invoice.cancel,
            applies=takes_payment,
            warning=_cancelling,
            question="Cancel {}?",
            moot="paid or cancelled already",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        invoices: Any = super().get_queryset(request)
        return invoices.select_related("client", "account").with_status()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose an invoice is, and its number, are as they were issued."""
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def sorts_of_long_list(self, request: HttpRequest) -> tuple[str, ...]:
        return ("due_date",) if request.GET.get("account") else ()

    def option(self, row: Any) -> str:
        return f"{row} · {row.client.name} · {row.account} · {row.amount_due:,.2f} {row.currency} due"

    def search(self, request: HttpRequest, queryset: Any, text: str) -> tuple[Any, bool]:
        return queryset.filter(invoices_like(text, request)), False

    @admin.display(ordering="derived_status")
    def status(self, invoice: Invoice) -> str:
        return badge(invoice.status)

    @admin.display(description="client", ordering="client__name")
    def client_name(self, invoice: Any) -> str:
        return whose(invoice.client, invoice.account)

    @admin.display(description="amount", ordering="amount")
    def total(self, invoice: Invoice) -> str:
        return money(invoice.amount, invoice.currency)

    @admin.display(description="due")
    def due(self, invoice: Invoice) -> str | None:
        return money(invoice.amount_due, invoice.currency) if invoice.amount_due else None

    def heading(self, row: Any) -> str:
        return f"Invoice {row}"

    def overview(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "badges": [badge(row.status)],
            "figures": list(self._figures(row)),
            "facts": [
                Fact("Client", link(row.client, row.client.name)),
                Fact("Account", link(row.account)),
                Fact("Issued", row.issue_date),
                Fact("Due on", row.due_date),
                Fact("Cancelled", row.cancelled_at),
                Fact("Description", row.description),
                Fact("Id", public_id(row)),
            ],
            "notes": row.notes,
            "related": [_payments(row)] if self.may_see(request, Payment) else [],
            **self.latest(row),
        }

    def _figures(self, invoice: Invoice) -> Iterator[Figure]:
        received = f"The last on {date_format(invoice.last_payment_date)}" if invoice.last_payment_date else ""
        yield Figure("Amount", money(invoice.amount, invoice.currency))
        yield Figure("Paid", money(invoice.amount_paid, invoice.currency), received)
        yield Figure("Due", money(invoice.amount_due, invoice.currency), _when_due(invoice))

    def links_for(self, request: HttpRequest, row: Invoice) -> list[Link]:
        if not (takes_payment(row) and self.may_add(request, Payment)):
            return []
        return [Link("Record a payment", add_url(Payment, invoice=row.pk), adds=True)]


def _payments(invoice: Invoice) -> Table:
    payments = Payment.objects.for_account(invoice.account_id).filter(invoice=invoice)
    return Table(
        "Payments",
        ("Received", "Amount", "Method", "Reference"),
        [
            (
                link(payment, date_format(payment.payment_date)),
                money(payment.amount, invoice.currency),
                payment.payment_method,
                payment.payment_reference,
            )
            for payment in payments[:PAGE]
        ],
        list_url(Payment, invoice=invoice.pk),
        amounts=("Amount",),
        empty="Nothing has come in yet.",
    )


def _when_due(invoice: Invoice) -> str:
    days = invoice.days_until_due
    if not takes_payment(invoice):
        return ""
    if days < 0:
        return f"{many(-days, 'day')} late"
    return "Due today" if days == 0 else f"In {many(days, 'day')}"
