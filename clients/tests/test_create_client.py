"""POST /clients/"""

import pytest

from clients.models import Client
from clients.tests.factories import ClientFactory
from clients.tests.races import race

# The guide's request and answer.
ACME = {
    "name": "Acme Corporation",
    "email": "billing@acme.com",
    "phone": "+1-555-123-4567",
    "address": {
        "street": "123 Business Ave",
        "city": "New York",
        "state": "NY",
        "zip_code": "10001",
        "country": "US",
    },
    "tax_id": "12-3456789",
    "payment_terms": 30,
    "notes": "Important client - priority support",
}
UNTOUCHED = {"total_invoiced": 0.00, "total_paid": 0.00, "invoice_count": 0, "is_active": True}
MADE_BY_US = ("id", "created_at", "updated_at")


def test_answers_the_whole_client(alice):
    answer = alice.post("/clients/", ACME)
    client = answer.json()
    made = {field: client[field] for field in MADE_BY_US}
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"
    assert client == {**ACME, **UNTOUCHED, **made}


def test_makes_an_id_and_two_equal_times_in_utc(alice):
    client = alice.post("/clients/", ACME).json()
    assert client["id"].startswith("client_")
    assert client["created_at"] == client["updated_at"]
    assert client["created_at"].endswith("Z")


def test_writes_money_with_two_decimals(alice):
    assert b'"total_invoiced":0.00,"total_paid":0.00,' in alice.post("/clients/", ACME).content


@pytest.mark.parametrize("path", ["/clients/", "/clients"])
def test_location_leads_to_the_client(alice, path):
    answer = alice.post(path, ACME)
    assert answer["Location"] == f"/clients/{answer.json()['id']}"
    assert alice.get(answer["Location"]).json() == answer.json()


def test_name_and_email_are_enough(alice):
    client = alice.post("/clients/", {"name": "Acme", "email": "billing@acme.com"}).json()
    assert client == {
        "name": "Acme",
        "email": "billing@acme.com",
        "phone": None,
        "address": None,
        "tax_id": None,
        "payment_terms": 30,
        "notes": None,
        **UNTOUCHED,
        **{field: client[field] for field in MADE_BY_US},
    }


def test_null_is_as_good_as_left_out(alice):
    optional = dict.fromkeys(["phone", "address", "tax_id", "payment_terms", "notes"])
    client = alice.post("/clients/", {"name": "Acme", "email": "billing@acme.com", **optional}).json()
    assert {field: client[field] for field in optional} == {**optional, "payment_terms": 30}


def test_a_part_of_an_address_is_an_address(alice):
    client = alice.post("/clients/", {**ACME, "address": {"city": "Paris", "country": None}}).json()
    assert client["address"] == {"street": None, "city": "Paris", "state": None, "zip_code": None, "country": None}


@pytest.mark.parametrize("address", [{}, {"city": None}, {"city": " "}, {"planet": "Mars"}])
def test_an_address_without_a_known_part_is_none(alice, address):
    assert alice.post("/clients/", {**ACME, "address": address}).json()["address"] is None


def test_read_only_and_unknown_fields_are_ignored(alice, charlie):
    theirs = {
        "id": "client_01h455vb4pex5vsknk084sn02q",
        "account": charlie.account.pk,
        "account_id": charlie.account.pk,
        "total_invoiced": 999,
        "total_paid": "much",
        "invoice_count": -1,
        "last_invoice_date": "2024-01-15T10:30:00Z",
        "is_active": False,
        "created_at": "1999-01-01T00:00:00Z",
        "updated_at": "1999-01-01T00:00:00Z",
        "search_text": "x",
        "street": "no part of an address here",
        "favourite_colour": {"any": ["thing"]},
    }
    client = alice.post("/clients/", {**theirs, **ACME}).json()
    assert client == {**ACME, **UNTOUCHED, **{field: client[field] for field in MADE_BY_US}}
    assert client["id"] != theirs["id"]
    assert client["created_at"] > "2024"
    assert Client.objects.get().account_id == alice.account.pk


def test_a_colleague_sees_the_client_at_once(alice, bob):
    client = alice.post("/clients/", ACME).json()
    assert bob.get(f"/clients/{client['id']}").json() == client


@pytest.mark.parametrize(
    "email", ["billing@acme.com", "BILLING@ACME.COM", " Billing@Acme.com\t"], ids=["same", "case", "space"]
)
def test_a_taken_email_is_a_conflict_that_names_its_client(alice, acme, email):
    answer = alice.post("/clients/", {"name": "Another", "email": email})
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Duplicate client: a client with this email already exists",
        "error_code": "DUPLICATE_CLIENT",
        "timestamp": problem["timestamp"],
        "request_id": problem["request_id"],
        "errors": {"email": ["A client with this email already exists."]},
        "existing_client": {"id": acme.id, "is_active": True},
    }
    assert answer.status_code == 409
    assert Client.objects.get() == acme


def test_a_deactivated_client_keeps_its_email(alice, acme):
    acme.deactivate()
    answer = alice.post("/clients/", ACME)
    assert answer.status_code == 409
    assert answer.json()["existing_client"] == {"id": acme.id, "is_active": False}


def test_a_strangers_client_does_not_take_the_email(alice, strangers_client):
    assert alice.post("/clients/", {"name": "Ours", "email": strangers_client.email}).status_code == 201


def test_validation_comes_before_duplicates(alice, acme):
    answer = alice.post("/clients/", {"email": acme.email})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"name": ["This field is required."]}


@pytest.mark.parametrize("body", [{}, None], ids=["empty object", "no body"])
def test_name_and_email_are_required(alice, body):
    answer = alice.post("/clients/", body)
    problem = answer.json()
    assert problem == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Validation error: name: This field is required.",
        "error_code": "VALIDATION_ERROR",
        "timestamp": problem["timestamp"],
        "request_id": problem["request_id"],
        "errors": {"name": ["This field is required."], "email": ["This field is required."]},
    }
    assert answer.status_code == 400


def test_every_wrong_field_is_named(alice):
    wrong = {"name": "", "email": "no", "phone": 1, "payment_terms": -1, "notes": [], "address": {"country": "XX"}}
    errors = alice.post("/clients/", wrong).json()["errors"]
    assert list(errors) == ["name", "email", "phone", "payment_terms", "notes", "address"]
    assert list(errors["address"]) == ["country"]


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b'"Acme"', b"1", b"true", b"null"], ids=bytes.decode)
def test_a_body_that_is_no_object_is_a_validation_error(alice, body):
    answer = alice.post("/clients/", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["detail"].startswith("Validation error:")


@pytest.mark.parametrize("body", [b"{", b'{"name": NaN}', b'{"name": "\xff"}', b"{'name': 'Acme'}"])
def test_a_body_that_is_no_json_is_malformed(alice, body):
    answer = alice.post("/clients/", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MALFORMED_JSON")


def test_without_a_token_nothing_is_made(nobody):
    answer = nobody.post("/clients/", ACME)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert not Client.objects.exists()


def test_takes_four_queries(alice, django_assert_num_queries):
    with django_assert_num_queries(4):  # who is calling, SAVEPOINT, INSERT, RELEASE
        alice.post("/clients/", ACME)


def test_a_duplicate_takes_one_more_and_a_rollback(alice, acme, django_assert_num_queries):
    # who is calling, SAVEPOINT, INSERT, ROLLBACK TO, RELEASE, the client in the way
    with django_assert_num_queries(6):
        alice.post("/clients/", ACME)


@pytest.mark.django_db(transaction=True)
def test_two_creates_of_one_email(alice, bob):
    """Both find the email free, for its holder is not there yet; then its holder never comes."""
    answers = race(
        lambda: ClientFactory(account_id=alice.account.pk, email="billing@acme.com"),
        lambda: alice.post("/clients/", ACME),
        lambda: bob.post("/clients/", {**ACME, "email": "BILLING@acme.com"}),
    )
    made, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert (made.status_code, refused.status_code) == (201, 409)
    assert refused.json()["existing_client"] == {"id": made.json()["id"], "is_active": True}
    assert Client.objects.get().pk == made.json()["id"]
