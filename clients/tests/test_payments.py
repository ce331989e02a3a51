"""POST and GET /invoices/{id}/payments"""

from decimal import Decimal

import pytest

from clients.models import Payment
from duespark.clock import today


def test_it_answers_the_payment(alice, invoice):
    response = alice.post(
        f"/invoices/{invoice.pk}/payments",
        {"amount": "40.50", "payment_date": "2024-02-01", "payment_method": "bank", "payment_reference": "RF18"},
    )
    payment = Payment.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": payment.pk,
        "invoice_id": invoice.pk,
        "amount": 40.5,
        "payment_date": "2024-02-01",
        "payment_method": "bank",
        "payment_reference": "RF18",
        "created_at": payment.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert b'"amount":40.50,' in response.content


def test_an_amount_alone_is_a_payment_of_today(alice, invoice):
    answer = alice.post(f"/invoices/{invoice.pk}/payments/", {"amount": 1, "payment_date": None}).json()
    assert (answer["payment_date"], answer["payment_method"], answer["payment_reference"]) == (
        today().isoformat(),
        None,
        None,
    )


def test_the_invoice_and_the_client_count_it(alice, acme, invoice):
    alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 40})
    alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 60})
    assert alice.get(f"/invoices/{invoice.pk}").json()["status"] == "paid"
    assert alice.get(f"/clients/{acme.pk}").json()["total_paid"] == 100


def test_no_more_than_is_due_is_taken(alice, invoice):
    invoice.pay(Decimal("40.00"))
    response = alice.post(f"/invoices/{invoice.pk}/payments", {"amount": "60.01"})
    assert (response.status_code, response.json()["error_code"]) == (409, "CONFLICT")
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("ended", ["pay", "cancel"])
def test_a_paid_or_cancelled_invoice_takes_no_payment(alice, invoice, ended):
    getattr(invoice, ended)()
    response = alice.post(f"/invoices/{invoice.pk}/payments", {"amount": "0.01"})
    assert (response.status_code, response.json()["error_code"]) == (409, "CONFLICT")


def test_a_deactivated_client_may_still_pay(alice, acme, invoice):
    acme.deactivate()
    assert alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 100}).status_code == 201


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({}, {"amount": ["This field is required."]}),
        ({"amount": None}, {"amount": ["Must not be null."]}),
        ({"amount": 0}, {"amount": ["Must be at least 0.01."]}),
        ({"amount": -1}, {"amount": ["Must be at least 0.01."]}),
        ({"amount": 1.001}, {"amount": ["Must have at most two decimals."]}),
        ({"amount": 1, "payment_date": "1/2/24"}, {"payment_date": ["Must be a date such as 2026-01-31."]}),
        ({"amount": 1, "payment_reference": "r" * 201}, {"payment_reference": ["Must have at most 200 characters."]}),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_recorded(alice, invoice, sent, errors):
    response = alice.post(f"/invoices/{invoice.pk}/payments", sent)
    assert (response.status_code, response.json()["errors"]) == (400, errors)
    assert not Payment.objects.exists()


def test_a_strangers_invoice_takes_no_payment_of_mine(alice, strangers_invoice):
    response = alice.post(f"/invoices/{strangers_invoice.pk}/payments", {"amount": 1})
    assert (response.status_code, response.json()["error_code"]) == (404, "INVOICE_NOT_FOUND")
    assert not Payment.objects.exists()


def test_the_list_has_the_invoices_payments_latest_day_first(alice, acme, invoice):
    for day in ("2024-02-01", "2024-03-01", "2024-01-20"):
        alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 10, "payment_date": day})
    other = alice.post("/invoices/", {"client_id": acme.pk, "invoice_number": "2", "amount": 5}).json()
    alice.post(f"/invoices/{other['id']}/payments", {"amount": 5})
    envelope = alice.get(f"/invoices/{invoice.pk}/payments?limit=2").json()
    assert [item["payment_date"] for item in envelope.pop("items")] == ["2024-03-01", "2024-02-01"]
    assert envelope == {"total": 3, "page": 1, "limit": 2, "pages": 2, "has_next": True, "has_prev": False}


def test_an_item_is_the_whole_payment(alice, invoice):
    posted = alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 10}).json()
    assert alice.get(f"/invoices/{invoice.pk}/payments").json()["items"] == [posted]


def test_a_strangers_payments_are_a_404(alice, strangers_invoice):
    strangers_invoice.pay()
    response = alice.get(f"/invoices/{strangers_invoice.pk}/payments")
    assert (response.status_code, response.json()["error_code"]) == (404, "INVOICE_NOT_FOUND")


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_asked_who_they_are(nobody, invoice, method):
    assert getattr(nobody, method)(f"/invoices/{invoice.pk}/payments").status_code == 401


def test_paying_takes_five_queries(alice, invoice, queries):
    """The session; the invoice with its client; the invoice locked; the payment; what the triggers made of it."""
    assert len(queries(alice.post, f"/invoices/{invoice.pk}/payments", {"amount": 1})) == 5


def test_the_list_takes_three_queries_however_many_there_are(alice, invoice, queries):
    """Who is calling; the invoice with its client; a page of payments with the total."""
    for _ in range(5):
        invoice.pay(Decimal("1.00"))
    assert len(queries(alice.get, f"/invoices/{invoice.pk}/payments")) == 3
