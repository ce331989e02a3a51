"""Invoices and payments by what one knows of them: a number, a reference, or whose they are.

Whose they are is looked up first, among the clients: where these are few, their invoices are found by
an index. Of a number or a reference a part is looked for on a narrowed list alone, whose rows may all be
read; over all accounts a number is looked up as a whole, and no reference is.
"""

from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import HttpRequest

from accounts.models import Account
from clients.models import Client, Invoice

FEW = 200  # clients whose invoices are looked up one by one
NARROWING = ("account", "client", "invoice__client", "invoice")


def is_narrowed(request: HttpRequest) -> bool:
    """Whether a list is asked for of one account, or of less."""
    return any(request.GET.get(name) for name in NARROWING)


def invoices_like(text: str, request: HttpRequest) -> Q:
    """Invoices with this number, or of clients with this in their name or email."""
    found = _of_clients(text, request.GET.get("account", ""))
    if is_narrowed(request):
        return found | Q(invoice_number__icontains=text)
    return found | Q(pk__in=_with_number(text))


def payments_like(text: str, request: HttpRequest) -> Q:
    """Payments on such invoices, or with this in their reference."""
    if not is_narrowed(request):
        return Q(invoice__in=Invoice.objects.filter(invoices_like(text, request)).values("pk"))
    theirs = Invoice.objects.filter(_of_clients(text, request.GET.get("account", "")))
    known = Q(payment_reference__icontains=text) | Q(invoice__invoice_number__icontains=text)
    return known | Q(invoice__in=theirs.values("pk"))


def _with_number(number: str) -> list[str]:
    """Invoices of whichever account, each account asked for its own: the index of the numbers begins with it."""
    its: Any = Invoice.objects.for_account(OuterRef("pk")).filter(invoice_number__in={number, number.upper()})
    accounts = Account.objects.annotate(found=ArraySubquery(its.order_by().values("pk"))).exclude(found=[])
    return list(chain.from_iterable(accounts.order_by().values_list("found", flat=True)))


def _of_clients(text: str, account: str) -> Q:
    clients = Client.objects.for_account(account) if account else Client.objects.all()
    clients = clients.search(text).order_by()
    few = dict(clients.values_list("pk", "account")[: FEW + 1])
    if len(few) > FEW:
        return Q(client__in=clients.values("pk"))
    return Q(account__in=set(few.values()), client__in=few)
