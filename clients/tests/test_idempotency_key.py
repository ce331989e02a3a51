"""Idempotency-Key: what is sent again is done once, and answered as the first time."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import KeptAnswer, kept_answer
from clients.models import Client, Invoice, Payment
from clients.tests.statements import names_account, touches_tenants
from clients.views import ClientViewSet
from duespark.errors import Conflict

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
ACME = {"name": "Acme Corporation", "email": "billing@acme.com"}


def send(caller, body=ACME, key=KEY, path="/clients/", method="POST", **extra):
    return caller.call(method, path, body, HTTP_IDEMPOTENCY_KEY=key, **extra)


def outcome(answer):
    return answer.status_code, answer.json().get("error_code")


def replayed(answer):
    return answer.get("Idempotent-Replayed") == "true"


def without_mark(answer):
    headers = {name: value for name, value in answer.items() if name != "Idempotent-Replayed"}
    return answer.status_code, headers, answer.content


def test_the_same_again_gets_the_first_answer_to_the_byte(alice):
    first, again = send(alice), send(alice)
    assert (first.status_code, replayed(first), replayed(again)) == (201, False, True)
    assert without_mark(again) == without_mark(first)
    assert again["Location"] == f"/clients/{first.json()['id']}"
    assert Client.objects.count() == 1


def test_the_first_answer_it_stays_whatever_has_become_of_the_row(alice):
    first = send(alice)
    alice.patch(first["Location"], {"name": "Renamed"})
    assert send(alice).content == first.content


def test_a_colleague_shares_the_accounts_keys(alice, bob):
    first, again = send(alice), send(bob)
    assert replayed(again)
    assert again.content == first.content


def test_a_strangers_key_is_another(alice, charlie):
    mine, theirs = send(alice), send(charlie)
    assert (theirs.status_code, replayed(theirs)) == (201, False)
    assert theirs.json()["id"] != mine.json()["id"]
    assert send(charlie).content == theirs.content


@pytest.mark.parametrize(
    "changed",
    [
        {"body": {**ACME, "name": "Other"}},
        {"body": {}},
        {"body": None},
        {"path": "/clients/?x=1"},
        {"path": "/invoices/"},
        {"path": "/clients/bulk/import", "body": {"clients": []}},
    ],
    ids=str,
)
def test_another_request_may_not_have_the_key(alice, changed):
    first = send(alice)
    answer = send(alice, **changed)
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "This Idempotency-Key came with another request before.",
        "error_code": "IDEMPOTENCY_KEY_REUSED",
        "timestamp": problem["timestamp"],
        "request_id": problem["request_id"],
    }
    assert answer.status_code == 422
    assert send(alice).content == first.content


def test_another_method_may_not_have_the_key(alice, acme):
    path = f"/clients/{acme.pk}/reactivate"
    send(alice, {"notes": "x"}, path=path)
    assert outcome(send(alice, {"notes": "x"}, path=f"/clients/{acme.pk}", method="PATCH"))[0] == 422


def test_a_trailing_slash_makes_no_difference(alice):
    first = send(alice)
    assert send(alice, path="/clients").content == first.content


def test_without_a_key_nothing_is_kept(alice):
    alice.post("/clients/", ACME)
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
def test_methods_that_are_idempotent_need_none(alice, acme, method):
    answer = send(alice, {"notes": "x"} if method == "PUT" else None, path=f"/clients/{acme.pk}", method=method)
    assert answer.status_code == 200
    assert not KeptAnswer.objects.exists()


# What is made by a POST, and what a PATCH does


def test_an_invoice_is_made_once(alice, acme):
    body = {"client_id": acme.pk, "invoice_number": "1", "amount": 19.99}
    first, again = (send(alice, body, path="/invoices/") for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)
    assert Invoice.objects.count() == 1


def test_a_payment_is_recorded_once(alice, invoice):
    first, again = (send(alice, {"amount": 10}, path=f"/invoices/{invoice.pk}/payments") for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)
    assert Payment.objects.get().amount == 10


def test_an_invoice_is_marked_as_paid_once_and_the_second_knows_it_worked(alice, invoice):
    path = f"/invoices/{invoice.pk}/status"
    first, again = (send(alice, {"status": "paid"}, path=path, method="PATCH") for _ in range(2))
    assert (first.status_code, first.json()["status"], again.content) == (200, "paid", first.content)
    assert Payment.objects.count() == 1


def test_a_client_is_reactivated_once(alice, acme):
    acme.deactivate()
    path = f"/clients/{acme.pk}/reactivate"
    first = send(alice, None, path=path)
    alice.delete(f"/clients/{acme.pk}")
    assert send(alice, None, path=path).content == first.content
    assert Client.objects.get().is_active is False


# Refusals


def test_a_conflict_is_kept(alice, acme):
    first = send(alice)
    assert outcome(first) == (409, "DUPLICATE_CLIENT")
    alice.patch(f"/clients/{acme.pk}", {"email": "free@acme.com"})
    assert without_mark(send(alice)) == without_mark(first)
    assert Client.objects.count() == 1


def test_a_missing_row_is_kept(alice):
    path = "/clients/client_01h455vb4pex5vsknk084sn02q/reactivate"
    first, again = (send(alice, None, path=path) for _ in range(2))
    assert (outcome(first), again.content) == ((404, "CLIENT_NOT_FOUND"), first.content)


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        (400, {"body": {"name": "Acme"}}),
        (400, {"body": b"{"}),
        (401, {"HTTP_AUTHORIZATION": "Bearer forged"}),
        (406, {"HTTP_ACCEPT": "text/html"}),
        (413, {"body": b" " * 1_000_001}),
        (415, {"content_type": "text/plain"}),
    ],
)
def test_a_request_that_is_mended_may_use_its_key_again(alice, status, refused):
    assert send(alice, **refused).status_code == status
    assert not KeptAnswer.objects.exists()
    answer = send(alice)
    assert (answer.status_code, replayed(answer)) == (201, False)


def test_a_request_beyond_the_limit_may_use_its_key_again(alice, settings):
    settings.API_RATE_LIMIT = "1/hour"
    alice.get("/clients/")
    assert send(alice).status_code == 429
    settings.API_RATE_LIMIT = ""
    assert send(alice).status_code == 201


def test_an_atomic_import_that_was_refused_may_use_its_key_again(alice):
    path = "/clients/bulk/import?atomic=true"
    assert send(alice, {"clients": [ACME, {}]}, path=path).status_code == 400
    assert not Client.objects.exists()
    assert send(alice, {"clients": [ACME]}, path=path).json()["created"] == 1


def refusing(exception):
    """A step of a create that is done, and then refuses."""

    def perform_create(view, serializer):
        serializer.save(account_id=view.account.pk)
        raise exception

    return perform_create


def test_a_refusal_that_is_kept_undoes_the_work(alice, monkeypatch):
    monkeypatch.setattr(ClientViewSet, "perform_create", refusing(Conflict("Not today.")))
    first, again = send(alice), send(alice)
    assert (outcome(first), again.content) == ((409, "CONFLICT"), first.content)
    assert not Client.objects.exists()


def test_a_crash_leaves_neither_the_work_nor_an_answer(alice, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(ClientViewSet, "perform_create", refusing(ZeroDivisionError()))
        assert outcome(send(alice)) == (500, "INTERNAL_ERROR")
    assert not Client.objects.exists()
    assert send(alice).status_code == 201


# The key itself


@pytest.mark.parametrize("key", ["k", "!", "~", "a" * 255, "a,b;c", 'in"side', "\\"])
def test_a_key_of_any_visible_characters_will_do(alice, key):
    assert (send(alice, key=key).status_code, replayed(send(alice, key=key))) == (201, True)


@pytest.mark.parametrize(
    ("bare", "quoted"), [("k", '"k"'), ("k", ' "k"\t'), ('a"b', r'"a\"b"'), ("a\\b", r'"a\\b"'), ("k", " k ")]
)
def test_a_key_may_stand_in_quotes_as_the_draft_has_it(alice, bare, quoted):
    first = send(alice, key=bare)
    assert send(alice, key=quoted).content == first.content


@pytest.mark.parametrize(
    "key", ["", " ", '""', '"', '"k', '"a b"', '"a"b"', '"a";b=c', r'"a\b"', "a b", "\x7f", "é", "a\x00", "a" * 256]
)
def test_any_other_is_a_validation_error_that_names_the_header(alice, key):
    answer = send(alice, key=key)
    message = "Must be 1 to 255 visible ASCII characters, in double quotes or not."
    assert outcome(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["detail"] == f"Validation error: Idempotency-Key: {message}"
    assert answer.json()["errors"] == {"Idempotency-Key": [message]}
    assert not Client.objects.exists()


def test_keys_are_told_apart_by_case(alice):
    send(alice, key="a")
    assert not replayed(send(alice, key="A"))


# Time


def age(hours):
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=hours))


def test_a_key_is_remembered_for_a_day(alice):
    send(alice)
    age(23.9)
    assert replayed(send(alice))


def test_after_a_day_the_key_is_a_new_one(alice):
    send(alice)
    age(24)
    answer = send(alice, {**ACME, "email": "other@acme.com"})
    assert (answer.status_code, replayed(answer)) == (201, False)
    assert json.loads(bytes(KeptAnswer.objects.get().body)) == answer.json()


def test_each_new_answer_lets_some_expired_ones_of_its_account_go(alice, charlie):
    for caller in (alice, charlie):
        for number in range(13):
            send(caller, None, key=f"old-{number}", path="/clients/nobody/reactivate")
    age(24)
    send(alice, key="new")
    assert KeptAnswer.objects.for_account(alice.account).count() == 13 - kept_answer.SWEPT + 1
    assert KeptAnswer.objects.for_account(charlie.account).count() == 13
    send(alice, {"name": "A", "email": "other@acme.com"}, key="newer")
    assert set(KeptAnswer.objects.for_account(alice.account).values_list("key", flat=True)) == {"new", "newer"}


def test_what_has_not_expired_stays(alice):
    send(alice, key="old")
    age(23.9)
    send(alice, {**ACME, "email": "other@acme.com"}, key="new")
    assert KeptAnswer.objects.count() == 2


# Size


def test_an_answer_that_is_too_large_is_not_kept_but_the_work_is_done_once(alice, monkeypatch):
    monkeypatch.setattr(kept_answer, "LARGEST_BODY", 100)
    assert send(alice).status_code == 201
    again = send(alice)
    assert outcome(again) == (409, "CONFLICT")
    assert again.json()["detail"] == "This request has been done already; its answer was too large to be kept."
    assert Client.objects.count() == 1


def test_every_statement_names_the_account(alice, queries):
    said = [sql for sql in (*queries(send, alice), *queries(send, alice)) if touches_tenants(sql)]
    assert [sql.split()[0] for sql in said if "keptanswer" in sql] == ["SELECT", "INSERT", "DELETE", "SELECT"]
    assert [sql for sql in said if not names_account(sql, alice.account.pk)] == []


def test_a_keyed_create_takes_twelve_queries(alice, django_assert_num_queries):
    # who is calling, SAVEPOINT, the key's lock, its answer, SAVEPOINT (the work), SAVEPOINT, INSERT and RELEASE (the
    # client), RELEASE, INSERT (the answer), DELETE (old ones), RELEASE
    with django_assert_num_queries(12):
        send(alice)
