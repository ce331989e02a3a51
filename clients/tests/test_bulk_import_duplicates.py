"""POST /clients/bulk/import where a client has the email already, and its dry and atomic runs."""

import pytest

from clients.models import Client
from clients.tests.imports import NOTHING, clients_of, emails_of, send, upload

NEW = {"name": "New", "email": "new@example.com"}
ACME = {"name": "Acme Renamed", "email": "BILLING@acme.com", "phone": "555-0000"}
TAKEN = {
    "detail": "Duplicate client: a client with this email already exists",
    "errors": {"email": ["A client with this email already exists."]},
}
REPEATED = {
    "detail": "Duplicate client: a client with this email already exists",
    "errors": {"email": ["An earlier row has this email already."]},
}


def state_of(caller):
    return list(clients_of(caller).values())


def test_by_default_a_taken_email_is_a_row_error(alice, acme):
    before = state_of(alice)

    report = send(alice, [ACME, NEW]).json()

    error = {"row": 1, "email": "BILLING@acme.com", **TAKEN}
    assert report == {**NOTHING, "created": 1, "total": 2, "error_count": 1, "errors": [error]}
    assert state_of(alice)[:1] == before


def test_a_deactivated_client_keeps_its_email(alice, acme):
    acme.deactivate()

    assert send(alice, [ACME]).json()["errors"] == [{"row": 1, "email": "BILLING@acme.com", **TAKEN}]


def test_skip_passes_over_clients_that_are_there(alice, acme):
    before = state_of(alice)

    report = send(alice, [ACME, NEW], on_duplicate="skip").json()

    assert report == {**NOTHING, "created": 1, "skipped": 1, "total": 2}
    assert state_of(alice)[:1] == before


def test_update_writes_what_was_sent_and_keeps_the_rest(alice, acme):
    report = send(alice, [ACME, NEW], on_duplicate="update").json()

    assert report == {**NOTHING, "created": 1, "updated": 1, "total": 2}
    updated = clients_of(alice).get(pk=acme.pk)
    assert (updated.name, updated.phone) == ("Acme Renamed", "555-0000")
    assert (updated.city, updated.tax_id, updated.notes) == (acme.city, acme.tax_id, acme.notes)
    assert updated.updated_at > acme.updated_at
    assert updated.created_at == acme.created_at


def test_update_keeps_the_parts_of_an_address_that_are_not_sent(alice, acme):
    send(alice, [{**ACME, "address": {"city": "Boston", "state": None}}], on_duplicate="update")

    acme.refresh_from_db()
    assert (acme.street, acme.city, acme.state) == ("123 Business Ave", "Boston", None)


def test_in_an_update_null_clears_as_it_does_in_a_put(alice, acme):
    acme.edit(payment_terms=7)
    nulls = {"phone": None, "address": None, "tax_id": None, "notes": None, "payment_terms": None}

    send(alice, [{**ACME, **nulls}], on_duplicate="update")

    acme.refresh_from_db()
    assert (acme.phone, acme.address, acme.tax_id, acme.notes, acme.payment_terms) == (None, None, None, None, 30)


def test_in_an_update_an_empty_name_of_json_is_an_error(alice, acme):
    report = send(alice, [{**ACME, "name": ""}], on_duplicate="update").json()

    assert report["errors"][0]["errors"] == {"name": ["Must not be empty."]}


def test_in_an_update_an_empty_cell_keeps_what_is_there(alice, acme):
    before = state_of(alice)
    columns = "name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes"

    report = upload(alice, f"{columns}\n , billing@acme.com ,,,  ,,,,,,\n", on_duplicate="update").json()

    del report["columns"]
    assert report == {**NOTHING, "skipped": 1, "total": 1}
    assert state_of(alice) == before


def test_an_empty_name_cell_is_an_error_where_there_is_no_name_to_keep(alice, acme):
    report = upload(alice, "name,email\n,new@example.com\n,billing@acme.com\n", on_duplicate="update").json()

    assert [(error["row"], error["errors"]) for error in report["errors"]] == [(1, {"name": ["Must not be empty."]})]
    assert emails_of(alice) == ["billing@acme.com"]


def test_a_second_update_changes_nothing(alice, acme):
    rows = [{**ACME, "address": {"city": "Boston"}, "notes": None}, NEW]
    send(alice, rows, on_duplicate="update")
    before = state_of(alice)

    report = send(alice, rows, on_duplicate="update").json()

    assert report == {**NOTHING, "skipped": 2, "total": 2}
    assert state_of(alice) == before


def test_an_update_does_not_reactivate(alice, acme):
    acme.deactivate()

    send(alice, [ACME], on_duplicate="update")

    acme.refresh_from_db()
    assert (acme.name, acme.is_active) == ("Acme Renamed", False)


@pytest.mark.parametrize("on_duplicate", ["error", "skip", "update"])
def test_a_duplicate_within_the_list_is_an_error_on_the_later_row(alice, on_duplicate):
    rows = [NEW, {"name": "Other", "email": "other@example.com"}, {"name": "Again", "email": "NEW@example.com"}]

    report = send(alice, rows, on_duplicate=on_duplicate).json()

    error = {"row": 3, "email": "NEW@example.com", **REPEATED}
    assert report == {**NOTHING, "created": 2, "total": 3, "error_count": 1, "errors": [error]}
    assert Client.objects.get(email="new@example.com").name == "New"


def test_a_bad_row_does_not_take_its_email_from_a_later_good_one(alice):
    report = send(alice, [{"name": "", "email": "new@example.com"}, NEW]).json()

    assert (report["created"], [error["row"] for error in report["errors"]]) == (1, [1])


@pytest.mark.parametrize("on_duplicate", ["error", "skip", "update"])
def test_a_dry_run_says_what_the_run_says_and_writes_nothing(alice, acme, on_duplicate):
    before = state_of(alice)
    rows = [NEW, {"name": "", "email": "bad"}, ACME, {**NEW, "name": "Again"}]

    dry = send(alice, rows, on_duplicate=on_duplicate, dry_run="true").json()

    assert state_of(alice) == before
    assert dry["dry_run"] is True
    assert send(alice, rows, on_duplicate=on_duplicate).json() == {**dry, "dry_run": False}


def test_atomic_writes_all_rows_where_all_are_good(alice):
    assert send(alice, [NEW], atomic="true").json() == {**NOTHING, "created": 1, "total": 1}
    assert emails_of(alice) == ["new@example.com"]


def test_atomic_writes_nothing_for_one_bad_row_and_lists_the_errors(alice, acme):
    before = state_of(alice)
    rows = [NEW, ACME, {"name": "Bad", "email": "bad"}]
    errors = send(alice, rows, dry_run="true").json()["errors"]

    response = send(alice, rows, atomic="true", on_duplicate="error")

    assert response.status_code == 400
    problem = response.json()
    assert problem["errors"] == errors
    assert (problem["error_count"], problem["total"], problem["error_code"]) == (2, 3, "VALIDATION_ERROR")
    assert problem["detail"] == (
        "Validation error: 2 of 3 rows are refused and nothing is written; row 2: "
        "Duplicate client: a client with this email already exists"
    )
    assert state_of(alice) == before


def test_atomic_takes_back_updates_too(alice, acme):
    before = state_of(alice)

    send(alice, [ACME, {"name": "Bad", "email": "bad"}], on_duplicate="update", atomic="true")

    assert state_of(alice) == before
