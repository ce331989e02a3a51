"""Another account's id answers exactly as one that never existed, wherever an id may stand."""

import pytest

from clients.models import Client, Invoice, Payment
from clients.tests.endpoints import CALLS, routes_with_an_id
from clients.tests.ledger import run

WITH_AN_ID = sorted(routes_with_an_id())
UNKNOWN = "01h455vb4pex5vsknk084sn02q"

every_route_with_an_id = pytest.mark.parametrize("route", WITH_AN_ID, ids=" ".join)


class Row:
    """Something to call a route with, by its id alone."""

    def __init__(self, pk):
        self.pk = pk


@pytest.fixture
def answer(alice, strangers_client, strangers_invoice, queries):
    """What a route tells alice about an id: the answer without its own time and number, and the statements' shapes."""

    def ask(route, pk, path=None, body=None):
        if path is None:
            path, body = CALLS[route](alice, Row(pk), Row(pk))
        answers = []
        statements = queries(lambda: answers.append(alice.call(route[0], path, body)))
        [response] = answers
        told = response.json()
        return {
            "status": response.status_code,
            "headers": {
                name: value for name, value in response.items() if name not in ("X-Request-ID", "Content-Length")
            },
            "body": {key: value for key, value in told.items() if key not in ("timestamp", "request_id")},
            "statements": len(statements),
        }

    return ask


def own_kind(route):
    return route[1].partition("-")[0]


def not_found(kind):
    return {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"{kind.capitalize()} not found",
        "error_code": f"{kind.upper()}_NOT_FOUND",
    }


def test_the_walk_has_met_the_routes():
    assert len(WITH_AN_ID) >= 12
    assert {own_kind(route) for route in WITH_AN_ID} == {"client", "invoice"}


@every_route_with_an_id
def test_a_strangers_id_answers_as_an_unknown_one(answer, strangers_client, strangers_invoice, route):
    kind = own_kind(route)
    foreign = {"client": strangers_client, "invoice": strangers_invoice}[kind].pk
    told = answer(route, foreign)
    assert told == answer(route, f"{kind}_{UNKNOWN}")
    assert (told["status"], told["body"]) == (404, not_found(kind))


@every_route_with_an_id
@pytest.mark.parametrize(
    "malformed",
    [
        "nonsense",
        "{kind}_",
        "{kind}_01H455VB4PEX5VSKNK084SN02Q",
        "{kind}_81h455vb4pex5vsknk084sn02q",
        "{kind}_01h455vb4pex5vsknk084sn02",
        "{kind}_01h455vb4pex5vsknk084sn02u",
        "user_01h455vb4pex5vsknk084sn02q",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "1",
        "{kind}_01h455vb4pex5vsknk084sn02q%00",
        "%F0%9F%92%A9",
        "x%27%20OR%201=1--",
        "k" * 3000,
    ],
)
def test_a_malformed_id_answers_as_an_unknown_one(answer, route, malformed):
    """It is not even looked for, which everybody can tell from the id itself."""
    kind = own_kind(route)
    told, unknown = answer(route, malformed.format(kind=kind)), answer(route, f"{kind}_{UNKNOWN}")
    assert told.pop("statements") == unknown.pop("statements") - 1
    assert told == unknown


@every_route_with_an_id
def test_a_bad_body_tells_no_more_of_a_strangers_id(answer, strangers_client, strangers_invoice, route):
    kind = own_kind(route)
    foreign = {"client": strangers_client, "invoice": strangers_invoice}[kind].pk
    bad = {"name": "", "amount": "x", "status": "x", "due_date": "x"}

    def told(pk):
        path, _ = CALLS[route](None, Row(pk), Row(pk))
        return answer(route, pk, path, bad)

    assert told(foreign) == told(f"{kind}_{UNKNOWN}")


@every_route_with_an_id
def test_nothing_of_the_strangers_changes(answer, strangers_client, strangers_invoice, route):
    everything = "SELECT c.*, i.* FROM clients_client AS c JOIN clients_invoice AS i ON i.client_id = c.id"
    before = run(everything)
    answer(route, {"client": strangers_client, "invoice": strangers_invoice}[own_kind(route)].pk)
    assert (run(everything), Payment.objects.count()) == (before, 0)


def test_an_invoice_for_a_strangers_client_answers_as_for_an_unknown_one(answer, strangers_client):
    def told(client_id):
        body = {"client_id": client_id, "invoice_number": "N-1", "amount": 5}
        return answer(("POST", "invoice-list"), None, "/invoices/", body)

    unknown = told(f"client_{UNKNOWN}")
    assert told(strangers_client.pk) == unknown
    assert unknown["body"] == not_found("client")
    assert {key: told("nonsense")[key] for key in ("status", "headers", "body")} == {
        key: unknown[key] for key in ("status", "headers", "body")
    }


def test_a_strangers_client_filters_as_an_unknown_one(answer, acme, strangers_client):
    def told(client_id):
        return answer(("GET", "invoice-list"), None, f"/invoices/?client_id={client_id}")

    assert told(strangers_client.pk) == told(f"client_{UNKNOWN}")
    assert told(strangers_client.pk)["body"]["total"] == 0


def test_a_strangers_email_is_free(alice, strangers_client):
    response = alice.post("/clients/", {"name": "Mine", "email": strangers_client.email})
    assert response.status_code == 201
    assert alice.get("/clients/?search=secret").json()["total"] == 1


def test_a_strangers_email_in_an_import_is_a_new_client(alice, strangers_client):
    sent = {"clients": [{"name": "Mine", "email": strangers_client.email}]}
    report = alice.post("/clients/bulk/import?on_duplicate=update", sent).json()
    assert (report["created"], report["updated"]) == (1, 0)
    assert Client.objects.get(pk=strangers_client.pk).name == "Secret Holdings"


def test_a_strangers_invoice_number_is_free(alice, acme, strangers_invoice):
    sent = {"client_id": acme.pk, "invoice_number": strangers_invoice.invoice_number, "amount": 5}
    assert alice.post("/invoices/", sent).status_code == 201
    assert Invoice.objects.count() == 2


@pytest.mark.parametrize("path", ["/clients/", "/invoices/"])
def test_lists_and_counts_leave_strangers_out(alice, strangers_invoice, path):
    assert (alice.get(path).json()["total"], alice.get(path).json()["items"]) == (0, [])


@pytest.mark.parametrize("field", ["account", "account_id", "id"])
def test_the_body_never_names_the_account(alice, charlie, field):
    sent = {"name": "Mine", "email": "mine@example.com", field: charlie.account.pk}
    assert alice.post("/clients/", sent).status_code == 201
    assert Client.objects.get().account_id == alice.account.pk


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/clients/{client}/stats?period=never", None),
        ("PATCH", "/invoices/{invoice}/status", {"status": "never"}),
        ("POST", "/invoices/{invoice}/payments", {"amount": "bad"}),
        ("PUT", "/clients/{client}", {"name": ""}),
    ],
)
def test_of_what_is_not_there_nothing_else_is_said(alice, strangers_client, method, path, body):
    path = path.format(client=strangers_client.pk, invoice="invoice_of_nobody")

    assert alice.call(method, path, body).status_code == 404


@pytest.mark.parametrize("client_id", [1, "", "nope", [], {}, "client_\x00"])
def test_a_reference_of_any_form_to_no_client_is_a_404(alice, client_id):
    response = alice.post("/invoices/", {"client_id": client_id, "invoice_number": "1", "amount": 1})

    assert (response.status_code, response.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")
