"""The guide's curl lines get the answers that the guide prints."""

import pytest

pytestmark = [pytest.mark.guide, pytest.mark.django_db(transaction=True)]

ITEM = {
    "id",
    "name",
    "email",
    "phone",
    "total_invoiced",
    "total_paid",
    "invoice_count",
    "is_active",
    "created_at",
    "last_invoice_date",
}


def test_create(curl, reader):
    status, client = curl.answer("create")
    assert status == 201
    assert client == reader.get(f"/clients/{client['id']}")
    assert client["address"]["zip_code"] == "10001"


def test_get(curl, client_id):
    status, client = curl.answer("get", client_id)
    assert (status, client["id"], client["name"]) == (200, client_id, "Acme Corporation")


def test_list(curl, client_id):
    status, page = curl.answer("list")
    assert status == 200
    [item] = page.pop("items")
    assert set(item) == ITEM
    assert page == {"total": 1, "page": 1, "limit": 50, "pages": 1, "has_next": False, "has_prev": False}


def test_search(curl, reader, client_id):
    reader.post("/clients/", name="Globex", email="billing@globex.example")
    status, page = curl.answer("search")
    assert (status, [item["id"] for item in page["items"]]) == (200, [client_id])


def test_update(curl, client_id):
    status, client = curl.answer("update", client_id)
    assert (status, client["email"], client["payment_terms"]) == (200, "accounting@acme.com", 15)


def test_deactivate(curl, client_id):
    expected = {"message": "Client deactivated successfully", "id": client_id, "is_active": False}
    assert curl.answer("deactivate", client_id) == (200, expected)


def test_stats(curl, client_id):
    status, stats = curl.answer("stats", client_id)
    assert (status, stats["client_id"], stats["period"], len(stats["monthly_breakdown"])) == (200, client_id, "12m", 12)


def test_import(curl):
    status, report = curl.answer("import")
    assert (status, report["created"], report["errors"]) == (200, 2, [])


def test_import_a_file(curl, reader):
    status, report = curl.answer("csv")
    assert (status, report["created"], report["errors"]) == (200, 2, [])
    assert reader.get("/clients/?search=client4")["items"][0]["phone"] is None
