"""GET /clients/?fields=…: of each client, what was asked for."""

import pytest

from clients.tests.test_list_clients import refused


def test_the_named_fields_alone_in_their_usual_order(alice, acme):
    answer = alice.get("/clients/?fields=total_invoiced,name")
    assert answer.json()["items"] == [{"name": "Acme Corporation", "total_invoiced": 0.00}]
    assert b'{"name":"Acme Corporation","total_invoiced":0.00}' in answer.content


@pytest.mark.parametrize("fields", ["id", "id,id", " id ,id"])
def test_one(alice, acme, fields):
    assert alice.get(f"/clients/?fields={fields}").json()["items"] == [{"id": acme.id}]


def test_the_envelope_is_whole(alice, acme):
    envelope = alice.get("/clients/?fields=id").json()
    assert list(envelope) == ["items", "total", "page", "limit", "pages", "has_next", "has_prev"]


def test_with_everything_else(alice, acme):
    answer = alice.get("/clients/?fields=email&search=acme&is_active=true&sort_by=name&sort_order=asc&limit=1&cursor=")
    assert answer.json()["items"] == [{"email": "billing@acme.com"}]


@pytest.mark.parametrize(
    "fields", ["", ",", "id,", "notes", "search_text", "account", "id;name", "Id", "id,name,nothing", "%00", "password"]
)
def test_a_name_that_is_none_is_refused(alice, acme, fields):
    assert refused(alice.get(f"/clients/?fields={fields}"), "fields", "id, name, email", "last_invoice_date")


def test_of_invoices(alice, invoice):
    answer = alice.get("/invoices/?fields=status,invoice_number")
    assert answer.json()["items"] == [{"invoice_number": "INV-001", "status": invoice.status}]
