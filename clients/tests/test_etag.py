"""ETag, If-Match and If-None-Match on a client and on an invoice."""

import pytest

from accounts.models import KeptAnswer
from clients.models import Client, Invoice, Payment
from clients.tests.factories import add_invoice

STALE = '"000000000000000000000000"'
MALFORMED = [
    "",
    "abc",
    '"a',
    'a"',
    '"a" "b"',
    '*, "a"',
    '"a", *',
    "w/x",
    'w/"a"',
    'W/ "a"',
    '"a b"',
    '"\x7f"',
    "**",
    ",",
]


def etag_of(caller, row):
    return caller.get(path_of(row))["ETag"]


def path_of(row):
    return f"/{row._meta.model_name}s/{row.pk}"


@pytest.fixture(params=["client", "invoice"])
def row(request, acme, invoice):
    """One of either kind; the other is there, too."""
    return {"client": acme, "invoice": invoice}[request.param]


# The tag


def test_a_row_is_answered_with_a_strong_tag_that_stays(alice, bob, row):
    first = alice.get(path_of(row))["ETag"]
    assert first[0] == first[-1] == '"'
    assert {etag_of(alice, row), etag_of(bob, row), alice.get(path_of(row) + "/")["ETag"]} == {first}


def test_a_head_has_the_tag_of_a_get(alice, row):
    head = alice.call("HEAD", path_of(row))
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", etag_of(alice, row))


def test_a_new_client_comes_with_the_tag_that_it_is_read_with(alice):
    answer = alice.post("/clients/", {"name": "Acme", "email": "billing@acme.com"})
    assert answer["ETag"] == alice.get(answer["Location"])["ETag"]


def test_a_new_invoice_comes_with_the_tag_that_it_is_read_with(alice, acme):
    answer = alice.post("/invoices/", {"client_id": acme.pk, "invoice_number": "1", "amount": 5})
    assert answer["ETag"] == alice.get(answer["Location"])["ETag"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/clients/{client}", {"name": "New"}),
        ("PATCH", "/clients/{client}", {"payment_terms": None, "address": {"city": "Paris"}}),
        ("PATCH", "/clients/{client}", {}),
        ("POST", "/clients/{client}/reactivate", None),
        ("PUT", "/invoices/{invoice}", {"amount": "7"}),
        ("PATCH", "/invoices/{invoice}", {"due_date": None, "notes": "n"}),
        ("PATCH", "/invoices/{invoice}/status", {"status": "paid"}),
        ("PATCH", "/invoices/{invoice}/status", {"status": "cancelled"}),
    ],
)
def test_a_change_is_answered_with_the_tag_that_it_is_read_with(alice, acme, invoice, method, path, body):
    path = path.format(client=acme.pk, invoice=invoice.pk)
    answer = alice.call(method, path, body)
    read = alice.get("/".join(path.split("/")[:3]))
    assert (answer.status_code, answer["ETag"], answer.content) == (200, read["ETag"], read.content)


def test_every_change_of_what_is_shown_is_another_tag(alice, acme):
    tags = [etag_of(alice, acme)]
    acme.edit(notes="n")
    tags.append(etag_of(alice, acme))
    acme.deactivate()
    tags.append(etag_of(alice, acme))
    add_invoice(acme, "10.00", "2024-01-15")
    tags.append(etag_of(alice, acme))
    assert len(set(tags)) == 4


def test_a_payment_is_another_tag_for_its_invoice_and_its_client(alice, acme, invoice):
    before = etag_of(alice, acme), etag_of(alice, invoice)
    invoice.pay(1)
    after = etag_of(alice, acme), etag_of(alice, invoice)
    assert not set(before) & set(after)


def test_an_invoice_shows_its_clients_name(alice, acme, invoice):
    before = etag_of(alice, invoice)
    acme.edit(name="Renamed")
    assert etag_of(alice, invoice) != before


@pytest.mark.parametrize("path", ["/clients/", "/invoices/", "/clients/{client}/stats", "/invoices/{invoice}/payments"])
def test_nothing_else_has_one(alice, acme, invoice, path):
    answer = alice.get(path.format(client=acme.pk, invoice=invoice.pk), HTTP_IF_NONE_MATCH="*", HTTP_IF_MATCH=STALE)
    assert answer.status_code == 200
    assert "ETag" not in answer


def test_a_problem_has_none(alice, strangers_client):
    answer = alice.get(path_of(strangers_client), HTTP_IF_NONE_MATCH="*")
    assert (answer.status_code, "ETag" in answer) == (404, False)


# If-None-Match on GET


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("header", ["{}", "W/{}", "*", '"x", {}', ' ,"x" ,, W/{},', '"a,b", {}'])
def test_what_is_known_is_not_sent_again(alice, row, method, header):
    whole = alice.get(path_of(row))
    answer = alice.call(method, path_of(row), HTTP_IF_NONE_MATCH=header.format(whole["ETag"]))
    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer["ETag"], answer["Content-Length"]) == (whole["ETag"], str(len(whole.content)))
    assert "Content-Type" not in answer


@pytest.mark.parametrize("header", [STALE, 'W/"x"', '""', '"*"', '"x", "y"', '"{}"', '"\xe9"'])
def test_what_is_not_known_is(alice, row, header):
    assert alice.get(path_of(row), HTTP_IF_NONE_MATCH=header).status_code == 200


def test_what_has_changed_is_sent_again(alice, row):
    known = etag_of(alice, row)
    row.edit(notes="n")
    answer = alice.get(path_of(row), HTTP_IF_NONE_MATCH=known)
    assert (answer.status_code, answer.json()["notes"]) == (200, "n")


def test_a_304_says_what_is_left_of_the_rate_limit(alice, acme, settings):
    settings.API_RATE_LIMIT = "5/hour"
    answer = alice.get(path_of(acme), HTTP_IF_NONE_MATCH="*")
    assert (answer.status_code, answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) == (304, "5", "4")


# If-Match on a change

CHANGES = [
    ("PUT", "/clients/{client}", {"name": "Changed"}),
    ("PATCH", "/clients/{client}", {"name": "Changed"}),
    ("DELETE", "/clients/{client}", None),
    ("POST", "/clients/{client}/reactivate", None),
    ("PUT", "/invoices/{invoice}", {"amount": 7}),
    ("PATCH", "/invoices/{invoice}", {"notes": "Changed"}),
    ("PATCH", "/invoices/{invoice}/status", {"status": "paid"}),
    ("POST", "/invoices/{invoice}/payments", {"amount": 10}),
]
every_change = pytest.mark.parametrize(("method", "path", "body"), CHANGES)


@pytest.fixture
def change(alice, acme, invoice):
    """Makes a change under the header that is given; `{}` in it is the tag of what is to be changed."""

    def make(method, path, body, **headers):
        if path.endswith("reactivate"):
            acme.deactivate()
        path = path.format(client=acme.pk, invoice=invoice.pk)
        tag = alice.get("/".join(path.split("/")[:3]))["ETag"]
        return alice.call(method, path, body, **{name: value.format(tag) for name, value in headers.items()})

    return make


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Client, Invoice, Payment)]


@every_change
@pytest.mark.parametrize("header", ["{}", "*", '"x",{}', '  "a,b" , {} ,, '])
def test_what_is_as_the_caller_knows_it_is_changed(change, method, path, body, header):
    assert change(method, path, body, HTTP_IF_MATCH=header).status_code in (200, 201)


@every_change
@pytest.mark.parametrize("header", [STALE, "W/{}", '"x", W/{}', '""', '"*"'])
def test_what_has_changed_meanwhile_stays_as_it_is(alice, acme, change, method, path, body, header):
    if path.endswith("reactivate"):
        acme.deactivate()
    before = everything()
    answer = change(method, path, body, HTTP_IF_MATCH=header)
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem == {
        "type": "about:blank",
        "title": "Precondition Failed",
        "status": 412,
        "detail": "It has changed since it was read; read it again, then change it.",
        "error_code": "PRECONDITION_FAILED",
        "timestamp": problem["timestamp"],
        "request_id": problem["request_id"],
    }
    assert answer.status_code == 412
    assert everything() == before


@pytest.mark.parametrize("header", ["{}", "W/{}", "*"])
def test_a_change_of_what_is_known_is_not_wanted_with_if_none_match(change, header):
    assert change(*CHANGES[0], HTTP_IF_NONE_MATCH=header).status_code == 412
    assert change(*CHANGES[0], HTTP_IF_NONE_MATCH=STALE).status_code == 200


def test_if_match_holds_if_if_none_match_does(change):
    assert change(*CHANGES[0], HTTP_IF_MATCH=STALE, HTTP_IF_NONE_MATCH=STALE).status_code == 412


def test_of_what_is_not_there_nothing_else_is_said(alice, strangers_client):
    for path in (path_of(strangers_client), "/clients/client_01h455vb4pex5vsknk084sn02q", "/clients/x"):
        for header in (STALE, "*", "malformed"):
            answer = alice.put(path, {"name": "x"}, HTTP_IF_MATCH=header)
            assert (answer.status_code, answer.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")


def test_it_comes_before_the_body(change):
    assert change("PUT", "/clients/{client}", {"name": ""}, HTTP_IF_MATCH=STALE).status_code == 412
    assert change("PUT", "/clients/{client}", {"name": ""}, HTTP_IF_MATCH="{}").status_code == 400


@pytest.mark.parametrize(
    ("method", "header"), [("PUT", "If-Match"), ("PUT", "If-None-Match"), ("GET", "If-None-Match")]
)
@pytest.mark.parametrize("value", MALFORMED)
def test_a_malformed_header_is_a_validation_error_that_names_it(alice, row, method, header, value):
    environ = {f"HTTP_{header.upper().replace('-', '_')}": value}
    answer = alice.call(method, path_of(row), {"notes": "x"} if method == "PUT" else None, **environ)
    message = 'Must be * or entity tags as they were answered, such as "1b2c3d", with commas between them.'
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["errors"] == {header: [message]}
    row.refresh_from_db()
    assert row.notes != "x"


def test_a_method_that_the_path_does_not_take_stays_one(alice, acme):
    assert alice.call("PUT", f"{path_of(acme)}/reactivate", HTTP_IF_MATCH=STALE).status_code == 405


@pytest.mark.parametrize("path", ["/clients/", "/clients/bulk/import"])
def test_what_makes_a_row_has_none_to_compare(alice, path):
    body = {"name": "New", "email": "new@example.com", "clients": []}
    assert alice.post(path, body, HTTP_IF_MATCH=STALE).status_code in (200, 201)


# With an Idempotency-Key


def test_a_change_that_is_sent_again_is_not_stale(alice, invoice):
    known, path = etag_of(alice, invoice), f"{path_of(invoice)}/payments"
    first, again = (alice.post(path, {"amount": 10}, HTTP_IF_MATCH=known, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert Payment.objects.count() == 1


def test_a_key_may_be_used_again_with_the_tag_that_was_read_again(alice, invoice):
    path = f"{path_of(invoice)}/payments"
    assert alice.post(path, {"amount": 10}, HTTP_IF_MATCH=STALE, HTTP_IDEMPOTENCY_KEY="k").status_code == 412
    assert not KeptAnswer.objects.exists()
    known = etag_of(alice, invoice)
    assert alice.post(path, {"amount": 10}, HTTP_IF_MATCH=known, HTTP_IDEMPOTENCY_KEY="k").status_code == 201


def test_a_replay_has_the_tag_of_the_first_answer(alice):
    body = {"name": "Acme", "email": "billing@acme.com"}
    first, again = (alice.post("/clients/", body, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert again["ETag"] == first["ETag"]


# What it costs


def test_reading_takes_two_queries(alice, acme, django_assert_num_queries):
    with django_assert_num_queries(2):  # who is calling, the client
        alice.get(path_of(acme), HTTP_IF_NONE_MATCH="*")


def test_a_change_under_if_match_takes_two_more_and_a_transaction(alice, acme, queries):
    plain = queries(alice.put, path_of(acme), {"notes": "a"})
    guarded = queries(alice.put, path_of(acme), {"notes": "b"}, HTTP_IF_MATCH="*")
    who, lock, *rest = guarded
    assert [who, *rest] == [plain[0], plain[1], *(sql.replace("'a'", "'b'") for sql in plain[1:-1]), rest[-1]]
    assert lock.endswith("FOR NO KEY UPDATE")
