"""POST /clients/bulk/import with JSON: a list of clients in, a report out."""

import pytest

from clients.models import Client
from clients.tests.imports import NOTHING, URL, clients_of, emails_of, send

ONE = {"name": "Client 1", "email": "client1@example.com", "phone": "+1-555-111-1111"}
TWO = {"name": "Client 2", "email": "client2@example.com", "phone": "+1-555-222-2222"}
NAMELESS = {"email": "nameless@example.com"}
NAMELESS_ERROR = {
    "row": 2,
    "email": "nameless@example.com",
    "detail": "Validation error: name: This field is required.",
    "errors": {"name": ["This field is required."]},
}


def test_clients_are_created(alice):
    response = send(alice, [ONE, TWO])

    assert response.status_code == 200
    assert response.json() == {**NOTHING, "created": 2, "total": 2}
    assert emails_of(alice) == ["client1@example.com", "client2@example.com"]


def test_a_created_client_is_as_a_single_create_would_have_made_it(alice):
    whole = {**ONE, "address": {"street": "1 High St", "country": "us"}, "tax_id": "007", "notes": "a\r\nb"}
    single = alice.post("/clients/", {**whole, "email": "single@example.com"}).json()
    send(alice, [whole])

    imported = alice.get(f"/clients/{Client.objects.get(email=ONE['email']).id}").json()

    own = {"id", "email", "created_at", "updated_at"}
    assert {key: imported[key] for key in imported.keys() - own} == {key: single[key] for key in single.keys() - own}
    assert imported["created_at"] == imported["updated_at"]


def test_the_path_answers_with_a_slash_too(alice):
    assert alice.post(f"{URL}/", {"clients": [ONE]}).json()["created"] == 1


def test_nobody_imports_without_a_token(nobody):
    response = send(nobody, [ONE])

    assert response.status_code == 401
    assert response.json()["error_code"] == "NOT_AUTHENTICATED"


def test_an_email_of_another_account_is_no_duplicate(alice, strangers_client):
    assert send(alice, [{**ONE, "email": strangers_client.email}]).json()["created"] == 1


def test_an_update_never_reaches_another_account(alice, strangers_client):
    send(alice, [{**ONE, "email": strangers_client.email}], on_duplicate="update")

    strangers_client.refresh_from_db()
    assert strangers_client.name == "Secret Holdings"


def test_good_rows_land_and_bad_rows_are_listed(alice):
    response = send(alice, [ONE, NAMELESS, TWO])

    assert response.status_code == 200
    assert response.json() == {**NOTHING, "created": 2, "total": 3, "error_count": 1, "errors": [NAMELESS_ERROR]}
    assert emails_of(alice) == ["client1@example.com", "client2@example.com"]


@pytest.mark.parametrize("item", [None, True, 7, 1.5, "x", [], [ONE]])
def test_an_item_that_is_no_object_is_a_row_error(alice, item):
    report = send(alice, [item, TWO]).json()

    detail = "Validation error: Must be an object."
    errors = {"non_field_errors": ["Must be an object."]}
    assert report["errors"] == [{"row": 1, "email": None, "detail": detail, "errors": errors}]
    assert report["created"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", {"a": [1]}),
        ("name", "\ud800"),
        ("email", ["client1@example.com"]),
        ("email", 10**30),
        ("email", "\x00@example.com"),
        ("address", [[]]),
        ("address", {"street": {"street": "x"}}),
        ("payment_terms", True),
        ("payment_terms", 1e300),
        ("notes", {}),
    ],
)
def test_a_value_of_a_wrong_kind_is_a_row_error_of_its_field(alice, field, value):
    response = send(alice, [{**ONE, field: value}])

    assert response.status_code == 200
    [error] = response.json()["errors"]
    assert list(error["errors"]) == [field]


def test_keys_that_are_none_of_a_clients_are_ignored(alice):
    client = {**ONE, "id": "client_x", "total_paid": 9, "is_active": False, "created_at": "2001-01-01", "": {"\n": []}}

    assert send(alice, [client]).json() == {**NOTHING, "created": 1, "total": 1}
    [created] = clients_of(alice)
    assert created.is_active
    assert created.created_at.year > 2001


def test_an_empty_list_is_nothing(alice):
    response = send(alice, [])

    assert response.status_code == 200
    assert response.json() == NOTHING


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"[]", "Validation error: clients: The body must be an object with a list of clients, not a list."),
        (b"null", "Validation error: clients: The body must be an object with a list of clients, not null."),
        (b"{}", "Validation error: clients: Send a list of clients as JSON, or a CSV file as the field `file`."),
        (b'{"clients": null}', "Validation error: clients: Must be a list, not null."),
        (b'{"clients": {}}', "Validation error: clients: Must be a list, not an object."),
        (b'{"clients": "x"}', "Validation error: clients: Must be a list, not text."),
        (b'{"clients": 1.5}', "Validation error: clients: Must be a list, not a number."),
        (b'{"clients": true}', "Validation error: clients: Must be a list, not a boolean."),
        (b'{"clients": [', "Malformed JSON at line 1, column 14."),
    ],
)
def test_a_list_that_is_no_list_is_refused_in_one_sentence(alice, body, detail):
    response = alice.post(URL, body)

    assert response.status_code == 400
    assert response.json()["detail"] == detail


@pytest.mark.parametrize("query", [{"on_duplicate": "merge"}, {"dry_run": "maybe"}, {"atomic": "2"}])
def test_an_option_that_is_none_is_refused_and_the_choices_named(alice, query):
    response = send(alice, [ONE], **query)

    assert response.status_code == 400
    assert response.json()["detail"].startswith(f"Validation error: {next(iter(query))}: Must be one of: ")
    assert not emails_of(alice)


def test_the_first_thousand_errors_are_listed_and_all_are_counted(alice):
    report = send(alice, [None] * 1_001).json()

    assert report["error_count"] == report["total"] == 1_001
    assert [error["row"] for error in report["errors"]] == list(range(1, 1_001))


def test_a_list_may_be_larger_than_the_body_of_any_other_call(alice):
    report = send(alice, [{"padding": "x" * 2_000_000, **ONE}])

    assert report.json()["created"] == 1


def test_a_hundred_thousand_rows_are_taken_and_one_more_is_too_many(alice):
    assert send(alice, [0] * 100_000).json()["total"] == 100_000

    response = send(alice, [0] * 100_001)

    assert response.status_code == 413
    assert response.json()["error_code"] == "PAYLOAD_TOO_LARGE"


def test_a_body_over_fifty_megabytes_is_too_large(alice):
    response = alice.post(URL, {"clients": [ONE]}, CONTENT_LENGTH="50000001")

    assert response.status_code == 413
    assert not emails_of(alice)
