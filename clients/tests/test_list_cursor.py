"""GET /clients/?cursor=…: walking a list page by page, from either end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import override_settings

from clients.models import Client
from clients.tests.factories import ClientFactory, add_clients, add_invoice
from clients.tests.test_list_clients import names, refused
from duespark.clock import today

SORTS = ["created_at", "name", "email", "total_invoiced"]


def walk(caller, path, cursor="", *, way="next_cursor"):
    """The pages from a cursor to the end."""
    pages = []
    while cursor is not None:
        pages.append(caller.get(f"{path}&cursor={cursor}").json())
        cursor = pages[-1][way]
    return pages


def ids(pages):
    return [item["id"] for page in pages for item in page["items"]]


@pytest.fixture
def twins(alice):
    """Clients of whom many share a name and a time."""
    made = ClientFactory.create_batch(9, account_id=alice.account.pk, name="Twin")
    Client.objects.update(created_at=made[0].created_at)
    for client in made[:4]:
        add_invoice(client, "5.00", "2024-01-20")
    return made


def test_an_empty_cursor_begins(alice):
    add_clients(alice.account, *"abc")
    answer = alice.get("/clients/?cursor=&limit=2")
    envelope = answer.json()
    assert answer.status_code == 200
    assert names(answer) == ["c", "b"]
    assert isinstance(envelope.pop("next_cursor"), str)
    assert {**envelope, "items": ...} == {
        "items": ...,
        "total": 3,
        "page": 1,
        "limit": 2,
        "pages": 2,
        "has_next": True,
        "has_prev": False,
        "prev_cursor": None,
    }


def test_the_next_cursor_leads_on_and_back(alice):
    add_clients(alice.account, *"abc")
    first = alice.get("/clients/?cursor=&limit=2").json()
    second = alice.get(f"/clients/?limit=2&cursor={first['next_cursor']}").json()
    assert [item["name"] for item in second["items"]] == ["a"]
    assert (second["page"], second["has_next"], second["has_prev"], second["next_cursor"]) == (2, False, True, None)
    assert alice.get(f"/clients/?limit=2&cursor={second['prev_cursor']}").json() == first


def test_without_a_cursor_nothing_is_said_of_one(alice, acme):
    assert "next_cursor" not in alice.get("/clients/").json()


def test_of_nothing(alice):
    envelope = alice.get("/clients/?cursor=").json()
    assert (envelope["items"], envelope["total"], envelope["next_cursor"], envelope["prev_cursor"]) == (
        [],
        0,
        None,
        None,
    )


@pytest.mark.parametrize("sort_by", SORTS)
@pytest.mark.parametrize("sort_order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 4, 9])
def test_a_walk_meets_every_client_once_in_the_lists_order(alice, twins, sort_by, sort_order, limit):
    order = f"sort_by={sort_by}&sort_order={sort_order}"
    expected = [item["id"] for item in alice.get(f"/clients/?{order}").json()["items"]]
    pages = walk(alice, f"/clients/?{order}&limit={limit}")
    assert ids(pages) == expected
    assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))

    back = walk(alice, f"/clients/?{order}&limit={limit}", pages[-1]["prev_cursor"], way="prev_cursor")
    assert back[::-1] == pages[:-1]


def test_a_client_that_is_added_meanwhile_moves_no_page(alice):
    add_clients(alice.account, *"abcd")
    first = alice.get("/clients/?cursor=&limit=2").json()
    ClientFactory(account_id=alice.account.pk)
    second = alice.get(f"/clients/?limit=2&cursor={first['next_cursor']}").json()
    assert [item["name"] for item in second["items"]] == ["b", "a"]
    assert second["total"] == 5


def test_a_walk_may_be_filtered(alice):
    add_clients(alice.account, "a wool", "b", "c wool", "d", "e wool")
    pages = walk(alice, "/clients/?search=wool&is_active=true&limit=2")
    assert [item["name"] for page in pages for item in page["items"]] == ["e wool", "c wool", "a wool"]
    assert {page["total"] for page in pages} == {3}


def test_a_limit_may_change_on_the_way(alice):
    add_clients(alice.account, *"abcde")
    first = alice.get("/clients/?cursor=&limit=1").json()
    assert len(alice.get(f"/clients/?limit=3&cursor={first['next_cursor']}").json()["items"]) == 3


def test_takes_two_queries_wherever_it_is(alice, django_assert_num_queries):
    add_clients(alice.account, *"abcde")
    first = alice.get("/clients/?cursor=&limit=2").json()
    with django_assert_num_queries(2):  # who is calling, the page with the total
        alice.get(f"/clients/?limit=2&cursor={first['next_cursor']}")


def test_a_filter_may_change_on_the_way(alice):
    add_clients(alice.account, "a wool", "b", "c wool", "d")
    first = alice.get("/clients/?cursor=&limit=1").json()
    rest = alice.get(f"/clients/?search=wool&cursor={first['next_cursor']}").json()
    assert [item["name"] for item in rest["items"]] == ["c wool", "a wool"]


def test_of_invoices_it_is_still_good_tomorrow(alice, acme, monkeypatch):
    for _ in range(2):
        add_invoice(acme, "1.00", "2024-01-20")
    cursor = alice.get("/invoices/?cursor=&limit=1").json()["next_cursor"]
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr("clients.views.today", lambda: tomorrow)
    assert len(alice.get(f"/invoices/?cursor={cursor}").json()["items"]) == 1


# Cursors that are none


CURSOR = "next_cursor or prev_cursor of this list"


@pytest.fixture
def cursor(alice):
    add_clients(alice.account, *"abc")
    return alice.get("/clients/?cursor=&limit=1").json()["next_cursor"]


@pytest.mark.parametrize("value", ["x", "%00", "é", "1", ":", "eyJ9:abc", "%20", "x" * 5000])
def test_a_forged_one_is_refused(alice, value):
    assert refused(alice.get(f"/clients/?cursor={value}"), "cursor", CURSOR)


def test_one_that_was_tampered_with_is_refused(alice, cursor):
    other = "A" if cursor[0] != "A" else "B"
    assert refused(alice.get(f"/clients/?cursor={other}{cursor[1:]}"), "cursor", CURSOR)
    assert refused(alice.get(f"/clients/?cursor={cursor[:-1]}"), "cursor", CURSOR)


def test_another_accounts_is_refused(charlie, cursor):
    assert refused(charlie.get(f"/clients/?cursor={cursor}"), "cursor", CURSOR)


def test_one_of_a_colleague_is_good(bob, cursor):
    assert bob.get(f"/clients/?cursor={cursor}").status_code == 200


@pytest.mark.parametrize("order", ["sort_by=name", "sort_order=asc", "sort_by=total_invoiced&sort_order=asc"])
def test_one_from_another_order_is_refused(alice, cursor, order):
    assert refused(alice.get(f"/clients/?{order}&cursor={cursor}"), "cursor", CURSOR)


def test_one_of_another_list_is_refused(alice, cursor):
    assert refused(alice.get(f"/invoices/?cursor={cursor}"), "cursor", CURSOR)


def test_a_page_number_beside_it_is_refused(alice, cursor):
    assert refused(alice.get(f"/clients/?page=2&cursor={cursor}"), "page", "together with a cursor")


def test_one_signed_with_a_key_of_before_is_refused(alice, cursor):
    with override_settings(SECRET_KEY="another key, as long as keys have to be, or nearly so"):
        assert refused(alice.get(f"/clients/?cursor={cursor}"), "cursor", CURSOR)


# Other lists


def test_invoices_are_walked_alike(alice, acme):
    for number in range(5):
        add_invoice(acme, Decimal(number + 1), "2024-01-20")
    expected = [item["id"] for item in alice.get("/invoices/?sort_by=status").json()["items"]]
    assert ids(walk(alice, "/invoices/?sort_by=status&limit=2")) == expected


def test_so_are_payments(alice, acme):
    invoice = add_invoice(acme, "10.00", "2024-01-20")
    for day in ("2024-02-01", "2024-02-01", "2024-02-03"):
        invoice.pay(Decimal("1.00"), payment_date=day)
    expected = [item["id"] for item in alice.get(f"/invoices/{invoice.pk}/payments").json()["items"]]
    assert ids(walk(alice, f"/invoices/{invoice.pk}/payments?limit=1")) == expected
