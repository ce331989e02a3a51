"""GET /invoices/"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.models import Client, Invoice
from duespark.clock import today

EMPTY = {"items": [], "total": 0, "page": 1, "limit": 50, "pages": 0, "has_next": False, "has_prev": False}


@pytest.fixture
def four(alice, acme, globex):
    """One invoice of each status, due in the order of their numbers; the first two are Acme's."""

    def issued(client, number, amount, due):
        due_date = today() + timedelta(days=due)
        return Invoice.issue(
            alice.account, client_id=client.pk, invoice_number=number, amount=Decimal(amount), due_date=due_date
        )

    issued(acme, "1-overdue", "10.00", -1)
    issued(acme, "2-paid", "40.00", 1).pay()
    issued(globex, "3-pending", "20.00", 2)
    issued(globex, "4-cancelled", "30.00", 3).cancel()


def numbers(caller, query=""):
    response = caller.get(f"/invoices/{query}")
    assert response.status_code == 200, response.content
    return [item["invoice_number"] for item in response.json()["items"]]


def test_an_account_without_invoices_has_an_empty_envelope(alice, strangers_invoice):
    assert alice.get("/invoices/").json() == EMPTY


def test_an_item_is_the_whole_invoice(alice, invoice):
    envelope = alice.get("/invoices").json()
    assert envelope == EMPTY | {"items": [alice.get(f"/invoices/{invoice.pk}").json()], "total": 1, "pages": 1}


def test_the_newest_comes_first(alice, four):
    assert numbers(alice) == ["4-cancelled", "3-pending", "2-paid", "1-overdue"]


def test_pages_neither_overlap_nor_skip(alice, four):
    Invoice.objects.update(amount=Decimal("50.00"))
    pages = [alice.get(f"/invoices/?sort_by=amount&limit=3&page={page}").json() for page in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [3, 1, 0]
    assert len({item["id"] for page in pages for item in page["items"]}) == 4
    assert [(page["has_next"], page["has_prev"]) for page in pages] == [(True, False), (False, True), (False, True)]


@pytest.mark.parametrize("status", ["overdue", "paid", "pending", "cancelled"])
def test_status_filters_by_what_is_answered(alice, four, status):
    [item] = alice.get(f"/invoices/?status={status}").json()["items"]
    assert item["status"] == status
    assert item["invoice_number"].endswith(status)


def test_client_id_filters(alice, acme, four):
    assert numbers(alice, f"?client_id={acme.pk}") == ["2-paid", "1-overdue"]


@pytest.mark.parametrize("client_id", ["client_01h455vb4pex5vsknk084sn02q", "nonsense", "client_x"])
def test_a_client_that_is_not_there_has_no_invoices(alice, four, client_id):
    assert alice.get(f"/invoices/?client_id={client_id}").json() == EMPTY


def test_a_strangers_client_has_no_invoices(alice, four, strangers_client, strangers_invoice):
    assert alice.get(f"/invoices/?client_id={strangers_client.pk}").json() == EMPTY


def test_due_dates_bound_the_list_inclusively(alice, four):
    day = today() + timedelta(days=1)
    assert numbers(alice, f"?due_after={day}&sort_order=asc") == ["2-paid", "3-pending", "4-cancelled"]
    assert numbers(alice, f"?due_before={day}&sort_order=asc") == ["1-overdue", "2-paid"]
    assert numbers(alice, f"?due_after={day}&due_before={day}") == ["2-paid"]


def test_amounts_bound_the_list_inclusively(alice, four):
    assert numbers(alice, "?min_amount=20.00&max_amount=30&sort_by=amount") == ["4-cancelled", "3-pending"]


@pytest.mark.parametrize(
    ("sort_by", "ascending"),
    [
        ("created_at", ["1-overdue", "2-paid", "3-pending", "4-cancelled"]),
        ("due_date", ["1-overdue", "2-paid", "3-pending", "4-cancelled"]),
        ("amount", ["1-overdue", "3-pending", "4-cancelled", "2-paid"]),
        ("status", ["4-cancelled", "1-overdue", "2-paid", "3-pending"]),
    ],
)
def test_it_sorts_both_ways(alice, four, sort_by, ascending):
    assert numbers(alice, f"?sort_by={sort_by}&sort_order=asc") == ascending
    assert numbers(alice, f"?sort_by={sort_by}") == ascending[::-1]


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("status=late", "status", "Must be one of: pending, overdue, paid, cancelled."),
        ("sort_by=client", "sort_by", "Must be one of: created_at, due_date, amount, status."),
        ("sort_order=up", "sort_order", "Must be one of: asc, desc."),
        ("due_after=today", "due_after", "Must be a date such as 2026-01-31."),
        ("due_before=2024-13-01", "due_before", "Must be a date such as 2026-01-31."),
        ("min_amount=lots", "min_amount", "Must be an amount such as 1250.00."),
        ("max_amount=-1", "max_amount", "Must be at least 0."),
        ("page=0", "page", "Must be a whole number from 1."),
        ("limit=1.5", "limit", "Must be a whole number from 1."),
    ],
)
def test_a_bad_parameter_is_named_with_its_choices(alice, query, field, message):
    response = alice.get(f"/invoices/?{query}")
    assert response.status_code == 400
    assert response.json()["errors"] == {field: [message]}


def test_a_filter_may_reach_to_the_end_of_time(alice, four):
    assert len(numbers(alice, "?due_after=0001-01-01&due_before=9999-12-31")) == 4


def test_colleagues_see_the_same_and_strangers_their_own(bob, charlie, invoice, strangers_invoice):
    assert (numbers(bob), numbers(charlie)) == (["INV-001"], ["SECRET-1"])


def test_nobody_is_asked_who_they_are(nobody):
    assert nobody.get("/invoices/").status_code == 401


def test_it_takes_two_queries_however_many_there_are(alice, queries):
    """Who is calling; a page of invoices with their clients and the total."""
    clients = [Client.add(alice.account.pk, name="N", email=f"{n}@x.example") for n in range(5)]
    Invoice.objects.bulk_create(
        Invoice(account=alice.account, client=client, invoice_number=str(n), amount=1, due_date=date(2030, 1, 1))
        for n, client in enumerate(clients)
    )
    assert len(queries(alice.get, "/invoices/?status=pending&sort_by=status")) == 2
