"""What the document at /schema says of headers: where they are taken, and what may come of them."""

import pytest

from accounts import idempotency


def taking(document, header):
    return {
        operation["operationId"]
        for _, _, operation in document.operations
        if header in {parameter["name"] for parameter in operation.get("parameters", ())}
    }


def answering(document, header):
    """(operation, status) of the good answers that have the header."""
    return {
        (operation["operationId"], int(status))
        for _, _, operation in document.operations
        for status, answer in operation["responses"].items()
        if header in answer.get("headers", {})
    }


CHANGES_OF_A_ROW = {
    "updateClient",
    "patchClient",
    "deactivateClient",
    "reactivateClient",
    "updateInvoice",
    "patchInvoice",
    "changeInvoiceStatus",
    "recordPayment",
}
KEYED = {
    "createClient",
    "patchClient",
    "reactivateClient",
    "importClients",
    "createInvoice",
    "patchInvoice",
    "changeInvoiceStatus",
    "recordPayment",
    "importInvoices",
}


def test_every_change_of_a_row_takes_if_match(document):
    assert taking(document, "If-Match") == CHANGES_OF_A_ROW


def test_a_row_is_read_with_if_none_match(document):
    assert taking(document, "If-None-Match") == {"getClient", "getInvoice"}


def test_every_post_and_patch_of_a_tenants_rows_takes_an_idempotency_key(document):
    assert taking(document, "Idempotency-Key") == KEYED
    methods = {operation["operationId"]: method.upper() for _, method, operation in document.operations}
    assert {methods[name] for name in KEYED} == idempotency.METHODS
    assert {name for name, _ in answering(document, "Idempotent-Replayed")} == KEYED


def test_representations_have_their_tag(document):
    assert answering(document, "ETag") == {
        ("createClient", 201),
        ("getClient", 200),
        ("getClient", 304),
        ("updateClient", 200),
        ("patchClient", 200),
        ("reactivateClient", 200),
        ("createInvoice", 201),
        ("getInvoice", 200),
        ("getInvoice", 304),
        ("updateInvoice", 200),
        ("patchInvoice", 200),
        ("changeInvoiceStatus", 200),
    }


@pytest.mark.parametrize(
    ("status", "header", "value"),
    [(412, "HTTP_IF_MATCH", '"stale"'), (400, "HTTP_IF_MATCH", "x")],
)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_refusals_are_as_documented(document, alice, acme, status, header, value, method):
    answer = alice.call(method.upper(), f"/clients/{acme.pk}", {}, **{header: value})
    assert answer.status_code == status
    assert document.errors_of_answer("/clients/{client_id}", method, answer) == []
    assert str(status) in document.content["paths"]["/clients/{client_id}"][method]["responses"]


@pytest.mark.parametrize("email", ["one@example.com", "another@example.com"], ids=["replayed", "reused"])
def test_answers_to_a_key_are_as_documented(document, alice, email):
    bodies = [{"name": "One", "email": "one@example.com"}, {"name": "One", "email": email}]
    answers = [alice.post("/clients/", body, HTTP_IDEMPOTENCY_KEY="k") for body in bodies]
    assert [document.errors_of_answer("/clients/", "post", answer) for answer in answers] == [[], []]
    assert str(answers[1].status_code) in document.content["paths"]["/clients/"]["post"]["responses"]


def test_a_request_in_progress_is_documented_with_when_to_come_again(document):
    conflict = document.resolved(document.content["paths"]["/clients/bulk/import"]["post"]["responses"]["409"])
    assert "Retry-After" in conflict["headers"]
    assert "REQUEST_IN_PROGRESS" in conflict["content"]["application/problem+json"]["examples"]
