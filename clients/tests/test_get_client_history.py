"""GET /clients/{id}/history"""

import pytest

from accounts.acting import act_as
from clients.tests.ledger import run

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"


CHANGED = [
    {"field": "name", "old": "Acme Corporation", "new": "Acme LLC"},
    {"field": "address.city", "old": "New York", "new": None},
    {"field": "address.state", "old": "NY", "new": "NJ"},
]
MADE = [
    {"field": "name", "old": None, "new": "Acme Corporation"},
    {"field": "email", "old": None, "new": "billing@acme.com"},
    {"field": "phone", "old": None, "new": "+1-555-123-4567"},
    {"field": "address.street", "old": None, "new": "123 Business Ave"},
    {"field": "address.city", "old": None, "new": "New York"},
    {"field": "address.state", "old": None, "new": "NY"},
    {"field": "address.zip_code", "old": None, "new": "10001"},
    {"field": "address.country", "old": None, "new": "US"},
    {"field": "tax_id", "old": None, "new": "12-3456789"},
    {"field": "payment_terms", "old": None, "new": 30},
    {"field": "notes", "old": None, "new": "Important client - priority support"},
    {"field": "is_active", "old": None, "new": True},
]


def history(caller, row, query=""):
    kind = row.pk.partition("_")[0]
    return caller.get(f"/{kind}s/{row.pk}/history{query}").json()


def test_answers_what_became_of_a_client_newest_first(alice, acme):
    alice.put(f"/clients/{acme.pk}", {"name": "Acme LLC", "address": {"city": None, "state": "NJ"}})
    alice.delete(f"/clients/{acme.pk}")
    answer = alice.get(f"/clients/{acme.pk}/history")
    told, by_alice = answer.json(), {"type": "user", "id": alice.user.pk, "name": "Alice Archer"}
    assert answer.status_code == 200
    assert told == {
        "items": [
            {
                "at": told["items"][0]["at"],
                "action": "deactivated",
                "object": "client",
                "object_id": acme.pk,
                "by": by_alice,
                "changes": [{"field": "is_active", "old": True, "new": False}],
            },
            {
                "at": told["items"][1]["at"],
                "action": "updated",
                "object": "client",
                "object_id": acme.pk,
                "by": by_alice,
                "changes": CHANGED,
            },
            {
                "at": acme.created_at.isoformat().replace("+00:00", "Z"),
                "action": "created",
                "object": "client",
                "object_id": acme.pk,
                "by": {"type": "sql", "id": None, "name": None},
                "changes": MADE,
            },
        ],
        "total": 3,
        "page": 1,
        "limit": 50,
        "pages": 1,
        "has_next": False,
        "has_prev": False,
    }


def test_times_are_utc_and_in_order(alice, acme):
    run("SET LOCAL timezone = 'Asia/Kathmandu'")
    acme.edit(name="Acme LLC")
    run("UPDATE clients_client SET created_at = created_at - interval '1 day'")
    run("SET LOCAL timezone = 'UTC'")
    entries = history(alice, acme)["items"]
    times = [entry["at"] for entry in entries]
    assert times == sorted(times, reverse=True)
    assert all(time.endswith("Z") for time in times)
    [change] = entries[0]["changes"]
    assert (change["field"], change["old"]) == ("created_at", acme.created_at.isoformat().replace("+00:00", "Z"))


def test_what_was_made_is_told_as_it_was_made(alice, globex):
    for name in ("Globex LLC", "Globex Inc."):
        globex.edit(name=name, phone="555")
    run("UPDATE clients_client SET created_by = 'somebody else'")
    made = history(alice, globex)["items"][-1]
    assert made["by"]["type"] == "sql"
    assert made["changes"] == [
        {"field": "name", "old": None, "new": "Globex"},
        {"field": "email", "old": None, "new": "pay@globex.example"},
        {"field": "payment_terms", "old": None, "new": 30},
        {"field": "is_active", "old": None, "new": True},
    ]


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("import_clients", {"type": "command", "id": None, "name": "import_clients"}),
        ("user_of_nobody", {"type": "command", "id": None, "name": "user_of_nobody"}),
        (None, {"type": "sql", "id": None, "name": None}),
    ],
)
def test_says_who(alice, acme, by, told):
    with act_as(by):
        acme.deactivate()
    assert history(alice, acme)["items"][0]["by"] == told


def test_a_user_of_another_account_is_not_named(alice, acme, charlie):
    with act_as(charlie.user.pk):
        acme.deactivate()
    assert history(alice, acme)["items"][0]["by"] == {"type": "user", "id": charlie.user.pk, "name": None}


def test_says_that_a_client_was_reactivated(alice, acme):
    acme.deactivate()
    acme.reactivate()
    assert [entry["action"] for entry in history(alice, acme)["items"]] == ["reactivated", "deactivated", "created"]


def test_totals_are_no_change_of_the_client(alice, acme, invoice):
    invoice.pay()
    assert history(alice, acme)["total"] == 1


def test_pages_by_number(alice, acme):
    for number in range(5):
        acme.edit(notes=str(number))
    pages = [history(alice, acme, f"?limit=2&page={page}") for page in (1, 2, 3, 4)]
    notes = [[(entry["changes"][0]["new"], entry["action"]) for entry in page["items"]] for page in pages]
    assert notes == [
        [("4", "updated"), ("3", "updated")],
        [("2", "updated"), ("1", "updated")],
        [("0", "updated"), ("Acme Corporation", "created")],
        [],
    ]
    assert [(page["total"], page["pages"], page["has_next"], page["has_prev"]) for page in pages] == [
        (6, 3, True, False),
        (6, 3, True, True),
        (6, 3, False, True),
        (6, 3, False, True),
    ]


def test_walks_by_cursor_there_and_back(alice, acme):
    for number in range(4):
        acme.edit(notes=str(number))
    every = history(alice, acme)["items"]
    first = history(alice, acme, "?limit=2&cursor=")
    acme.edit(notes="meanwhile")
    second = history(alice, acme, f"?limit=2&cursor={first['next_cursor']}")
    third = history(alice, acme, f"?limit=2&cursor={second['next_cursor']}")
    back = history(alice, acme, f"?limit=2&cursor={third['prev_cursor']}")
    assert first["items"] + second["items"] + third["items"] == every
    assert (third["next_cursor"], back["items"]) == (None, second["items"])


def test_a_cursor_is_of_one_history(alice, acme, globex):
    acme.edit(notes="1")
    cursor = history(alice, acme, "?limit=1&cursor=")["next_cursor"]
    answer = alice.get(f"/clients/{globex.pk}/history?cursor={cursor}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")


def test_answers_the_fields_asked_for(alice, acme):
    assert history(alice, acme, "?fields=action,object")["items"] == [{"action": "created", "object": "client"}]


@pytest.mark.parametrize("query", ["?page=0", "?limit=x", "?fields=at,secret", "?cursor=x"])
def test_what_cannot_be_asked_is_said(alice, acme, query):
    answer = alice.get(f"/clients/{acme.pk}/history{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")


def test_a_strangers_history_is_as_unknown_as_one_that_never_was(charlie, acme):
    acme.edit(notes="secret")
    for pk in (acme.pk, UNKNOWN, "nonsense"):
        answer = charlie.get(f"/clients/{pk}/history?page=0")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Client not found")


def test_takes_four_queries(alice, acme, django_assert_num_queries):
    alice.put(f"/clients/{acme.pk}", {"notes": "by alice"})
    with django_assert_num_queries(4):  # who is calling, the client, its entries, their users
        alice.get(f"/clients/{acme.pk}/history")
