"""GET /clients/: the envelope, its pages and their order (what it finds: test_search_clients.py)."""

import pytest
from django.db import connection

from clients.models import Client
from clients.tests.factories import ClientFactory, add_clients, add_invoice


def names(answer):
    return [client["name"] for client in answer.json()["items"]]


def refused(answer, parameter, *choices):
    """Whether the answer is a validation error on that one parameter which names each choice."""
    problem = answer.json()
    (message,) = problem["errors"].pop(parameter)
    assert (answer.status_code, problem["error_code"], problem["errors"]) == (400, "VALIDATION_ERROR", {})
    assert problem["detail"] == f"Validation error: {parameter}: {message}"
    return all(choice in message for choice in choices)


def test_answers_the_envelope(alice, acme):
    add_invoice(acme, "15000.00", "2023-12-15", ("12500.00", "2024-01-20"))
    add_invoice(acme, "750.00", "2024-01-20")
    answer = alice.get("/clients/")
    assert answer.status_code == 200
    assert answer.json() == {
        "items": [
            {
                "id": acme.id,
                "name": "Acme Corporation",
                "email": "billing@acme.com",
                "phone": "+1-555-123-4567",
                "total_invoiced": 15750.00,
                "total_paid": 12500.00,
                "invoice_count": 2,
                "is_active": True,
                "created_at": acme.created_at.isoformat().replace("+00:00", "Z"),
                "last_invoice_date": "2024-01-20T00:00:00Z",
            }
        ],
        "total": 1,
        "page": 1,
        "limit": 50,
        "pages": 1,
        "has_next": False,
        "has_prev": False,
    }
    assert b'"total_invoiced":15750.00,"total_paid":12500.00,' in answer.content


def test_of_nothing_has_no_pages(alice):
    assert alice.get("/clients/").json() == {
        "items": [],
        "total": 0,
        "page": 1,
        "limit": 50,
        "pages": 0,
        "has_next": False,
        "has_prev": False,
    }


def test_a_client_never_invoiced_has_no_last_invoice_date(alice, acme):
    add_invoice(acme, "1.00", "2024-01-20", cancelled=True)
    (client,) = alice.get("/clients/").json()["items"]
    assert (client["last_invoice_date"], client["total_invoiced"], client["invoice_count"]) == (None, 0, 0)


def test_holds_the_accounts_own_clients_alone(alice, bob, charlie, acme, strangers_client):
    assert names(alice.get("/clients/")) == names(bob.get("/clients/")) == ["Acme Corporation"]
    assert alice.get("/clients/").json()["total"] == 1
    assert names(charlie.get("/clients/")) == ["Secret Holdings"]


def test_a_trailing_slash_makes_no_difference(alice, acme):
    assert alice.get("/clients").json() == alice.get("/clients/").json()


def test_without_a_token_is_401(nobody):
    answer = nobody.get("/clients/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("sort_by", ["created_at", "total_invoiced"])
def test_takes_two_queries_whatever_the_limit(alice, limit, sort_by, django_assert_num_queries):
    for client in add_clients(alice.account, *"abcdefghijkl"):
        add_invoice(client, "1.00", "2024-01-20")
    with django_assert_num_queries(2):  # who is calling, the page with the kept total
        alice.get(f"/clients/?limit={limit}&is_active=true&sort_by={sort_by}")


def test_a_search_takes_one_more(alice, acme, django_assert_num_queries):
    with django_assert_num_queries(3):  # who is calling, how many there are, the page
        alice.get("/clients/?search=acme")


def test_a_search_in_vain_reads_no_page(alice, acme, django_assert_num_queries):
    with django_assert_num_queries(2):  # who is calling, how many there are
        alice.get("/clients/?search=bolt")


# Pages


@pytest.mark.parametrize(
    ("page", "items", "has_next", "has_prev"),
    [(1, ["e", "d"], True, False), (2, ["c", "b"], True, True), (3, ["a"], False, True), (4, [], False, True)],
)
def test_a_page(alice, page, items, has_next, has_prev):
    add_clients(alice.account, *"abcde")
    answer = alice.get(f"/clients/?page={page}&limit=2")
    envelope = answer.json()
    assert names(answer) == items
    assert {**envelope, "items": ...} == {
        "items": ...,
        "total": 5,
        "page": page,
        "limit": 2,
        "pages": 3,
        "has_next": has_next,
        "has_prev": has_prev,
    }


def test_pages_are_counted_without_a_rest(alice):
    add_clients(alice.account, *"abcd")
    envelope = alice.get("/clients/?page=2&limit=2").json()
    assert (envelope["pages"], envelope["has_next"]) == (2, False)


@pytest.mark.parametrize(("limit", "taken"), [(100, 100), (101, 100), (2**31 - 1, 100), ("007", 7)])
def test_a_limit_over_100_is_100(alice, limit, taken):
    ClientFactory.create_batch(101, account_id=alice.account.pk)
    envelope = alice.get(f"/clients/?limit={limit}").json()
    assert (envelope["limit"], len(envelope["items"])) == (taken, taken)


def test_the_last_page_there_could_be_is_empty(alice, acme):
    answer = alice.get(f"/clients/?page={2**31 - 1}&limit=100")
    assert (answer.status_code, answer.json()["items"], answer.json()["total"]) == (200, [], 1)


@pytest.mark.parametrize("parameter", ["page", "limit"])
@pytest.mark.parametrize(
    "value",
    ["0", "-1", "1.5", "1e1", "abc", "", "%20", "1_0", "%D9%A3", "%EF%BC%91", "0x1", "true", "%00", "1%2C2", "00"],
)
def test_a_page_or_limit_that_is_no_number_from_1_is_refused(alice, parameter, value):
    assert refused(alice.get(f"/clients/?{parameter}={value}"), parameter, "whole number from 1")


@pytest.mark.parametrize("parameter", ["page", "limit"])
@pytest.mark.parametrize("value", [2**31, 2**63, "9" * 5000], ids=["2^31", "2^63", "5000 digits"])
def test_a_page_or_limit_that_is_huge_is_refused(alice, parameter, value):
    assert refused(alice.get(f"/clients/?{parameter}={value}"), parameter, "2147483647")


def test_page_and_limit_are_both_named(alice):
    assert list(alice.get("/clients/?page=0&limit=x").json()["errors"]) == ["page", "limit"]


# Order


def test_the_newest_comes_first(alice):
    add_clients(alice.account, "Old", "Older than it looks", "New")
    assert names(alice.get("/clients/")) == ["New", "Older than it looks", "Old"]
    assert names(alice.get("/clients/?sort_by=created_at&sort_order=asc")) == ["Old", "Older than it looks", "New"]


def test_names_sort_without_regard_to_case(alice):
    add_clients(alice.account, "banana", "Éclair", "Apple", "éclat", "apricot", "Cherry")
    by_name = ["Apple", "apricot", "banana", "Cherry", "Éclair", "éclat"]
    assert names(alice.get("/clients/?sort_by=name&sort_order=asc")) == by_name
    assert names(alice.get("/clients/?sort_by=name")) == by_name[::-1]


def test_emails_sort_without_regard_to_case(alice):
    for name, email in [("2", "B@x.example"), ("3", "c@x.example"), ("1", "a@X.example")]:
        ClientFactory(account_id=alice.account.pk, name=name, email=email)
    assert names(alice.get("/clients/?sort_by=email&sort_order=asc")) == ["1", "2", "3"]


def test_totals_sort_as_numbers(alice):
    for client, amount in zip(add_clients(alice.account, *"abc"), ["9.00", "100.00", "10.50"], strict=True):
        add_invoice(client, amount, "2024-01-15")
    assert names(alice.get("/clients/?sort_by=total_invoiced")) == ["b", "c", "a"]
    assert names(alice.get("/clients/?sort_by=total_invoiced&sort_order=asc")) == ["a", "c", "b"]


@pytest.fixture
def twins(alice):
    """Seven clients alike in all but the email, stored out of order, with no index that would order them."""
    same = {"name": "Twin", "created_at": "2024-01-15T10:30:00Z"}
    twins = ClientFactory.create_batch(7, account_id=alice.account.pk, **same)
    Client.objects.filter(pk__in=[twin.pk for twin in twins[::2]]).update(name="TWIN")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
    return twins


@pytest.mark.parametrize("sort_by", ["name", "created_at", "total_invoiced"])
@pytest.mark.parametrize("sort_order", ["asc", "desc"])
def test_ties_break_by_id_so_pages_neither_overlap_nor_skip(alice, twins, sort_by, sort_order):
    pages = [
        alice.get(f"/clients/?sort_by={sort_by}&sort_order={sort_order}&limit=3&page={page}").json()["items"]
        for page in (1, 2, 3)
    ]
    ids = [client["id"] for page in pages for client in page]
    assert ids == sorted((twin.pk for twin in twins), reverse=sort_order == "desc")


@pytest.mark.parametrize("value", ["id", "phone", "NAME", "-name", "", "account__name", "%00"])
def test_an_unknown_sort_by_is_refused(alice, value):
    choices = ("name", "email", "created_at", "total_invoiced")
    assert refused(alice.get(f"/clients/?sort_by={value}"), "sort_by", *choices)


@pytest.mark.parametrize("value", ["up", "ascending", "", "1"])
def test_an_unknown_sort_order_is_refused(alice, value):
    assert refused(alice.get(f"/clients/?sort_order={value}"), "sort_order", "asc", "desc")


def test_a_parameter_that_means_nothing_is_ignored(alice, acme):
    assert alice.get("/clients/?utm_source=mail&account_id=1").json() == alice.get("/clients/").json()


@pytest.mark.parametrize("sort_by", ["created_at", "name", "email", "total_invoiced"])
@pytest.mark.parametrize("sort_order", ["asc", "desc"])
@pytest.mark.parametrize("narrowed", ["", "&is_active=true", "&search=twin", "&search=twin+t&is_active=true"])
@pytest.mark.parametrize("few", [0, 20_000])
def test_a_deep_page_is_the_same_by_its_shorter_way(alice, twins, monkeypatch, sort_by, sort_order, narrowed, few):
    def pages():
        path = f"/clients/?sort_by={sort_by}&sort_order={sort_order}&limit=2{narrowed}"
        return [alice.get(f"{path}&page={page}").json() for page in range(1, 6)]

    one_by_one = pages()
    assert [len(page["items"]) for page in one_by_one] == [2, 2, 2, 1, 0]
    monkeypatch.setattr("duespark.api.lists.NEAR", 1)
    monkeypatch.setattr("clients.filtersets.FEW", few)
    assert pages() == one_by_one


@pytest.mark.parametrize(
    ("path", "is_sorted"), [("page=4", False), ("page=4&search=twin", True), ("search=twin", True)]
)
def test_only_matches_of_a_search_are_sorted_without_an_index(alice, twins, monkeypatch, queries, path, is_sorted):
    monkeypatch.setattr("duespark.api.lists.NEAR", 1)
    *_, page = queries(alice.get, f"/clients/?limit=2&sort_by=name&{path}")
    assert ("ORDER BY COALESCE(" in page) is is_sorted


def test_a_deep_page_of_rows_that_are_gone_meanwhile_is_empty(alice, twins, monkeypatch):
    monkeypatch.setattr("duespark.api.lists.NEAR", 1)
    monkeypatch.setattr("duespark.api.lists.Rows.total", lambda rows: 5000)
    for page in (9, 99):
        envelope = alice.get(f"/clients/?limit=2&page={page}").json()
        assert (envelope["items"], envelope["total"]) == ([], 5000)
