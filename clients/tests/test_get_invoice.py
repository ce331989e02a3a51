"""GET /invoices/{id}"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from duespark.clock import today


def test_it_answers_the_whole_invoice(alice, acme, invoice):
    response = alice.get(f"/invoices/{invoice.pk}")
    assert response.status_code == 200
    assert response.json() == {
        "id": invoice.pk,
        "client_id": acme.pk,
        "client": {"id": acme.pk, "name": "Acme Corporation", "email": "billing@acme.com"},
        "invoice_number": "INV-001",
        "amount": 100.0,
        "currency": "USD",
        "issue_date": "2024-01-15",
        "due_date": "2024-02-14",
        "description": "Website",
        "notes": None,
        "status": "overdue",
        "amount_paid": 0.0,
        "amount_due": 100.0,
        "days_until_due": (date(2024, 2, 14) - today()).days,
        "created_at": invoice.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": invoice.updated_at.isoformat().replace("+00:00", "Z"),
    }


def test_it_answers_with_and_without_a_slash(alice, invoice):
    assert alice.get(f"/invoices/{invoice.pk}/").json() == alice.get(f"/invoices/{invoice.pk}").json()


def test_a_colleague_sees_it(bob, invoice):
    assert bob.get(f"/invoices/{invoice.pk}").json()["id"] == invoice.pk


def test_a_part_paid_invoice_says_what_is_due(alice, invoice):
    invoice.pay(Decimal("33.34"))
    content = alice.get(f"/invoices/{invoice.pk}").content
    assert b'"amount_paid":33.34,"amount_due":66.66,' in content


def test_a_paid_invoice_is_never_overdue(alice, invoice):
    invoice.pay()
    answer = alice.get(f"/invoices/{invoice.pk}").json()
    assert (answer["status"], answer["amount_due"]) == ("paid", 0)


def test_nothing_is_due_on_a_cancelled_invoice(alice, invoice):
    invoice.pay(Decimal("40.00"))
    invoice.cancel()
    answer = alice.get(f"/invoices/{invoice.pk}").json()
    assert (answer["status"], answer["amount_paid"], answer["amount_due"]) == ("cancelled", 40, 0)


@pytest.mark.parametrize(("days", "status"), [(-1, "overdue"), (0, "pending"), (1, "pending")])
def test_it_is_overdue_when_due_before_today(alice, invoice, days, status):
    invoice.edit(due_date=today() + timedelta(days=days))
    answer = alice.get(f"/invoices/{invoice.pk}").json()
    assert (answer["status"], answer["days_until_due"]) == (status, days)


@pytest.mark.parametrize("pk", ["invoice_01h455vb4pex5vsknk084sn02q", "nonsense", "client_01h455vb4pex5vsknk084sn02q"])
def test_an_invoice_that_is_not_there_is_a_404(alice, pk):
    response = alice.get(f"/invoices/{pk}")
    assert response.status_code == 404
    assert (response.json()["error_code"], response.json()["detail"]) == ("INVOICE_NOT_FOUND", "Invoice not found")


def test_a_strangers_invoice_is_a_404(alice, strangers_invoice):
    assert alice.get(f"/invoices/{strangers_invoice.pk}").json()["error_code"] == "INVOICE_NOT_FOUND"


def test_nobody_is_asked_who_they_are(nobody, invoice):
    assert nobody.get(f"/invoices/{invoice.pk}").json()["error_code"] == "NOT_AUTHENTICATED"


def test_an_invoice_is_never_deleted(alice, invoice):
    assert alice.delete(f"/invoices/{invoice.pk}").status_code == 405


def test_it_takes_two_queries(alice, invoice, queries):
    """The session with its user and account; the invoice with its client."""
    assert len(queries(alice.get, f"/invoices/{invoice.pk}")) == 2
