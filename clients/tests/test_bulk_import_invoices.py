"""POST /invoices/bulk/import: the invoices of clients that are there, as JSON or as a file."""

import pytest

from clients.models import Client, Invoice
from clients.tests.imports import NOTHING

URL = "/invoices/bulk/import"
HEADER = "client_email,invoice_number,issue_date,due_date,amount,status,payment_date,paid_amount"
PAID = "billing@acme.com,INV-1,2024-01-15,2024-02-14,1250.00,paid,2024-02-10,1250.00"
NOBODYS = "nobody@example.com,INV-2,2024-01-15,,10.00,pending,,"
NOBODYS_ERROR = {
    "row": 2,
    "email": "nobody@example.com",
    "detail": "Validation error: client_email: No client has this email.",
    "errors": {"client_email": ["No client has this email."]},
}


@pytest.fixture(autouse=True)
def acme(alice):
    return Client.add(account_id=alice.account.pk, name="Acme", email="billing@acme.com")


def upload(caller, *rows, query=""):
    return caller.post(f"{URL}{query}", "\n".join([HEADER, *rows]).encode(), content_type="text/csv")


def test_a_file_lands_with_its_payments(alice, acme):
    report = upload(alice, PAID, NOBODYS).json()

    assert report == {
        **NOTHING,
        "created": 1,
        "total": 2,
        "error_count": 1,
        "errors": [NOBODYS_ERROR],
        "columns": {name: name for name in HEADER.split(",")},
        "rejected_csv": f"{HEADER},reason\r\n{NOBODYS},{NOBODYS_ERROR['detail']}\r\n",
    }
    [invoice] = Invoice.objects.for_account(alice.account)
    acme.refresh_from_db()
    assert (invoice.invoice_number, str(invoice.amount_paid)) == ("INV-1", "1250.00")
    assert (str(acme.total_invoiced), str(acme.total_paid), acme.invoice_count) == ("1250.00", "1250.00", 1)


def test_a_list_lands(alice):
    sent = {"client_email": "BILLING@acme.com", "invoice_number": "INV-1", "amount": 12.5, "status": "cancelled"}

    assert alice.post(URL, {"invoices": [sent]}).json() == {**NOTHING, "created": 1, "total": 1}
    [listed] = alice.get("/invoices/").json()["items"]
    assert (listed["amount"], listed["status"]) == (12.5, "cancelled")


def test_a_number_that_is_there_is_an_error_or_skipped(alice):
    upload(alice, PAID)

    assert upload(alice, PAID).json()["errors"][0]["detail"].startswith("Duplicate")
    report = upload(alice, PAID, query="?on_duplicate=skip").json()
    assert (report["created"], report["skipped"], report["error_count"]) == (0, 1, 0)


def test_a_dry_run_writes_nothing(alice):
    assert upload(alice, PAID, query="?dry_run=true").json()["created"] == 1
    assert not Invoice.objects.for_account(alice.account).exists()


def test_an_atomic_one_lands_whole_or_not_at_all(alice):
    response = upload(alice, PAID, NOBODYS, query="?atomic=true")

    assert (response.status_code, response.json()["errors"]) == (400, [NOBODYS_ERROR])
    assert not Invoice.objects.for_account(alice.account).exists()


def test_nothing_is_updated(alice):
    response = upload(alice, PAID, query="?on_duplicate=update")

    assert response.json()["errors"] == {"on_duplicate": ["Must be one of: error, skip."]}


def test_another_accounts_clients_are_nobody(charlie):
    assert upload(charlie, PAID).json()["errors"][0]["errors"] == {"client_email": ["No client has this email."]}


def test_what_is_no_list_is_refused(alice):
    response = alice.post(URL, {"clients": []})

    assert response.status_code == 400
    assert response.json()["errors"] == {
        "invoices": ["Send a list of invoices as JSON, or a CSV file as the field `file`."]
    }


def test_a_member_that_means_nothing_to_an_invoice_may_be_anything(alice):
    """Not even what would be odd of a client; the row is checked by itself, and comes to the same."""
    bill = {"client_email": "billing@acme.com", "amount": 10, "payment_date": "2024-02-10"}
    bills = [
        {**bill, "invoice_number": "1", "address": "none"},
        {**bill, "invoice_number": "2", "address": 5, "paid_amount": 4},
    ]

    assert alice.post(URL, {"invoices": bills}).json()["created"] == 2
    assert [int(one.amount_paid) for one in Invoice.objects.order_by("invoice_number")] == [10, 4]
