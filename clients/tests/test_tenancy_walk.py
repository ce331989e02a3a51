"""Every route, every method, and whatever may be named in it: one's own, somebody else's, nobody's, nonsense.

The rows are the calls of clients/tests/endpoints.py. Somebody else's answers as nobody's, to the byte
and in the number of statements, and what is theirs stays as it is.
"""

import json
import re
from types import SimpleNamespace

import pytest
from django.db import transaction

from accounts.models import User
from clients.models import Client, Invoice
from clients.tests.endpoints import CALLS, OUTSIDE, routes
from clients.tests.ledger import run
from clients.tests.test_tenancy_rules import TENANT_TABLES
from duespark.ids import uuid_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# These take no token.
OPEN = {"register", "login", "refresh", "password-reset-request", "password-reset"}
# Where what is named need not be there: a filter finds nothing, an import says so of a row.
NOTHING_FOUND = {"invoice-list": {"GET", "HEAD"}, "client-bulk-import": {"POST"}, "invoice-bulk-import": {"POST"}}

# What alice's is called in a call, what each of the others has instead, and what nobody has.
OWN = {"email": "billing@acme.com", "number": "INV-001"}
UNKNOWN = {
    "client": "client_01h455vb4pex5vsknk084sn02q",
    "invoice": "invoice_01h455vb4pex5vsknk084sn02q",
    "session": "session_01h455vb4pex5vsknk084sn02q",
    "email": "ceo@nobody.example",
    "number": "NOBODY-1",
}
MALFORMED = [
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
]


class Row:
    """One method of one route, and the call of it; `kinds` are those of the things that it names."""

    def __init__(self, method, name, key):
        self.method, self.name, self.key = method, name, key
        self.kinds = [kind for kind in UNKNOWN if f"<{kind}>" in str(self.sent(STAND_INS))]
        self.by_path = [kind for kind in self.kinds if f"<{kind}>" in self.sent(STAND_INS)[0].partition("?")[0]]

    def __repr__(self):
        return f"{self.method} {self.name}"

    def sent(self, things):
        """Path and body of the call that names these things."""
        caller = SimpleNamespace(session=SimpleNamespace(pk=things["session"]), **things["caller"])
        client = SimpleNamespace(pk=things["client"], email=things["email"])
        invoice = SimpleNamespace(pk=things["invoice"], invoice_number=things["number"])
        return CALLS[self.key](caller, client, invoice)

    def call(self, caller, things, body=None):
        path, own_body = self.sent(things)
        return caller.call(self.method, path, body or own_body, HTTP_X_REQUEST_ID="walk")


STAND_INS = {kind: f"<{kind}>" for kind in UNKNOWN} | {"caller": {"user": User(), "tokens": {"refresh_token": ""}}}
ROWS = [Row(method, name, (method, name)) for method, name in sorted(CALLS)]
ROWS += [Row("HEAD", row.name, ("GET", row.name)) for row in ROWS if row.method == "GET"]
# A call of each route by the methods that it does not take.
UNTAKEN = [
    Row(method, name, key)
    for name, key in sorted({name: (method, name) for method, name in CALLS}.items())
    for method in METHODS
    if (method, name) not in {(row.method, row.name) for row in ROWS}
]
NAMING = [(row, kind) for row in ROWS for kind in row.kinds]
NAMING_AN_ID = [(row, kind) for row, kind in NAMING if kind not in OWN]

every_row = pytest.mark.parametrize("row", ROWS, ids=repr)
every_untaken = pytest.mark.parametrize("row", UNTAKEN, ids=repr)
whoever_is_named = pytest.mark.parametrize(("row", "kind"), NAMING, ids=str)
whichever_id_is_named = pytest.mark.parametrize(("row", "kind"), NAMING_AN_ID, ids=str)


@pytest.fixture
def own(alice, acme, invoice):
    """Alice's things, by kind."""
    ids = {"client": acme.pk, "invoice": invoice.pk, "session": alice.session.pk}
    return {**OWN, **ids, "caller": {"user": alice.user, "tokens": alice.tokens}}


@pytest.fixture
def foreign(charlie, bob, strangers_client, strangers_invoice):
    """Other people's things, by kind; among them a colleague's, where colleagues are kept apart, too."""
    return {
        "client": [strangers_client.pk],
        "invoice": [strangers_invoice.pk],
        "session": [charlie.session.pk, bob.session.pk],
        "email": [strangers_client.email],
        "number": [strangers_invoice.invoice_number],
    }


@pytest.fixture
def told(queries):
    """All that an answer tells, but for its time, and how many statements it took; what it has written is undone."""

    def told(row, caller, things, *, hidden="", body=None):
        answers = []
        with transaction.atomic():
            statements = queries(lambda: answers.append(row.call(caller, things, body)))
            transaction.set_rollback(True)
        [response] = answers
        content = re.sub(rb'"timestamp":"[^"]+",', b"", response.getvalue())
        return (
            response.status_code,
            dict(response.items()),
            content.replace(hidden.encode() or b"\0", b""),
            len(statements),
        )

    return told


@pytest.fixture
def theirs(foreign, charlie):
    """All rows of charlie's account, and whether they have been written to."""

    def rows():
        account = uuid_of(charlie.account.pk)
        return {table: run(f"SELECT *, xmin FROM {table} WHERE account_id = %s", account) for table in TENANT_TABLES}

    return rows


def is_looked_up(row):
    return row.method not in NOTHING_FOUND.get(row.name, ())


def missing(kind):
    body = {"title": "Not Found", "detail": f"{kind.capitalize()} not found", "error_code": f"{kind.upper()}_NOT_FOUND"}
    return {"type": "about:blank", "status": 404, **body, "request_id": "walk"}


# The table is whole.


def test_every_route_has_its_row():
    assert routes() == set(CALLS)
    assert len(ROWS) + len(UNTAKEN) == len({row.name for row in ROWS}) * len(METHODS)


def test_the_walk_names_something_of_every_kind():
    assert {kind for _, kind in NAMING} == set(UNKNOWN)
    assert len(NAMING) >= 20


# Without a token, and with one


@every_row
def test_nobody_gets_in(told, nobody, alice, own, foreign, row):
    if row.name in OPEN:
        assert row.call(nobody, own).status_code in (200, 201)
        return
    answer = told(row, nobody, own)

    status, headers, content, statements = answer
    assert (status, headers["WWW-Authenticate"], statements) == (401, "Bearer", 0)
    assert row.method == "HEAD" or json.loads(content)["error_code"] == "NOT_AUTHENTICATED"
    for kind in row.kinds:
        for other in (*foreign[kind], UNKNOWN[kind]):
            assert told(row, nobody, {**own, kind: other}) == answer


@every_row
def test_ones_own_is_answered(alice, own, foreign, row):
    assert row.call(alice, own).status_code in (200, 201)


@every_untaken
def test_a_method_that_is_not_taken_tells_nothing(told, nobody, alice, own, foreign, row):
    reads_its_own_token = row.name == "logout"
    assert row.call(nobody, own).status_code == (405 if row.name in OPEN or reads_its_own_token else 401)
    answer = told(row, alice, own)

    assert answer[0] == 405
    for kind in row.kinds:
        for other in (*foreign[kind], UNKNOWN[kind], "nonsense"):
            assert told(row, alice, {**own, kind: other}) == answer


# What is somebody else's


@whoever_is_named
def test_a_strangers_answers_as_nobodys(told, alice, own, foreign, row, kind):
    nobodys = told(row, alice, {**own, kind: UNKNOWN[kind]}, hidden=UNKNOWN[kind])

    assert nobodys[0] == (404 if is_looked_up(row) and kind not in OWN else 200)
    for other in foreign[kind]:
        assert told(row, alice, {**own, kind: other}, hidden=other) == nobodys


@whichever_id_is_named
def test_what_is_not_there_is_missing_and_no_more_is_said(alice, own, row, kind):
    if not is_looked_up(row) or row.method == "HEAD":
        return
    answer = row.call(alice, {**own, kind: UNKNOWN[kind]}).json()
    del answer["timestamp"]

    assert answer == missing(kind)


@whichever_id_is_named
def test_a_malformed_id_answers_as_an_unknown_one(told, alice, own, row, kind):
    """It need not even be looked for, which everybody can tell from the id itself."""
    *unknown, statements = told(row, alice, {**own, kind: UNKNOWN[kind]})
    for malformed in MALFORMED:
        *answer, asked = told(row, alice, {**own, kind: malformed.format(kind=kind)})
        assert answer == unknown, malformed
        assert asked <= statements


@pytest.mark.parametrize(("row", "kind"), [(row, kind) for row, kind in NAMING if kind in row.by_path], ids=str)
def test_a_bad_body_tells_no_more_of_a_strangers_id(told, alice, own, foreign, row, kind):
    bad = {"name": "", "amount": "x", "status": "x", "due_date": "x"}
    nobodys = told(row, alice, {**own, kind: UNKNOWN[kind]}, body=bad)

    for other in foreign[kind]:
        assert told(row, alice, {**own, kind: other}, body=bad) == nobodys


@every_row
def test_nothing_of_a_strangers_changes(alice, own, foreign, theirs, row):
    before = theirs()
    for kind in row.kinds:
        for other in foreign[kind]:
            row.call(alice, {**own, kind: other})
    row.call(alice, own)

    assert {"accounts_session", "clients_client", "clients_invoice"} <= {table for table in before if before[table]}
    assert theirs() == before


# What a stranger has changes nothing: not a list, a count, a search, a figure, nor what is a duplicate.

FLEETING = re.compile(rb'"\w+_at":"[^"]+"|[a-z]+_[0-9a-z]{26}|eyJ[\w.-]+')


@every_row
def test_a_stranger_with_the_very_same_changes_no_answer(told, alice, charlie, own, row):
    def shown():
        status, _, content, statements = told(row, alice, own)
        return status, FLEETING.sub(b"", content), statements

    alone = shown()
    for email, number in ((OWN["email"], OWN["number"]), ("new@example.com", "NEW")):
        client = Client.add(account_id=charlie.account.pk, name="Acme Corporation", email=email)
        Invoice.issue(charlie.account, client.pk, invoice_number=number, amount=100)

    assert shown() == alone


# The body


@pytest.mark.parametrize("field", ["account", "account_id", "id"])
def test_the_body_never_names_the_account(alice, charlie, field):
    sent = {"name": "Mine", "email": "mine@example.com", field: charlie.account.pk}
    assert alice.post("/clients/", sent).status_code == 201
    assert Client.objects.get().account_id == alice.account.pk


@pytest.mark.parametrize("client_id", [1, "", [], {}, "client_\x00"])
def test_a_reference_of_any_type_to_no_client_is_a_404(alice, client_id):
    response = alice.post("/invoices/", {"client_id": client_id, "invoice_number": "1", "amount": 1})

    assert (response.status_code, response.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")


@pytest.mark.parametrize("path", ["/clients/{client}/stats?period=never", "/invoices/{invoice}/payments?limit=none"])
def test_a_bad_query_tells_no_more_of_a_strangers_id(alice, foreign, path):
    path = path.format(client=foreign["client"][0], invoice=foreign["invoice"][0])

    assert alice.get(path).status_code == 404


# What stands outside


@pytest.mark.parametrize("path", ["/", "/schema", "/docs"])
@pytest.mark.parametrize("method", METHODS)
def test_what_asks_nobody_reads_nothing(alice, django_assert_num_queries, method, path):
    assert path.strip("/") in OUTSIDE or path == "/"
    with django_assert_num_queries(0):
        assert alice.call(method, path).status_code in (200, 405)
