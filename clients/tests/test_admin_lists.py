"""Lists of the back office, short and long: what they find, how they are counted, and sorted."""

import re

import pytest
from django.db import connection

from accounts.backoffice import lists
from accounts.tests.backoffice import found, list_url, said
from clients.admin.filters import TOO_MANY
from clients.models import Client, Invoice
from clients.tests.factories import ClientFactory, add_clients, add_invoice
from duespark.clock import today

CAP = 4


@pytest.fixture
def short_cap(monkeypatch):
    """A list is long where it has more than four rows, and a page has two."""
    monkeypatch.setattr(lists, "CAP", CAP)
    monkeypatch.setattr("accounts.backoffice.modeladmin.BackOfficeAdmin.list_per_page", 2)


@pytest.fixture
def seven(alice, short_cap):
    return add_clients(alice.account, *"abcdefg")


def names(page):
    return [client.name for client in found(page)]


def told(page):
    return page.context["cl"].paginator.told


def headers(page):
    """The columns that can be sorted by."""
    return re.findall(r'class="sortable column-(\w+)', page.content.decode())


# What is found


def test_clients_are_filtered_by_what_they_owe(boss, alice, acme):
    add_invoice(acme, "100", "2024-01-15", ("40", "2024-01-20"))
    paid, new = add_clients(alice.account, "Paid", "New")
    add_invoice(paid, "10", "2024-01-15", ("10", "2024-01-20"))

    assert found(boss.get(list_url(Client, owes="yes"))) == [acme]
    assert {client.name for client in found(boss.get(list_url(Client, owes="no")))} == {paid.name, new.name}
    assert len(found(boss.get(list_url(Client, owes="perhaps")))) == 3


def test_clients_with_an_overdue_invoice_are_found(boss, alice, acme):
    add_invoice(acme, "100", "2024-01-15")
    for name, options in {"paid": {"paid": True}, "cancelled": {"cancelled": True}, "pending": {}}.items():
        client = ClientFactory(account_id=alice.account.pk, name=name)
        issued = today().isoformat() if name == "pending" else "2024-01-15"
        payments = [("100", issued)] if options.pop("paid", False) else []
        add_invoice(client, "100", issued, *payments, **options)

    assert found(boss.get(list_url(Client, overdue="yes"))) == [acme]


def test_of_those_who_owe_who_owes_most_comes_first(boss, alice):
    for client, amount in zip(add_clients(alice.account, *"abc"), ("20", "300", "4"), strict=True):
        add_invoice(client, amount, "2024-01-15")

    assert names(boss.get(list_url(Client, owes="yes"))) == ["b", "a", "c"]
    assert names(boss.get(list_url(Client, overdue="yes", account=alice.account.pk))) == ["b", "a", "c"]


def test_invoices_and_payments_are_found_by_client_however_many_have_the_name(boss, alice, monkeypatch):
    invoices = [
        add_invoice(client, "1", "2024-01-15") for client in add_clients(alice.account, "Foo 1", "Foo 2", "Bar")
    ]

    assert set(found(boss.get(list_url(Invoice, q="foo")))) == set(invoices[:2])

    monkeypatch.setattr("clients.admin.searching.FEW", 1)
    assert set(found(boss.get(list_url(Invoice, q="foo")))) == set(invoices[:2])


@pytest.mark.parametrize("asked", [{"status": "pending"}, {"due": "30"}])
def test_many_invoices_are_filtered_by_status_and_due_date_once_they_are_narrowed(boss, acme, short_cap, asked):
    for _ in range(CAP + 1):
        add_invoice(acme, "1", "2024-01-15")

    page = boss.get(list_url(Invoice, **asked))
    assert said(page) == [TOO_MANY]
    assert told(page) != "0"
    assert "By status" not in page.content.decode()
    for narrow in ({"account": acme.account_id}, {"client": acme.pk}):
        page = boss.get(list_url(Invoice, **asked, **narrow))
        assert said(page) == []
        assert found(page) == []
        assert "By status" in page.content.decode()


# How many there are


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (1, "1"), (CAP, "4")])
def test_a_short_list_is_counted(boss, alice, acme, short_cap, count, words):
    for _ in range(count):
        add_invoice(acme, "1", "2024-01-15")

    assert told(boss.get(list_url(Invoice))) == words


def test_a_long_list_is_not_counted_to_its_end(boss, acme, short_cap, monkeypatch):
    for _ in range(CAP + 3):
        add_invoice(acme, "1", "2024-01-15")
    monkeypatch.setattr(lists.CappedPaginator, "_estimate", lambda self: 143_000)

    page = boss.get(list_url(Invoice))

    assert told(page) == "about 143,000"
    assert "about 143,000 invoices; the first 4 are on these pages" in page.content.decode()


def test_an_estimate_that_cannot_be_is_not_told(boss, acme, short_cap, monkeypatch):
    for _ in range(CAP + 3):
        add_invoice(acme, "1", "2024-01-15")
    monkeypatch.setattr(lists.CappedPaginator, "_estimate", lambda self: 2)

    assert told(boss.get(list_url(Invoice))) == "more than 4"


@pytest.mark.parametrize(("rows", "estimate"), [(143_497, 143_000), (987, 987), (12, 12)])
def test_an_estimate_is_round(rows, estimate):
    assert lists.rounded(rows) == estimate


def test_the_planner_is_asked(boss, acme, short_cap):
    for _ in range(CAP + 3):
        add_invoice(acme, "1", "2024-01-15")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE clients_invoice")

    assert told(boss.get(list_url(Invoice))) == f"about {CAP + 3}"


@pytest.mark.parametrize(
    ("query", "words"),
    [({}, "7"), ({"is_active__exact": "0"}, "1"), ({"is_active__exact": "1"}, "6")],
)
def test_the_number_of_clients_is_kept_exactly(boss, seven, query, words):
    seven[0].deactivate()

    assert told(boss.get(list_url(Client, **query))) == words
    assert told(boss.get(list_url(Client, account=seven[0].account_id, **query))) == words


def test_clients_that_are_searched_for_are_not_told_as_all(boss, seven):
    assert told(boss.get(list_url(Client, q="client0"))) != "7"
    assert told(boss.get(list_url(Client, q=seven[0].email))) == "1"


# Pages


@pytest.mark.parametrize(("page", "shown"), [(1, "gf"), (2, "ed"), (3, "cb"), (4, "a")])
@pytest.mark.parametrize("near", [0, 1000])
def test_every_page_of_a_list_whose_number_is_kept_is_there(boss, seven, monkeypatch, near, page, shown):
    monkeypatch.setattr(lists, "NEAR", near)

    assert names(boss.get(list_url(Client, p=page))) == list(shown)


def test_of_other_long_lists_the_pages_up_to_the_cap_are_there(boss, acme, short_cap):
    for _ in range(CAP + 3):
        add_invoice(acme, "1", "2024-01-15")

    assert len(found(boss.get(list_url(Invoice, p=2)))) == 2
    assert boss.get(list_url(Invoice, p=3)).status_code == 302


def test_an_empty_list_says_so(boss, db):
    assert "No clients yet." in boss.get(list_url(Client)).content.decode()
    assert "No clients match." in boss.get(list_url(Client, q="x")).content.decode()


# Their order


def test_a_short_list_is_sorted_by_any_column(boss, alice):
    for client, paid in zip(add_clients(alice.account, *"abc"), ("2", "3", "1"), strict=True):
        add_invoice(client, "5", "2024-01-15", (paid, "2024-01-20"))
    page = boss.get(list_url(Client, o="-4"))

    assert names(page) == ["b", "a", "c"]
    assert headers(page) == ["who", "owner", "invoiced", "paid", "owed", "created"]


def test_a_long_list_is_sorted_where_an_index_serves(boss, seven):
    account = seven[0].account_id

    assert headers(boss.get(list_url(Client))) == []
    page = boss.get(list_url(Client, account=account, o="1"))
    assert headers(page) == ["who", "invoiced", "created"]
    assert names(page) == ["a", "b"]
    assert "can be sorted by name, invoiced or created" in page.content.decode()


def test_a_long_list_of_who_owes_is_sorted_by_it(boss, seven):
    for client in seven:
        add_invoice(client, "5", "2024-01-15")

    page = boss.get(list_url(Client, account=seven[0].account_id, owes="yes", o="5"))

    assert headers(page) == ["who", "owed"]


@pytest.mark.parametrize("order", ["4", "-4", "1", "99", "x", "-", "2.1", " 3", "--3", "x-3", "+3", "٣", "9" * 5000])
def test_a_long_list_is_never_sorted_without_an_index(boss, seven, order):
    page = boss.get(list_url(Client, o=order))

    assert names(page) == ["g", "f"]
    assert page.context["cl"].queryset.query.order_by == ("-pk",)


def test_a_list_that_may_not_be_sorted_so_breaks_ties_all_the_same(boss, seven):
    for client in seven:
        add_invoice(client, "5", "2024-01-15")

    page = boss.get(list_url(Client, owes="yes", o="4"))

    assert names(page) == ["g", "f"]
    assert page.context["cl"].queryset.query.order_by[-1] == "-pk"


def test_ties_stand_in_the_direction_of_the_column(boss, seven):
    account = seven[0].account_id

    assert names(boss.get(list_url(Client, account=account, o="3"))) == ["a", "b"]
    assert names(boss.get(list_url(Client, account=account, o="-3"))) == ["g", "f"]
