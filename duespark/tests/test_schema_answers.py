"""What the API answers is what the document at /schema says it does: bodies, media types, headers."""

from datetime import timedelta

import pytest

from accounts.tokens import AccessToken
from clients.models import Invoice
from conftest import PASSWORD, Caller

NAMED = {"name": "Globex", "email": "billing@globex.example"}
FORM = "application/x-www-form-urlencoded"
UNKNOWN = "client_00000000000000000000000000"
REGISTRATION = {"email": "dora@example.com", "password": PASSWORD, "full_name": "Dora Drew"}

# status, method, path in the document, body
ANSWERS = [
    (201, "POST", "/auth/register", REGISTRATION),
    (400, "POST", "/auth/register", {}),
    (400, "POST", "/auth/register", {**REGISTRATION, "password": "password"}),
    (409, "POST", "/auth/register", {**REGISTRATION, "email": "ALICE@example.com"}),
    (200, "POST", "/auth/login", {"username": "alice@example.com", "password": PASSWORD}),
    (401, "POST", "/auth/login", {"email": "alice@example.com", "password": "wrong"}),
    (401, "POST", "/auth/refresh", {"refresh_token": "forged"}),
    (200, "POST", "/auth/logout", None),
    (200, "GET", "/auth/me", None),
    (200, "GET", "/auth/sessions", None),
    (200, "DELETE", "/auth/sessions", None),
    (200, "DELETE", "/auth/sessions/{session_id}", None),
    (404, "DELETE", "/auth/sessions/session_00000000000000000000000000", None),
    (200, "POST", "/auth/password-reset-request", {"email": "alice@example.com"}),
    (400, "POST", "/auth/password-reset", {"token": "forged", "password": PASSWORD}),
    (200, "GET", "/clients/", None),
    (201, "POST", "/clients/", NAMED),
    (400, "POST", "/clients/", {"address": {"country": "ZZ"}}),
    (400, "POST", "/clients/", b"{"),
    (409, "POST", "/clients/", {"name": "Acme", "email": "BILLING@acme.com"}),
    (413, "POST", "/clients/", b" " * 1_000_001),
    (200, "GET", "/clients/{client_id}", None),
    (200, "PUT", "/clients/{client_id}", {"notes": None}),
    (400, "PATCH", "/clients/{client_id}", {"payment_terms": 366}),
    (200, "DELETE", "/clients/{client_id}", None),
    (200, "POST", "/clients/{client_id}/reactivate", None),
    (200, "GET", "/clients/{client_id}/history", None),
    (200, "GET", "/clients/{client_id}/stats", None),
    (405, "PUT", "/clients/", NAMED),
    (200, "POST", "/clients/bulk/import", {"clients": [NAMED, NAMED]}),
    (400, "POST", "/clients/bulk/import", {"clients": "none"}),
    (200, "GET", "/invoices/", None),
    (201, "POST", "/invoices/", {"client_id": "{client_id}", "invoice_number": "2", "amount": 19.99}),
    (404, "POST", "/invoices/", {"client_id": UNKNOWN, "invoice_number": "2", "amount": 19.99}),
    (409, "POST", "/invoices/", {"client_id": "{client_id}", "invoice_number": "1", "amount": 19.99}),
    (200, "GET", "/invoices/{invoice_id}", None),
    (200, "PUT", "/invoices/{invoice_id}", {"notes": "Net 10"}),
    (200, "PATCH", "/invoices/{invoice_id}/status", {"status": "cancelled"}),
    (200, "GET", "/invoices/{invoice_id}/history", None),
    (200, "GET", "/invoices/{invoice_id}/payments", None),
    (201, "POST", "/invoices/{invoice_id}/payments", {"amount": 19.99}),
    (409, "POST", "/invoices/{invoice_id}/payments", {"amount": 1_000_000}),
]


@pytest.fixture
def ids(alice, acme):
    """alice's session, her client and an invoice of its, partly paid."""
    invoice = Invoice.issue(alice.account, acme.id, invoice_number="1", amount=100)
    invoice.pay(10)
    return {"session_id": alice.session.id, "client_id": acme.id, "invoice_id": invoice.id}


def filled(body, ids):
    if not isinstance(body, dict):
        return body
    return {name: ids.get(value[1:-1], value) if isinstance(value, str) else value for name, value in body.items()}


@pytest.mark.parametrize(("status", "method", "path", "body"), ANSWERS)
def test_answer_is_as_documented(document, alice, ids, status, method, path, body):
    response = alice.call(method, path.format(**ids), filled(body, ids))
    assert response.status_code == status
    assert document.errors_of_answer(path, method.lower(), response) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [(method, path, body) for status, method, path, body in ANSWERS if status < 300 and body],
)
def test_taken_bodies_are_as_documented(document, ids, method, path, body):
    assert document.errors_of_request(path, method.lower(), filled(body, ids)) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (method, path, body)
        for status, method, path, body in ANSWERS
        if status == 400 and isinstance(body, dict) and "/auth/" not in path
    ],
)
def test_refused_bodies_are_not_as_documented(document, ids, method, path, body):
    assert document.errors_of_request(path, method.lower(), body)


@pytest.mark.parametrize("path", ["/clients/{client_id}", "/clients/{client_id}/stats", "/invoices/{invoice_id}"])
def test_foreign_rows_are_a_documented_404(document, charlie, ids, path):
    response = charlie.get(path.format(**ids))
    assert response.status_code == 404
    assert document.errors_of_answer(path, "get", response) == []


def test_a_missing_token_is_a_documented_401(document, nobody):
    assert document.errors_of_answer("/clients/", "get", nobody.get("/clients/")) == []


def test_an_expired_token_is_a_documented_401(document, alice):
    token = AccessToken(alice.tokens["access_token"])
    token.set_exp(lifetime=-timedelta(seconds=1))
    response = alice.get("/clients/", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert response.json()["error_code"] == "TOKEN_EXPIRED"
    assert document.errors_of_answer("/clients/", "get", response) == []


def test_a_refresh_is_documented(document, alice, nobody):
    response = nobody.post("/auth/refresh", {"refresh_token": alice.tokens["refresh_token"]})
    assert response.status_code == 200
    assert document.errors_of_answer("/auth/refresh", "post", response) == []


def test_a_login_by_form_is_documented(document, alice, nobody):
    body = b"username=alice@example.com&password=" + PASSWORD.replace(" ", "+").encode()
    response = nobody.post("/auth/login", body, content_type=FORM)
    assert response.status_code == 200
    assert document.errors_of_answer("/auth/login", "post", response) == []


@pytest.mark.parametrize("path", ["/clients/", "/invoices/"])
def test_some_fields_of_a_list_are_documented(document, alice, ids, path):
    response = alice.get(f"{path}?fields=id")
    assert [list(item) for item in response.json()["items"]] == [["id"]]
    assert document.errors_of_answer(path, "get", response) == []


def test_an_unacceptable_media_type_is_a_documented_406(document, alice):
    response = alice.get("/clients/", HTTP_ACCEPT="text/html")
    assert response.status_code == 406
    assert document.errors_of_answer("/clients/", "get", response) == []


def test_an_unsupported_media_type_is_a_documented_415(document, alice):
    response = alice.post("/clients/", b"name=Acme", content_type=FORM)
    assert response.status_code == 415
    assert document.errors_of_answer("/clients/", "post", response) == []


def test_an_imported_file_is_documented(document, alice):
    csv = b"name,email,shoe size\nGlobex,billing@globex.example,44\n,nameless@example.com,\n"
    response = alice.post("/clients/bulk/import", csv, content_type="text/csv")
    assert response.json()["error_count"] == 1
    assert document.errors_of_answer("/clients/bulk/import", "post", response) == []


def test_a_refused_import_is_documented(document, alice):
    response = alice.post("/clients/bulk/import?atomic=true", {"clients": [NAMED, NAMED, {"address": 1}, 7]})
    assert response.status_code == 400
    assert document.errors_of_answer("/clients/bulk/import", "post", response) == []


def test_too_many_requests_are_a_documented_429(document, settings, alice):
    settings.API_RATE_LIMIT = "1/hour"
    caller = Caller(alice.user)
    first, second = caller.get("/clients/"), caller.get("/clients/")
    assert (first.status_code, second.status_code) == (200, 429)
    assert document.errors_of_answer("/clients/", "get", second) == []


def test_the_documented_limits_are_on_every_answer(document, settings, alice):
    settings.API_RATE_LIMIT = "1/hour"
    response = Caller(alice.user).get("/clients/")
    documented = document.strict["paths"]["/clients/"]["get"]["responses"]["200"]["headers"]
    assert set(documented) == {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    assert all(name in response for name in documented)


def test_a_wrong_answer_would_be_noticed(document, alice, acme):
    response = alice.get(f"/clients/{acme.id}")
    response.content = response.content.replace(b'"notes"', b'"remarks"')
    errors = " ".join(document.errors_of_answer("/clients/{client_id}", "get", response))
    assert "'notes' is a required property" in errors
    assert "'remarks' was unexpected" in errors
