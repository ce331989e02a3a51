"""Invoices and payments by what one knows of them: a number, a reference, or whose they are.

Whose they are is looked up first, among the clients: where these are few, their invoices are found by
an index. A number has a digit; what has none is no number, and no invoice is read for it.
"""

from typing import Any

from django.db.models import Q

from clients.models import Client, Invoice

FEW = 200  # clients whose invoices are looked up one by one


def invoices_like(text: str, account: str) -> Q:
    """Invoices with this in their number, or of clients with this in their name or email."""
    found = _of_clients(text, account)
    return found | Q(invoice_number__icontains=text.strip()) if has_digit(text) else found


def payments_like(text: str, account: str) -> Q:
    """Payments with this in their reference, or on such invoices."""
    invoices: Any = Invoice.objects.filter(invoices_like(text, account))
    on_these = Q(invoice__in=invoices.values("pk"))
    return on_these | Q(payment_reference__icontains=text.strip())


def _of_clients(text: str, account: str) -> Q:
    clients = Client.objects.for_account(account) if account else Client.objects.all()
    clients = clients.search(text).order_by()
    few = dict(clients.values_list("pk", "account")[: FEW + 1])
    if len(few) > FEW:
        return Q(client__in=clients.values("pk"))
    return Q(account__in=set(few.values()), client__in=few)


def has_digit(text: str) -> bool:
    return any(sign.isdecimal() for sign in text)
