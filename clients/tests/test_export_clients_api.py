"""GET /clients/export: the file of manage.py export_clients, of the clients that are asked for."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from clients import exporting
from clients.models import Client
from clients.tests.clock import stop_clock
from clients.tests.commands import run
from clients.tests.factories import ClientFactory, add_clients
from clients.tests.imports import NOTHING, clients_of, upload
from clients.tests.test_list_clients import refused

HEADER = "name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes,is_active,created_at\n"
ACME_ROW = (
    "Acme Corporation,billing@acme.com,+1-555-123-4567,123 Business Ave,New York,NY,10001,US,12-3456789,30,"
    "Important client - priority support,true,2024-01-15T10:30:00Z\n"
)


def text(answer):
    assert answer.status_code == 200, answer.content
    return answer.getvalue().decode()


def names(caller, query=""):
    return [line.partition(",")[0] for line in text(caller.get(f"/clients/export{query}")).splitlines()[1:]]


@pytest.mark.parametrize("path", ["/clients/export", "/clients/export/"])
def test_answers_a_file(alice, acme, monkeypatch, path):
    clients_of(alice).update(created_at=datetime(2024, 1, 15, 10, 30, tzinfo=UTC))
    stop_clock(monkeypatch, "2026-11-24T23:59:00+00:00")

    answer = alice.get(path)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="clients-2026-11-24.csv"'
    assert answer["Content-Length"] == str(len(HEADER + ACME_ROW))
    assert text(answer) == HEADER + ACME_ROW


def test_it_is_the_file_of_the_command(alice):
    one, *_ = add_clients(alice.account, "=1+1", "'=x", "Zoë, “Jo” 🧾", "Later")
    one.deactivate()

    assert text(alice.get("/clients/export")) == run("export_clients", account="alice@example.com").out


def test_it_is_the_file_of_the_command_for_a_spreadsheet(alice):
    add_clients(alice.account, "=1+1", "'=x", "Zoë")
    command = run("export_clients", account="alice@example.com", for_spreadsheet=True).out

    assert text(alice.get("/clients/export?for_spreadsheet=true")) == command


@pytest.mark.parametrize(("flag", "cell"), [("True", "'=1+1"), ("1", "'=1+1"), ("false", "=1+1"), ("0", "=1+1")])
def test_formulas_are_defused_if_that_is_asked_for(alice, flag, cell):
    add_clients(alice.account, "=1+1")

    assert names(alice, f"?for_spreadsheet={flag}") == [cell]


def test_nobody_is_a_header(alice):
    assert text(alice.get("/clients/export")) == HEADER


@pytest.fixture
def three(alice):
    """B is the oldest and C deactivated."""
    clients = add_clients(alice.account, "B", "a c", "C")
    clients[2].deactivate()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["B", "a c", "C"]),
        ("?search=B", ["B"]),
        ("?search=%25", []),
        ("?is_active=true", ["B", "a c"]),
        ("?is_active=False", ["C"]),
        ("?sort_by=name", ["a c", "B", "C"]),
        ("?sort_by=name&sort_order=desc", ["C", "B", "a c"]),
        ("?sort_order=desc", ["C", "a c", "B"]),
        ("?sort_by=total_invoiced&sort_order=asc", ["B", "a c", "C"]),
    ],
)
def test_it_is_narrowed_and_sorted_as_the_list(alice, three, query, found):
    assert names(alice, query) == found


def test_there_are_no_pages(alice):
    ClientFactory.create_batch(101, account_id=alice.account.pk)

    assert len(names(alice, "?limit=1&page=2&fields=id")) == 101


@pytest.mark.parametrize(
    ("parameter", "value", "choices"),
    [
        ("is_active", "maybe", ["true", "false"]),
        ("sort_by", "phone", ["name", "email", "created_at", "total_invoiced"]),
        ("sort_order", "up", ["asc", "desc"]),
        ("for_spreadsheet", "excel", ["true", "false"]),
        ("search", "a%00b", []),
    ],
)
def test_a_value_that_is_none_is_refused(alice, parameter, value, choices):
    answer = alice.get(f"/clients/export?{parameter}={value}", HTTP_ACCEPT="text/csv")

    assert answer["Content-Type"] == "application/problem+json"
    assert refused(answer, parameter, *choices)


def test_it_holds_the_accounts_own_clients_alone(alice, bob, charlie, acme, strangers_client):
    assert names(alice) == names(bob) == ["Acme Corporation"]
    assert names(alice, "?search=secret") == []
    assert names(charlie) == ["Secret Holdings"]


@pytest.mark.parametrize("query", ["", "?for_spreadsheet=true"])
def test_an_import_gives_the_same_clients(alice, charlie, query):
    add_clients(alice.account, "=1+1", "'=x", "''+1", "'t Hooft", "Zoë, “Jo” 🧾")

    report = upload(charlie, text(alice.get(f"/clients/export{query}"))).json()

    del report["columns"]
    assert report == NOTHING | {"created": 5, "total": 5, "ignored_columns": ["is_active", "created_at"]}
    kept = [list(clients_of(caller).values_list("name", "email")) for caller in (alice, charlie)]
    assert kept[0] == kept[1]


def test_a_large_file_waits_on_disk(alice, acme, monkeypatch):
    monkeypatch.setattr(exporting, "SPOOL", 10)
    file = exporting.exported(Client.objects.for_account(alice.account))

    assert file.read().startswith(HEADER.encode())
    assert file._rolled
    file.close()
    assert text(alice.get("/clients/export")).startswith(HEADER)


def test_it_takes_as_many_statements_however_many_there_are(alice, queries):
    ClientFactory.create_batch(20, account_id=alice.account.pk)

    assert [sql.partition(" ")[0] for sql in queries(alice.get, "/clients/export")] == ["SELECT", "SELECT", "COPY"]


def test_a_head_has_the_headers_alone(alice, acme):
    head, whole = (alice.call(method, "/clients/export") for method in ("HEAD", "GET"))

    assert dict(head.items()) == dict(whole.items())
    assert head.getvalue() == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_takes_get_alone(alice, method):
    answer = alice.call(method, "/clients/export", {})

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer.json()["error_code"] == "METHOD_NOT_ALLOWED"


def test_it_wants_a_token(nobody):
    answer = nobody.get("/clients/export", HTTP_ACCEPT="text/csv")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error_code"] == "NOT_AUTHENTICATED"


@pytest.mark.parametrize(
    ("accept", "status"),
    [("text/csv", 200), ("text/csv; charset=utf-8", 200), ("text/*", 200), ("*/*", 200), ("application/json", 406)],
)
def test_it_is_csv_for_whoever_takes_that(alice, accept, status):
    assert alice.get("/clients/export", HTTP_ACCEPT=accept).status_code == status


def test_an_export_that_the_database_gives_up_is_a_503(alice, acme, monkeypatch):
    def give_up(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(exporting, "export_clients", give_up)

    assert alice.get("/clients/export").status_code == 503
