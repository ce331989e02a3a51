"""PUT and PATCH /clients/{id}"""

import pytest

from clients.models import Client
from clients.tests.factories import ClientFactory, add_invoice
from clients.tests.races import race

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"
ADDRESS = {
    "street": "123 Business Ave",
    "city": "New York",
    "state": "NY",
    "zip_code": "10001",
    "country": "US",
}
both = pytest.mark.parametrize("method", ["PUT", "PATCH"])


@pytest.fixture
def before(alice, acme):
    return alice.get(f"/clients/{acme.id}").json()


def changed(before, answer):
    """The fields in which the answer differs from the client before, `updated_at` aside."""
    assert answer.status_code == 200
    after = answer.json()
    assert after.keys() == before.keys()
    return {field: value for field, value in after.items() if value != before[field] and field != "updated_at"}


@both
def test_changes_what_is_sent_and_keeps_the_rest(alice, before, method):
    updates = {  # the guide's
        "name": "Acme Corporation LLC",
        "email": "accounting@acme.com",
        "phone": "+1-555-123-9999",
        "payment_terms": 15,
        "notes": "Updated contact info - priority client with expedited terms",
    }
    answer = alice.call(method, f"/clients/{before['id']}", updates)
    assert changed(before, answer) == updates
    assert alice.get(f"/clients/{before['id']}").json() == answer.json()


@both
@pytest.mark.parametrize(
    "change",
    [{"name": "A"}, {"email": "a@b.example"}, {"phone": "123"}, {"tax_id": "1"}, {"payment_terms": 0}, {"notes": "n"}],
    ids=lambda change: next(iter(change)),
)
def test_one_field_alone_is_enough(alice, before, method, change):
    assert changed(before, alice.call(method, f"/clients/{before['id']}/", change)) == change


def test_a_change_moves_updated_at_alone(alice, before):
    after = alice.patch(f"/clients/{before['id']}", {"name": "Acme"}).json()
    assert after["updated_at"] > before["updated_at"]
    assert after["created_at"] == before["created_at"]


@both
@pytest.mark.parametrize("body", [{}, {"name": "Acme Corporation"}, {"address": {}}, {"colour": "red"}], ids=str)
def test_what_changes_nothing_leaves_the_client_as_it_was(alice, before, method, body):
    assert alice.call(method, f"/clients/{before['id']}", body).json() == before


@pytest.mark.parametrize("field", ["phone", "address", "tax_id", "notes"])
def test_null_clears_an_optional_field(alice, before, field):
    assert changed(before, alice.put(f"/clients/{before['id']}", {field: None})) == {field: None}


@pytest.mark.parametrize("field", ["phone", "tax_id", "notes"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_so_does_an_empty_text(alice, before, field, empty):
    assert changed(before, alice.put(f"/clients/{before['id']}", {field: empty})) == {field: None}


def test_null_puts_payment_terms_back_to_30(alice, acme):
    acme.edit(payment_terms=7)
    assert alice.patch(f"/clients/{acme.id}", {"payment_terms": None}).json()["payment_terms"] == 30


@both
@pytest.mark.parametrize("field", ["name", "email"])
def test_name_and_email_cannot_be_null(alice, before, method, field):
    answer = alice.call(method, f"/clients/{before['id']}", {field: None, "phone": "123"})
    assert (answer.status_code, answer.json()["errors"]) == (400, {field: ["Must not be null."]})
    assert alice.get(f"/clients/{before['id']}").json() == before


@both
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"city": "Boston", "state": "MA"}, {"city": "Boston", "state": "MA"}),
        ({"street": None}, {"street": None}),
        ({"zip_code": ""}, {"zip_code": None}),
        ({"country": "fr"}, {"country": "FR"}),
    ],
    ids=str,
)
def test_parts_of_an_address_change_alone(alice, before, method, sent, kept):
    answer = alice.call(method, f"/clients/{before['id']}", {"address": sent})
    assert changed(before, answer) == {"address": {**ADDRESS, **kept}}


def test_an_address_whose_parts_are_all_cleared_is_none(alice, before):
    answer = alice.patch(f"/clients/{before['id']}", {"address": dict.fromkeys(ADDRESS)})
    assert changed(before, answer) == {"address": None}


def test_an_address_comes_back_part_by_part(alice, before):
    alice.patch(f"/clients/{before['id']}", {"address": None})
    address = alice.patch(f"/clients/{before['id']}", {"address": {"city": "Oslo"}}).json()["address"]
    assert address == {**dict.fromkeys(ADDRESS), "city": "Oslo"}


@both
def test_a_fetched_client_can_be_edited_and_put_back(alice, acme, method):
    add_invoice(acme, "100.00", "2024-01-15", ("40.00", "2024-01-16"))
    acme.edit(country=None, phone=None)
    fetched = alice.get(f"/clients/{acme.id}").json()
    assert alice.call(method, f"/clients/{acme.id}", fetched).json() == fetched
    assert changed(fetched, alice.call(method, f"/clients/{acme.id}", {**fetched, "notes": "Mine"})) == {
        "notes": "Mine"
    }


@both
def test_read_only_and_unknown_fields_are_ignored(alice, charlie, before, method):
    others = {
        "id": UNKNOWN,
        "account": charlie.account.pk,
        "account_id": charlie.account.pk,
        "total_invoiced": 999,
        "total_paid": None,
        "invoice_count": "many",
        "last_invoice_date": "2024-01-15T10:30:00Z",
        "is_active": False,
        "created_at": "1999-01-01T00:00:00Z",
        "updated_at": "1999-01-01T00:00:00Z",
        "street": "no part of an address here",
    }
    answer = alice.call(method, f"/clients/{before['id']}", {**others, "name": "Acme"})
    assert changed(before, answer) == {"name": "Acme"}
    assert Client.objects.get().account_id == alice.account.pk


@pytest.mark.parametrize("spelling", ["billing@acme.com", "Billing@ACME.com"])
def test_its_own_email_is_not_in_its_way(alice, before, spelling):
    assert alice.put(f"/clients/{before['id']}", {"email": spelling}).json()["email"] == spelling


def test_a_taken_email_is_a_conflict_that_names_its_client(alice, before):
    other = ClientFactory(account_id=alice.account.pk, email="Taken@example.com", is_active=False)
    answer = alice.patch(f"/clients/{before['id']}", {"email": "taken@EXAMPLE.com", "name": "New"})
    problem = answer.json()
    assert (answer.status_code, problem["error_code"]) == (409, "DUPLICATE_CLIENT")
    assert problem["detail"] == "Duplicate client: a client with this email already exists"
    assert problem["existing_client"] == {"id": other.id, "is_active": False}
    assert alice.get(f"/clients/{before['id']}").json() == before


def test_a_strangers_email_is_free(alice, before, strangers_client):
    answer = alice.patch(f"/clients/{before['id']}", {"email": strangers_client.email})
    assert changed(before, answer) == {"email": strangers_client.email}


def test_one_wrong_field_and_nothing_changes(alice, before):
    answer = alice.put(f"/clients/{before['id']}", {"name": "New", "address": {"city": "Oslo", "country": "XX"}})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["detail"].startswith("Validation error: address.country: ")
    assert alice.get(f"/clients/{before['id']}").json() == before


@both
def test_a_strangers_client_is_not_found_and_not_touched(alice, strangers_client, method):
    for client_id in (strangers_client.id, UNKNOWN, "client_abc123"):
        answer = alice.call(method, f"/clients/{client_id}", {"name": "Mine now"})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")
    assert Client.objects.get().name == "Secret Holdings"


@both
def test_without_a_token_nothing_changes(nobody, acme, method):
    assert nobody.call(method, f"/clients/{acme.id}", {"name": "Mine now"}).status_code == 401
    assert Client.objects.get().name == "Acme Corporation"


@both
def test_a_body_that_is_no_object_is_a_validation_error(alice, acme, method):
    answer = alice.call(method, f"/clients/{acme.id}", [{"name": "New"}])
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")


@both
def test_takes_five_queries(alice, acme, method, django_assert_num_queries):
    with django_assert_num_queries(5):  # who is calling, the client, SAVEPOINT, UPDATE, RELEASE
        alice.call(method, f"/clients/{acme.id}", {"name": "Acme", "phone": None, "address": {"city": "Oslo"}})


def test_what_changes_nothing_writes_nothing(alice, acme, django_assert_num_queries):
    with django_assert_num_queries(2):  # who is calling, the client
        alice.put(f"/clients/{acme.id}", {"name": "Acme Corporation"})


@pytest.mark.django_db(transaction=True)
def test_edits_of_different_fields_at_once_all_survive(alice, bob, acme):
    answers = race(
        lambda: Client.objects.select_for_update().get(pk=acme.pk),
        lambda: alice.put(f"/clients/{acme.id}", {"name": "Alice's"}),
        lambda: bob.patch(f"/clients/{acme.id}", {"email": "bobs@acme.com", "address": {"city": "Oslo"}}),
        lambda: alice.patch(f"/clients/{acme.id}", {"address": {"zip_code": "0150"}}),
        lambda: bob.delete(f"/clients/{acme.id}"),
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    after = alice.get(f"/clients/{acme.id}").json()
    assert (after["name"], after["email"], after["is_active"]) == ("Alice's", "bobs@acme.com", False)
    assert after["address"] == {**ADDRESS, "city": "Oslo", "zip_code": "0150"}


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_an_invoice_at_once_both_survive(alice, bob, acme):
    invoice = {"client_id": acme.id, "invoice_number": "1", "amount": 100, "issue_date": "2024-01-15"}
    edited, issued = race(
        lambda: Client.objects.select_for_update().get(pk=acme.pk),
        lambda: alice.put(f"/clients/{acme.id}", {"name": "Alice's"}),
        lambda: bob.post("/invoices/", invoice),
    )
    assert (edited.status_code, issued.status_code) == (200, 201)
    after = alice.get(f"/clients/{acme.id}").json()
    assert (after["name"], after["total_invoiced"], after["invoice_count"]) == ("Alice's", 100.00, 1)


@pytest.mark.django_db(transaction=True)
def test_two_edits_to_one_email_at_once_leave_one_winner(alice, bob, acme):
    other = ClientFactory(account_id=alice.account.pk)
    answers = race(
        lambda: ClientFactory(account_id=alice.account.pk, email="prize@acme.com"),
        lambda: alice.put(f"/clients/{acme.id}", {"email": "prize@acme.com"}),
        lambda: bob.put(f"/clients/{other.id}", {"email": "PRIZE@acme.com"}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert Client.objects.filter(email__iexact="prize@acme.com").count() == 1
