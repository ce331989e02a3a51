"""If-Match among changes of one row at the same moment, on connections of their own."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction

from clients.models import Client, Invoice, Payment
from clients.tests.ledger import run
from clients.tests.races import PATIENCE, wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statuses(in_thread):
    """The answers of calls that all wait for the same row, as how many there are of each status."""

    def statuses(model, calls):
        with transaction.atomic():
            model.objects.select_for_update(no_key=True).get()
            answers = [in_thread(call) for call in calls]
            wait_until_blocked(len(answers))
        return Counter(answer.result(PATIENCE).status_code for answer in answers)

    return statuses


def test_of_eight_puts_with_one_tag_one_is_written(alice, acme, statuses):
    path = f"/clients/{acme.pk}"
    known = alice.get(path)["ETag"]
    notes = [f"by {number}" for number in range(8)]
    calls = [lambda text=text: alice.put(path, {"notes": text}, HTTP_IF_MATCH=known) for text in notes]
    assert statuses(Client, calls) == {200: 1, 412: 7}
    assert Client.objects.get().notes in notes


def test_of_eight_payments_with_one_tag_one_is_recorded(alice, invoice, statuses):
    known = alice.get(f"/invoices/{invoice.pk}")["ETag"]
    path = f"/invoices/{invoice.pk}/payments"
    calls = [lambda: alice.post(path, {"amount": 10}, HTTP_IF_MATCH=known)] * 8
    assert statuses(Invoice, calls) == {201: 1, 412: 7}
    assert Payment.objects.get().amount == Decimal("10.00")


def test_any_tag_will_do_for_all_of_them(alice, acme, statuses):
    changes = [{"name": "New"}, {"notes": "n"}, {"phone": "12345"}, {"tax_id": "t"}]
    calls = [lambda body=body: alice.put(f"/clients/{acme.pk}", body, HTTP_IF_MATCH="*") for body in changes]
    assert statuses(Client, calls) == {200: 4}
    client = Client.objects.get()
    assert (client.name, client.notes, client.phone, client.tax_id) == ("New", "n", "12345", "t")


def test_an_invoice_made_meanwhile_makes_the_clients_tag_stale(alice, acme, in_thread):
    path = f"/clients/{acme.pk}"
    known = alice.get(path)["ETag"]
    with transaction.atomic():
        Invoice.issue(alice.account, client_id=acme.pk, invoice_number="1", amount=Decimal("1.00"))
        call = in_thread(lambda: alice.put(path, {"notes": "n"}, HTTP_IF_MATCH=known))
        wait_until_blocked()
    assert call.result(PATIENCE).status_code == 412


def test_a_change_that_a_deadlock_has_ended_is_compared_and_written_after_all(alice, acme, invoice, in_thread):
    """The other has the client and wants the invoice; the request has the invoice, and its totals want the client."""
    path = f"/invoices/{invoice.pk}"
    known = alice.get(path)["ETag"]

    def patch():
        run("SET deadlock_timeout = '1s'")  # it looks once, and by then the other must wait, too
        return alice.patch(path, {"amount": 5, "notes": "Kept"}, HTTP_IF_MATCH=known)

    with transaction.atomic():
        run("UPDATE clients_client SET tax_id = tax_id")
        call = in_thread(patch)
        wait_until_blocked()
        run("SET LOCAL deadlock_timeout = '10s'")
        run("UPDATE clients_invoice SET currency = currency")
    assert call.result(PATIENCE).status_code == 200
    invoice.refresh_from_db()
    assert (invoice.amount, invoice.notes) == (5, "Kept")
