"""POST /invoices/"""

from datetime import date, timedelta

import pytest

from clients.models import Invoice
from duespark.clock import today

NO_SUCH_CLIENT = "client_01h455vb4pex5vsknk084sn02q"


def sent(client_id, **fields):
    return {"client_id": client_id, "invoice_number": "INV-007", "amount": 1250.5, **fields}


def test_it_answers_the_whole_invoice(alice, acme):
    response = alice.post(
        "/invoices/",
        sent(acme.pk, issue_date="2024-01-15", due_date="2024-02-01", description="Website", notes="Rush\njob"),
    )
    invoice = Invoice.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/invoices/{invoice.pk}"
    assert response.json() == {
        "id": invoice.pk,
        "client_id": acme.pk,
        "client": {"id": acme.pk, "name": "Acme Corporation", "email": "billing@acme.com"},
        "invoice_number": "INV-007",
        "amount": 1250.5,
        "currency": "USD",
        "issue_date": "2024-01-15",
        "due_date": "2024-02-01",
        "description": "Website",
        "notes": "Rush\njob",
        "status": "overdue",
        "amount_paid": 0.0,
        "amount_due": 1250.5,
        "days_until_due": (date(2024, 2, 1) - today()).days,
        "created_at": invoice.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": invoice.updated_at.isoformat().replace("+00:00", "Z"),
    }


def test_money_is_a_number_with_two_decimals(alice, acme):
    content = alice.post("/invoices/", sent(acme.pk)).content
    assert b'"amount":1250.50,' in content
    assert b'"amount_paid":0.00,"amount_due":1250.50,' in content


def test_the_location_leads_to_the_same_invoice(alice, acme):
    response = alice.post("/invoices", sent(acme.pk))
    assert alice.get(response["Location"]).json() == response.json()


def test_it_is_issued_today_and_due_by_the_clients_terms(alice, acme):
    acme.edit(payment_terms=10)
    answer = alice.post("/invoices/", sent(acme.pk)).json()
    assert answer["issue_date"] == today().isoformat()
    assert answer["due_date"] == (today() + timedelta(days=10)).isoformat()
    assert (answer["status"], answer["days_until_due"]) == ("pending", 10)


def test_null_dates_are_the_defaults(alice, acme):
    answer = alice.post("/invoices/", sent(acme.pk, issue_date=None, due_date=None)).json()
    assert answer["due_date"] == (today() + timedelta(days=30)).isoformat()


def test_an_invoice_due_today_is_not_overdue(alice, acme):
    answer = alice.post("/invoices/", sent(acme.pk, issue_date="2024-01-15", due_date=today().isoformat())).json()
    assert (answer["status"], answer["days_until_due"]) == ("pending", 0)


def test_the_currency_is_the_accounts(alice, acme):
    alice.account.currency = "CHF"
    alice.account.save()
    assert alice.post("/invoices/", sent(acme.pk)).json()["currency"] == "CHF"


def test_another_currency_than_the_accounts_is_refused(alice, acme):
    response = alice.post("/invoices/", sent(acme.pk, currency="EUR"))
    assert response.status_code == 400
    assert response.json()["errors"] == {"currency": ["Must be USD, the account's currency."]}


def test_the_clients_totals_count_it(alice, acme):
    alice.post("/invoices/", sent(acme.pk, issue_date="2024-01-15"))
    answer = alice.get(f"/clients/{acme.pk}").json()
    assert (answer["total_invoiced"], answer["total_paid"], answer["invoice_count"]) == (1250.5, 0, 1)
    [item] = alice.get("/clients/").json()["items"]
    assert item["last_invoice_date"] == "2024-01-15T00:00:00Z"


def test_read_only_fields_are_ignored(alice, acme):
    answer = alice.post(
        "/invoices/", sent(acme.pk, status="paid", amount_paid=9, id="mine", client={"name": "x"}, account="y")
    ).json()
    assert (answer["status"], answer["amount_paid"]) == ("pending", 0)
    assert answer["client"]["name"] == "Acme Corporation"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("amount", 0, "Must be at least 0.01."),
        ("amount", -5, "Must be at least 0.01."),
        ("amount", 0.001, "Must be at least 0.01."),
        ("amount", 10.005, "Must have at most two decimals."),
        ("amount", 1_000_000_000_000, "Must be at most 999,999,999,999.99."),
        ("amount", True, "Must be an amount such as 1250.00."),
        ("amount", "NaN", "Must be an amount such as 1250.00."),
        ("amount", None, "Must not be null."),
        ("invoice_number", "  ", "Must not be empty."),
        ("invoice_number", 7, "Must be text."),
        ("invoice_number", "n" * 101, "Must have at most 100 characters."),
        ("invoice_number", "a\x00b", "Must not contain control characters."),
        ("issue_date", "15.01.2024", "Must be a date such as 2026-01-31."),
        ("due_date", "2024-02-30", "Must be a date such as 2026-01-31."),
        ("due_date", 20240201, "Must be a date such as 2026-01-31."),
        ("description", "d" * 2001, "Must have at most 2,000 characters."),
        ("client_id", None, "Must not be null."),
    ],
)
def test_a_bad_field_is_named_with_what_is_wrong(alice, acme, field, value, message):
    response = alice.post("/invoices/", sent(acme.pk) | {field: value})
    body = response.json()
    assert (response.status_code, body["error_code"]) == (400, "VALIDATION_ERROR")
    assert body["detail"] == f"Validation error: {field}: {message}"
    assert body["errors"] == {field: [message]}
    assert not Invoice.objects.exists()


def test_every_missing_field_is_named(alice):
    errors = alice.post("/invoices/", {}).json()["errors"]
    assert errors == {key: ["This field is required."] for key in ("client_id", "invoice_number", "amount")}


def test_the_largest_amount_is_kept_to_the_cent(alice, acme):
    content = alice.post("/invoices/", sent(acme.pk, amount="999999999999.99")).content
    assert b'"amount":999999999999.99,' in content


def test_terms_that_lead_beyond_the_calendar_are_no_server_error(alice, acme):
    acme.edit(payment_terms=365)
    response = alice.post("/invoices/", sent(acme.pk, issue_date="9999-01-01"))
    assert response.status_code == 400
    assert response.json()["errors"] == {"issue_date": ["Must not be after 9998-12-31."]}
    assert alice.post("/invoices/", sent(acme.pk, issue_date="9998-12-31")).json()["due_date"] == "9999-12-31"


@pytest.mark.parametrize("client_id", [NO_SUCH_CLIENT, "nonsense", "client_", "invoice_01h455vb4pex5vsknk084sn02q"])
def test_a_client_that_is_not_there_is_a_404(alice, client_id):
    response = alice.post("/invoices/", sent(client_id))
    assert response.status_code == 404
    assert (response.json()["error_code"], response.json()["detail"]) == ("CLIENT_NOT_FOUND", "Client not found")


def test_a_strangers_client_is_a_404(alice, strangers_client):
    assert alice.post("/invoices/", sent(strangers_client.pk)).json()["error_code"] == "CLIENT_NOT_FOUND"
    assert not Invoice.objects.exists()


def test_a_deactivated_client_is_not_invoiced(alice, acme):
    acme.deactivate()
    response = alice.post("/invoices/", sent(acme.pk))
    assert (response.status_code, response.json()["error_code"]) == (409, "CONFLICT")
    assert not Invoice.objects.exists()


def test_a_number_is_given_once(alice, acme, globex, invoice):
    response = alice.post("/invoices/", sent(globex.pk, invoice_number=" INV-001 "))
    body = response.json()
    assert (response.status_code, body["error_code"]) == (409, "DUPLICATE_INVOICE")
    assert body["detail"] == "Duplicate invoice: an invoice with this number already exists"
    assert body["errors"] == {"invoice_number": ["An invoice with this number already exists."]}


def test_a_stranger_may_use_the_same_number(alice, acme, strangers_invoice):
    assert alice.post("/invoices/", sent(acme.pk, invoice_number="SECRET-1")).status_code == 201


def test_nobody_is_asked_who_they_are(nobody, acme):
    response = nobody.post("/invoices/", sent(acme.pk))
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_it_takes_three_queries(alice, acme, queries):
    """The session with its user and account; the client, locked; the invoice."""
    assert len(queries(alice.post, "/invoices/", sent(acme.pk))) == 3


def test_an_issue_date_before_1900_is_a_mistake(alice, acme):
    body = {"client_id": acme.pk, "invoice_number": "1", "amount": 1, "issue_date": "0026-01-31"}
    response = alice.post("/invoices/", body)

    assert response.status_code == 400
    assert response.json()["errors"] == {"issue_date": ["Must not be before 1900-01-01."]}
