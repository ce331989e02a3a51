"""PUT and PATCH /invoices/{id}"""

from decimal import Decimal

import pytest

from clients.models import Invoice


def kept(invoice):
    return Invoice.objects.values().get(pk=invoice.pk)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_it_changes_what_is_sent_and_answers_the_whole_invoice(alice, invoice, method):
    before = alice.get(f"/invoices/{invoice.pk}").json()
    sent = {"due_date": "2030-01-31", "notes": "Call first", "description": None}
    response = getattr(alice, method)(f"/invoices/{invoice.pk}", sent)
    after = response.json()
    changed = {key: after[key] for key in after if after[key] != before[key]}
    changed.pop("days_until_due")
    assert response.status_code == 200
    assert changed.pop("updated_at") > before["updated_at"]
    assert changed == {"due_date": "2030-01-31", "notes": "Call first", "description": None, "status": "pending"}
    assert alice.get(f"/invoices/{invoice.pk}").json() == after


def test_a_fetched_invoice_can_be_put_back(alice, invoice):
    before = kept(invoice)
    fetched = alice.get(f"/invoices/{invoice.pk}").json()
    assert alice.put(f"/invoices/{invoice.pk}", fetched).json() == fetched
    assert kept(invoice) == before


def test_nothing_sent_changes_nothing(alice, invoice):
    before = kept(invoice)
    assert alice.patch(f"/invoices/{invoice.pk}", {}).status_code == 200
    assert kept(invoice) == before


def test_the_amount_changes_while_nothing_is_paid(alice, acme, invoice):
    assert alice.patch(f"/invoices/{invoice.pk}", {"amount": "250.10"}).json()["amount_due"] == 250.1
    assert alice.get(f"/clients/{acme.pk}").json()["total_invoiced"] == 250.1


def test_the_issue_date_changes_while_nothing_is_paid(alice, invoice):
    alice.patch(f"/invoices/{invoice.pk}", {"issue_date": "2023-05-01"})
    [item] = alice.get("/clients/").json()["items"]
    assert item["last_invoice_date"] == "2023-05-01T00:00:00Z"


def test_a_null_due_date_is_the_one_by_the_clients_terms(alice, invoice):
    alice.patch(f"/invoices/{invoice.pk}", {"due_date": "2030-01-31"})
    answer = alice.patch(f"/invoices/{invoice.pk}", {"due_date": None, "issue_date": "2024-03-01"}).json()
    assert answer["due_date"] == "2024-03-31"


@pytest.mark.parametrize("change", [{"amount": 90}, {"issue_date": "2024-01-16"}, {"amount": 200, "notes": "x"}])
def test_amount_and_issue_date_stay_once_something_is_paid(alice, invoice, change):
    invoice.pay(Decimal("0.01"))
    before = kept(invoice)
    response = alice.patch(f"/invoices/{invoice.pk}", change)
    assert (response.status_code, response.json()["error_code"]) == (409, "CONFLICT")
    assert kept(invoice) == before


def test_the_rest_of_a_paid_invoice_may_change(alice, invoice):
    invoice.pay()
    sent = {"amount": 100, "issue_date": "2024-01-15", "due_date": "2024-03-01", "notes": "Thanks"}
    answer = alice.put(f"/invoices/{invoice.pk}", sent).json()
    assert (answer["due_date"], answer["notes"], answer["status"]) == ("2024-03-01", "Thanks", "paid")


def test_client_number_currency_and_status_are_read_only(alice, globex, invoice):
    before = kept(invoice)
    sent = {"client_id": globex.pk, "invoice_number": "X", "currency": "EUR", "status": "paid", "amount_paid": 100}
    assert alice.put(f"/invoices/{invoice.pk}", sent).status_code == 200
    assert kept(invoice) == before


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"amount": 0}, "amount: Must be at least 0.01."),
        ({"amount": None}, "amount: Must not be null."),
        ({"due_date": "soon"}, "due_date: Must be a date such as 2026-01-31."),
        ({"notes": "n" * 10_001}, "notes: Must have at most 10,000 characters."),
        ({"description": 5}, "description: Must be text."),
    ],
)
def test_a_bad_field_is_named_and_nothing_changes(alice, invoice, sent, message):
    before = kept(invoice)
    response = alice.patch(f"/invoices/{invoice.pk}", {"due_date": "2031-01-01"} | sent)
    assert response.status_code == 400
    assert response.json()["detail"] == f"Validation error: {message}"
    assert kept(invoice) == before


def test_only_changed_columns_are_written(alice, invoice, queries):
    [update] = [sql for sql in queries(alice.patch, f"/invoices/{invoice.pk}", {"notes": "x"}) if 'UPDATE "' in sql]
    written = update.partition(" SET ")[2].partition(" WHERE ")[0]
    assert [pair.split(" = ")[0] for pair in written.split(", ")] == ['"notes"', '"updated_at"', '"changed_by"']


def test_an_edit_holds_against_one_made_since_it_was_read(invoice):
    """Two people read an invoice and write its notes: the later word stands, even where it is the old one."""
    mine, theirs = Invoice.objects.get(pk=invoice.pk), Invoice.objects.get(pk=invoice.pk)
    theirs.edit(notes="Theirs")
    mine.edit(notes=None)
    assert kept(invoice)["notes"] is None


def test_a_strangers_invoice_is_a_404_whatever_is_sent(alice, strangers_invoice):
    before = kept(strangers_invoice)
    for sent in ({"notes": "mine"}, {"amount": -1}, []):
        assert alice.put(f"/invoices/{strangers_invoice.pk}", sent).status_code == 404
    assert kept(strangers_invoice) == before


def test_nobody_is_asked_who_they_are(nobody, invoice):
    assert nobody.put(f"/invoices/{invoice.pk}", {}).status_code == 401


def test_it_takes_four_queries(alice, invoice, queries):
    """The session with its user and account; the invoice with its client; the invoice locked; its update."""
    assert len(queries(alice.put, f"/invoices/{invoice.pk}", {"notes": "x"})) == 4
