"""Requests that meet on a real server of several processes, again and again.

No answer is a 5xx, and PostgreSQL sees no deadlock. `--thorough` makes it a thousand rounds.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from threading import Event
from uuid import uuid4

import pytest

from clients.tests.ledger import run, wrong_totals
from clients.tests.live import PASSWORD, PATIENCE, Wire, all_at_once, registered
from clients.tests.races import on_own_connection
from duespark.ids import uuid_of

CROWD = 20
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
# The making of an invoice writes its client's totals, so both rows bear the mark of one transaction until the client's
# is written again.
WRITTEN_BY_INVOICE = """
    SELECT count(*) FROM clients_client AS c JOIN clients_invoice AS i ON i.client_id = c.id AND i.xmin = c.xmin
    WHERE c.id = %s"""

pytestmark = pytest.mark.django_db(transaction=True)


def deadlocks():
    """How many there have been: a connection's are counted at the latest when it ends."""
    run(END_OTHERS)
    run("SELECT pg_stat_clear_snapshot()")
    [(number,)] = run(DEADLOCKS)
    return number


@pytest.fixture
def tokens(server, transactional_db):
    return registered(server.port)


@pytest.fixture
def crowd(server, tokens):
    """The connections of one user's many programs, who by the end have met no deadlock."""
    before = deadlocks()
    with ExitStack() as stack:
        yield [stack.enter_context(Wire(server.port, tokens["access_token"])) for _ in range(CROWD)]
    assert deadlocks() == before


def statuses(answers):
    return Counter(answer.status for answer in answers)


def made(wire, path, **body):
    answer = wire.ask("POST", path, body)
    assert answer.status == 201, answer
    return answer.body


def new_client(wire):
    return made(wire, "/clients/", name="Acme", email=f"{uuid4().hex}@example.com")


def new_invoice(wire, client, amount="100.00"):
    return made(wire, "/invoices/", client_id=client["id"], invoice_number=uuid4().hex, amount=amount)


def test_of_equal_creates_one_is_made(crowd, times):
    for n in range(times(8, thorough=200)):
        email = f"equal-{n}@example.com"
        request = ("POST", "/clients/", {"name": "Equal", "email": email.upper() if n % 2 else email})
        answers = all_at_once(crowd, *[request] * CROWD)
        assert statuses(answers) == {201: 1, 409: 19}
        [winner] = [answer.body["id"] for answer in answers if answer.status == 201]
        assert {answer.body["existing_client"]["id"] for answer in answers if answer.status == 409} == {winner}


def test_payments_never_exceed_what_is_due(crowd, times):
    client = new_client(crowd[0])
    for _ in range(times(8, thorough=200)):
        invoice = new_invoice(crowd[0], client)
        amounts = [random.choice(["15.00", "20.01", "33.33", "100.00"]) for _ in crowd]
        requests = [("POST", f"/invoices/{invoice['id']}/payments", {"amount": amount}) for amount in amounts]
        answers = all_at_once(crowd, *requests)
        assert set(statuses(answers)) == {201, 409}
        taken = sum(Decimal(amount) for amount, answer in zip(amounts, answers, strict=True) if answer.status == 201)
        kept = crowd[0].ask("GET", f"/invoices/{invoice['id']}").body
        assert (Decimal(str(kept["amount_paid"])), kept["amount"]) == (taken, 100)
        assert taken <= 100


def test_edits_of_different_fields_all_survive(crowd, times):
    fields = ["name", "phone", "tax_id", "notes", "payment_terms", "street", "city", "state", "zip_code"]
    address = {"street", "city", "state", "zip_code"}
    client = new_client(crowd[0])
    for n in range(times(8, thorough=150)):
        values = {field: n % 365 if field == "payment_terms" else f"1{n:06}" for field in fields}
        changes = [
            {"address": {field: value}} if field in address else {field: value} for field, value in values.items()
        ]
        requests = [(random.choice(["PUT", "PATCH"]), f"/clients/{client['id']}", change) for change in changes]
        assert statuses(all_at_once(crowd, *requests)) == {200: len(fields)}
        kept = crowd[0].ask("GET", f"/clients/{client['id']}").body
        assert {field: {**kept, **kept["address"]}[field] for field in fields} == values


def test_a_refresh_token_has_one_winner_and_its_reuse_ends_the_session(server, crowd, tokens, times):
    [(user,)] = run("SELECT email FROM accounts_user")
    login = {"username": user, "password": PASSWORD}
    for _ in range(times(6, thorough=100)):
        pair = crowd[0].ask("POST", "/auth/login", login).body
        request = ("POST", "/auth/refresh", {"refresh_token": pair["refresh_token"]})
        answers = all_at_once(crowd, *[request] * CROWD)
        assert statuses(answers) == {200: 1, 401: 19}
        [winner] = [answer.body for answer in answers if answer.status == 200]
        assert crowd[0].ask("POST", "/auth/refresh", {"refresh_token": winner["refresh_token"]}).status == 401
        for dead in (pair, winner):
            with Wire(server.port, dead["access_token"]) as wire:
                assert wire.ask("GET", "/auth/me").status == 401


def test_no_invoice_is_made_after_its_client_was_deactivated(crowd, times):
    for _ in range(times(8, thorough=200)):
        client = new_client(crowd[0])
        bill = {"client_id": client["id"], "amount": "1.00"}
        requests = [("POST", "/invoices/", {**bill, "invoice_number": uuid4().hex}) for _ in range(CROWD - 1)]
        requests.insert(random.randrange(CROWD), ("DELETE", f"/clients/{client['id']}"))
        answers = all_at_once(crowd, *requests)
        assert statuses(answers)[200] == 1
        assert set(statuses(answers)) <= {200, 201, 409}
        kept = crowd[0].ask("GET", f"/clients/{client['id']}").body
        assert (kept["is_active"], kept["invoice_count"]) == (False, statuses(answers)[201])
        assert run(WRITTEN_BY_INVOICE, uuid_of(client["id"])) == [(0,)]


def test_totals_are_those_of_the_invoices_at_every_read(server, crowd, tokens, times):
    """Every invoice is of 10.00 and every payment of 2.50, so each answer can be told to be of one moment."""
    clients = [new_client(crowd[0])["id"] for _ in range(3)]
    over, reads = Event(), []

    def read():
        with Wire(server.port, tokens["access_token"]) as wire:
            while not over.is_set():
                for client in clients:
                    reads.append(wire.ask("GET", f"/clients/{client}").body)
                assert wrong_totals() == []
            assert {answer["total_invoiced"] - 10 * answer["invoice_count"] for answer in reads} == {0}
            assert {answer["total_paid"] % 2.5 for answer in reads} == {0}

    def write(wire):
        invoice = new_invoice(wire, {"id": random.choice(clients)}, "10.00")["id"]
        made(wire, f"/invoices/{invoice}/payments", amount="2.50")
        change = random.choice([{"status": "cancelled"}, {"status": "paid"}])
        assert wire.ask("PATCH", f"/invoices/{invoice}/status", change).status == 200

    with ThreadPoolExecutor(CROWD + 1) as threads:
        reader = threads.submit(on_own_connection, read)
        try:
            for _ in range(times(4, thorough=100)):
                list(threads.map(write, crowd))
        finally:
            over.set()
        reader.result(PATIENCE)
    assert len(reads) > len(clients)


@pytest.mark.parametrize("kind", ["list", "file"])
def test_imports_that_overlap_bring_each_client_once(crowd, times, kind):
    for n in range(times(2, thorough=25)):
        emails = [f"{n}-{number}@example.com" for number in range(300)]
        requests = [import_of(kind, emails[200:] + emails[:200]), import_of(kind, emails[::-1])]
        requests += [import_of(kind, random.sample(emails, 100)), import_of(kind, emails[:150], "update")]
        requests += [("POST", "/clients/", {"name": "Single", "email": email}) for email in emails[::75]]
        random.shuffle(requests)
        answers = all_at_once(crowd, *requests)
        assert set(statuses(answers)) <= {200, 201, 409}
        assert sum(1 if answer.status == 201 else answer.body.get("created", 0) for answer in answers) == len(emails)
        assert run("SELECT count(*), count(DISTINCT email) FROM clients_client WHERE email LIKE %s", f"{n}-%") == [
            (len(emails), len(emails))
        ]


def import_of(kind, emails, on_duplicate="skip"):
    rows = [{"name": random.choice(["A", "B"]), "email": email} for email in emails]
    text = "name,email\n" + "".join(f"{row['name']},{row['email']}\n" for row in rows)
    body = {"clients": rows} if kind == "list" else text.encode()
    return "POST", f"/clients/bulk/import?on_duplicate={on_duplicate}", body
