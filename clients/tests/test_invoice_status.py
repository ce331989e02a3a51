"""PATCH /invoices/{id}/status"""

from decimal import Decimal

import pytest

from clients.models import Payment
from duespark.clock import today


def test_paid_records_a_payment_of_what_is_due(alice, invoice):
    invoice.pay(Decimal("30.00"))
    response = alice.patch(
        f"/invoices/{invoice.pk}/status",
        {"status": "paid", "payment_date": "2024-02-01", "payment_method": "card", "payment_reference": "ch_1"},
    )
    answer = response.json()
    assert response.status_code == 200
    assert (answer["status"], answer["amount_paid"], answer["amount_due"]) == ("paid", 100, 0)
    payment = Payment.objects.get(amount=Decimal("70.00"))
    assert (payment.payment_date.isoformat(), payment.payment_method, payment.payment_reference) == (
        "2024-02-01",
        "card",
        "ch_1",
    )


def test_it_answers_the_whole_invoice(alice, invoice):
    answer = alice.patch(f"/invoices/{invoice.pk}/status/", {"status": "paid"}).json()
    assert answer == alice.get(f"/invoices/{invoice.pk}").json()


def test_it_is_paid_today_unless_said_else(alice, invoice):
    alice.patch(f"/invoices/{invoice.pk}/status", {"status": "paid", "payment_date": None})
    assert Payment.objects.get().payment_date == today()


def test_the_clients_totals_count_the_payment(alice, acme, invoice):
    alice.patch(f"/invoices/{invoice.pk}/status", {"status": "paid"})
    assert alice.get(f"/clients/{acme.pk}").json()["total_paid"] == 100


@pytest.mark.parametrize("paid", [None, Decimal("99.99")])
def test_an_invoice_that_is_not_paid_in_full_may_be_cancelled(alice, acme, invoice, paid):
    if paid:
        invoice.pay(paid)
    response = alice.patch(f"/invoices/{invoice.pk}/status", {"status": "cancelled"})
    assert (response.status_code, response.json()["status"], response.json()["amount_due"]) == (200, "cancelled", 0)
    client = alice.get(f"/clients/{acme.pk}").json()
    assert (client["total_invoiced"], client["total_paid"], client["invoice_count"]) == (0, 0, 0)


def test_cancelling_again_does_no_harm(alice, invoice):
    first = alice.patch(f"/invoices/{invoice.pk}/status", {"status": "cancelled"}).json()
    second = alice.patch(f"/invoices/{invoice.pk}/status", {"status": "cancelled"})
    assert (second.status_code, second.json()) == (200, first)


@pytest.mark.parametrize("ended", ["pay", "cancel"])
def test_a_paid_or_cancelled_invoice_is_not_paid(alice, invoice, ended):
    getattr(invoice, ended)()
    before = Payment.objects.count()
    response = alice.patch(f"/invoices/{invoice.pk}/status", {"status": "paid"})
    assert (response.status_code, response.json()["error_code"]) == (409, "CONFLICT")
    assert Payment.objects.count() == before


def test_a_paid_invoice_is_not_cancelled(alice, invoice):
    invoice.pay()
    response = alice.patch(f"/invoices/{invoice.pk}/status", {"status": "cancelled"})
    assert (response.status_code, response.json()["error_code"]) == (409, "CONFLICT")
    assert alice.get(f"/invoices/{invoice.pk}").json()["status"] == "paid"


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({}, {"status": ["This field is required."]}),
        ({"status": None}, {"status": ["Must not be null."]}),
        ({"status": "pending"}, {"status": ["Must be one of: paid, cancelled."]}),
        ({"status": "overdue"}, {"status": ["Must be one of: paid, cancelled."]}),
        ({"status": ["paid"]}, {"status": ["Must be one of: paid, cancelled."]}),
        ({"status": "paid", "payment_date": "x"}, {"payment_date": ["Must be a date such as 2026-01-31."]}),
        ({"status": "paid", "payment_method": "m" * 51}, {"payment_method": ["Must have at most 50 characters."]}),
    ],
)
def test_a_bad_field_is_named_and_nothing_happens(alice, invoice, sent, errors):
    response = alice.patch(f"/invoices/{invoice.pk}/status", sent)
    assert (response.status_code, response.json()["errors"]) == (400, errors)
    assert not Payment.objects.exists()


def test_a_strangers_invoice_is_a_404(alice, strangers_invoice):
    response = alice.patch(f"/invoices/{strangers_invoice.pk}/status", {"status": "cancelled"})
    strangers_invoice.refresh_from_db()
    assert (response.status_code, response.json()["error_code"]) == (404, "INVOICE_NOT_FOUND")
    assert strangers_invoice.cancelled_at is None


def test_only_patch_is_taken(alice, invoice):
    assert alice.put(f"/invoices/{invoice.pk}/status", {"status": "paid"}).status_code == 405


def test_nobody_is_asked_who_they_are(nobody, invoice):
    assert nobody.patch(f"/invoices/{invoice.pk}/status", {"status": "paid"}).status_code == 401


def test_paying_takes_five_queries(alice, invoice, queries):
    """The session; the invoice with its client; the invoice locked; the payment; what the triggers made of it."""
    assert len(queries(alice.patch, f"/invoices/{invoice.pk}/status", {"status": "paid"})) == 5


def test_cancelling_takes_four_queries(alice, invoice, queries):
    """The session; the invoice with its client; the invoice locked; its update."""
    assert len(queries(alice.patch, f"/invoices/{invoice.pk}/status", {"status": "cancelled"})) == 4
