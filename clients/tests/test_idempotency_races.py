"""Idempotency-Key under fire: requests at once, deadlocks, a server that is killed."""

import json
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction

from accounts import idempotency
from accounts.models import KeptAnswer
from clients.models import Client, Invoice, Payment
from clients.tests.elsewhere import database_url
from clients.tests.imports import URL, emails_of
from clients.tests.ledger import run
from clients.tests.races import PATIENCE, wait_until_blocked

ACME = {"name": "Acme Corporation", "email": "billing@acme.com"}

# In this database alone: other tests wait for rows of theirs on the same server.
CANCEL_WHO_WAITS_FOR_A_ROW = """
    SELECT pg_cancel_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'transactionid'
"""
CANCEL_WHO_WAITS_FOR_A_KEY = CANCEL_WHO_WAITS_FOR_A_ROW.replace("transactionid", "advisory")

pytestmark = pytest.mark.django_db(transaction=True)


def post(caller, path, body, content_type="application/json"):
    return caller.post(path, body, content_type=content_type, HTTP_IDEMPOTENCY_KEY="k")


def create(caller, body=ACME, key="k"):
    return caller.post("/clients/", body, HTTP_IDEMPOTENCY_KEY=key)


@pytest.fixture
def patient(monkeypatch):
    """The machine may be slow; here a request that waits gets its answer in the end."""
    monkeypatch.setattr(idempotency, "PATIENCE", PATIENCE)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", 0.01)


def hold_email(caller):
    """Has the email of the client to be made, without committing it."""
    Client.add(account_id=caller.account.pk, name="In the way", email=ACME["email"])


def test_twenty_at_once_make_one_client_and_get_one_answer(alice, bob, in_thread, patient):
    with transaction.atomic():
        hold_email(alice)
        calls = [in_thread(create, caller) for caller in (alice, bob) * 10]
        wait_until_blocked(20)
        transaction.set_rollback(True)
    answers = [call.result(PATIENCE) for call in calls]
    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({(answer.content, answer["Location"]) for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 19
    assert Client.objects.count() == 1


def test_twenty_payments_at_once_under_one_key_are_one(alice, invoice, in_thread, patient):
    path = f"/invoices/{invoice.pk}/payments"
    calls = [in_thread(post, alice, path, {"amount": 30}) for _ in range(20)]
    assert {call.result(PATIENCE).status_code for call in calls} == {201}
    assert Payment.objects.get().amount == Decimal("30.00")


def test_who_has_waited_long_enough_is_told_to_come_again(alice, bob, in_thread, impatient):
    with transaction.atomic():
        hold_email(alice)
        first = in_thread(create, alice)
        wait_until_blocked()
        refused = create(bob)
        transaction.set_rollback(True)
    problem = refused.json()
    assert (refused.status_code, refused["Retry-After"]) == (409, "1")
    assert problem["error_code"] == "REQUEST_IN_PROGRESS"
    assert problem["detail"] == "A request with this Idempotency-Key is in progress."
    made = first.result(PATIENCE)
    assert (made.status_code, create(bob).content) == (201, made.content)


def test_the_same_key_of_another_account_waits_for_nobody(alice, charlie, in_thread, impatient):
    with transaction.atomic():
        hold_email(alice)
        first = in_thread(create, alice)
        wait_until_blocked()
        assert create(charlie).status_code == 201
        transaction.set_rollback(True)
    assert first.result(PATIENCE).status_code == 201


def test_another_key_waits_for_nobody(alice, in_thread, impatient):
    with transaction.atomic():
        hold_email(alice)
        first = in_thread(create, alice)
        wait_until_blocked()
        assert create(alice, {**ACME, "email": "other@acme.com"}, key="other").status_code == 201
        transaction.set_rollback(True)
    assert first.result(PATIENCE).status_code == 201


def kill_the_first_of_two(alice, bob, in_thread):
    """Two come with one key; the first is killed at its work, as by an administrator. Gives the second, now at it."""
    hold_email(alice)
    first = in_thread(create, alice)
    wait_until_blocked(1)
    second = in_thread(create, bob)
    wait_until_blocked(2)
    run(CANCEL_WHO_WAITS_FOR_A_ROW)
    assert first.result(PATIENCE).status_code == 503
    wait_until_blocked(1)
    return second


def test_who_has_waited_for_a_refusal_does_the_work(alice, bob, in_thread, patient):
    """Nothing is kept of the first."""
    with transaction.atomic():
        second = kill_the_first_of_two(alice, bob, in_thread)
        transaction.set_rollback(True)
    answer = second.result(PATIENCE)
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)
    assert Client.objects.count() == 1


def test_who_is_killed_while_waiting_for_a_key_is_told_to_try_again(alice, bob, in_thread, patient):
    with transaction.atomic():
        hold_email(alice)
        first = in_thread(create, alice)
        wait_until_blocked(1)
        second = in_thread(create, bob)
        wait_until_blocked(2)
        run(CANCEL_WHO_WAITS_FOR_A_KEY)
        assert second.result(PATIENCE).status_code == 503
        transaction.set_rollback(True)
    assert first.result(PATIENCE).status_code == 201


def test_the_work_has_its_own_patience_after_a_wait(alice, bob, in_thread, patient, monkeypatch):
    """Having waited for a key does not bound how long the work may wait for a row."""
    bounds, answer = [], idempotency._answer
    monkeypatch.setattr(idempotency, "_answer", lambda *work: bounds.append(run("SHOW lock_timeout")) or answer(*work))
    with transaction.atomic():
        second = kill_the_first_of_two(alice, bob, in_thread)
        transaction.set_rollback(True)
    assert second.result(PATIENCE).status_code == 201
    assert bounds == [run("SHOW lock_timeout")] * 2


def post_looking_for_deadlocks(*args):
    """On a connection that looks for them before the other does, and so is the one to yield.

    It looks once, and by then the other must be waiting, too.
    """
    run("SET deadlock_timeout = '1s'")
    return post(*args)


def test_work_that_a_deadlock_has_ended_is_done_after_all(alice, acme, globex, in_thread):
    """The other has the number and wants the client, as an import does; the request has the client first."""
    sent = {"client_id": acme.pk, "invoice_number": "1", "amount": 1}
    with transaction.atomic():
        Invoice.issue(alice.account, client_id=globex.pk, invoice_number="1", amount=Decimal("1.00"))
        call = in_thread(post_looking_for_deadlocks, alice, "/invoices/", sent)
        wait_until_blocked()
        run("SET LOCAL deadlock_timeout = '10s'")
        run("UPDATE clients_client SET notes = notes WHERE email = 'billing@acme.com'")
        transaction.set_rollback(True)
    assert call.result(PATIENCE).status_code == 201
    assert post(alice, "/invoices/", sent).content == call.result().content
    assert Invoice.objects.get().client_id == acme.pk


FORM = (
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n%s\r\n--edge--\r\n',
    "multipart/form-data; boundary=edge",
)


@pytest.mark.parametrize(("form", "content_type"), [(b"%s", "text/csv"), FORM], ids=["file", "form"])
def test_an_upload_that_a_deadlock_has_ended_is_read_again(alice, in_thread, form, content_type):
    emails = [f"client{number:03}@example.com" for number in range(200)]
    ids = sorted(Client.add(alice.account.pk, name="Client", email=email).pk for email in emails)
    body = form % ("name,email\n" + "".join(f"Again,{email}\n" for email in emails)).encode()
    with transaction.atomic():
        run("SET LOCAL deadlock_timeout = '1min'")  # the import looks sooner, and so it is given up
        Client.objects.select_for_update().get(pk=ids[-1])
        call = in_thread(post, alice, f"{URL}?on_duplicate=update", body, content_type)
        wait_until_blocked()
        Client.objects.select_for_update().get(pk=ids[0])  # now each waits for the other
    assert call.result(PATIENCE).json()["updated"] == 200
    assert KeptAnswer.objects.count() == 1


POST = """
import io, json, sys
from wsgiref.util import setup_testing_defaults
from duespark.wsgi import application

body, token = sys.argv[1].encode(), sys.argv[2]
environ = {"REQUEST_METHOD": "POST", "PATH_INFO": sys.argv[3], "CONTENT_TYPE": sys.argv[4], "HTTP_HOST": "127.0.0.1",
           "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "HTTP_IDEMPOTENCY_KEY": "k",
           "HTTP_AUTHORIZATION": f"Bearer {token}", "REMOTE_ADDR": "127.0.0.1"}
setup_testing_defaults(environ)
application(environ, lambda line, headers: print(line, flush=True))
"""
CSV = "name,email\nAcme,billing@acme.com\nGlobex,pay@globex.example\n"


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [("/clients/", json.dumps(ACME), "application/json"), (URL, CSV, "text/csv")],
    ids=["create", "import"],
)
@pytest.mark.parametrize(
    "until", ["LOCK clients_client IN EXCLUSIVE MODE", "LOCK accounts_keptanswer IN EXCLUSIVE MODE"], ids=str
)
def test_a_server_that_is_killed_leaves_neither_the_work_nor_its_answer(alice, until, path, body, content_type):
    """Killed before its first row is written, and after its last, before its answer is."""
    with transaction.atomic():
        run(until)
        server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", POST, body, alice.tokens["access_token"], path, content_type],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database_url(), "DEVELOPMENT": "true"},
            stdout=subprocess.PIPE,
        )
        wait_until_blocked()
        server.kill()
        told, _ = server.communicate(timeout=PATIENCE)
    assert told == b""
    wait_until_blocked(0)
    assert (emails_of(alice), KeptAnswer.objects.exists()) == ([], False)
    answer = post(alice, path, body.encode(), content_type)
    assert (answer.status_code in (200, 201), "Idempotent-Replayed" in answer) == (True, False)
