"""Rows that tests need many of, written as an import would: no request, no rule of the API's."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clients.models import Client, Invoice, Payment


class ClientFactory(DjangoModelFactory):
    class Meta:
        model = Client

    name = factory.Sequence("Client {:04}".format)
    email = factory.Sequence("client{:04}@example.com".format)


class InvoiceFactory(DjangoModelFactory):
    class Meta:
        model = Invoice

    account_id = factory.SelfAttribute("client.account_id")
    invoice_number = factory.Sequence("INV-{:05}".format)
    amount = Decimal("100.00")
    currency = "USD"
    issue_date = date(2024, 1, 15)
    due_date = factory.LazyAttribute(lambda invoice: invoice.issue_date + timedelta(days=30))


class PaymentFactory(DjangoModelFactory):
    """A payment of the whole invoice, on the day it was issued."""

    class Meta:
        model = Payment

    account_id = factory.SelfAttribute("invoice.account_id")
    amount = factory.SelfAttribute("invoice.amount")
    payment_date = factory.SelfAttribute("invoice.issue_date")


def add_clients(account, *names):
    """Clients with these names, created in this order, a minute apart; their emails say nothing."""
    start = timezone.now() - timedelta(days=1)
    return [
        ClientFactory(account_id=account.pk, name=name, created_at=start + timedelta(minutes=minute))
        for minute, name in enumerate(names)
    ]


def add_invoice(client, amount, issued, *payments, cancelled=False):
    """An invoice issued on a day (as text), and what has come in on it: `(amount, day)` each."""
    invoice = InvoiceFactory(client=client, amount=Decimal(amount), issue_date=date.fromisoformat(issued))
    for part, day in payments:
        PaymentFactory(invoice=invoice, amount=Decimal(part), payment_date=date.fromisoformat(day))
    if cancelled:
        Invoice.objects.filter(pk=invoice.pk).update(cancelled_at=timezone.now())
    return invoice
