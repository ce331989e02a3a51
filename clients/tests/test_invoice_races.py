"""Invoices and payments that are made at the same moment, on real connections of their own."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from clients.models import Client, Invoice, Payment
from clients.tests.ledger import run
from clients.tests.races import wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)


def statuses(futures):
    return Counter(future.result().status_code for future in futures)


def test_twenty_payments_at_once_never_exceed_what_is_due(alice, invoice, in_thread):
    calls = [in_thread(alice.post, f"/invoices/{invoice.pk}/payments", {"amount": 30}) for _ in range(20)]
    assert statuses(calls) == {201: 3, 409: 17}
    assert Payment.objects.aggregate(Sum("amount"))["amount__sum"] == Decimal("90.00")


def test_of_twenty_who_mark_it_paid_one_records_the_payment(alice, invoice, in_thread):
    calls = [in_thread(alice.patch, f"/invoices/{invoice.pk}/status", {"status": "paid"}) for _ in range(20)]
    assert statuses(calls) == {200: 1, 409: 19}
    assert Payment.objects.get().amount == Decimal("100.00")


def test_of_twenty_invoices_with_one_number_one_is_made(alice, acme, globex, in_thread):
    def sent(client):
        return {"client_id": client.pk, "invoice_number": "SAME", "amount": 10}

    calls = [in_thread(alice.post, "/invoices/", sent(client)) for client in (acme, globex) * 10]
    assert statuses(calls) == {201: 1, 409: 19}
    assert Invoice.objects.count() == 1


def test_twenty_invoices_at_once_are_all_in_the_totals(alice, acme, in_thread):
    def sent(number):
        return {"client_id": acme.pk, "invoice_number": f"N-{number}", "amount": "0.01"}

    calls = [in_thread(alice.post, "/invoices/", sent(number)) for number in range(20)]
    assert statuses(calls) == {201: 20}
    acme.refresh_from_db()
    assert (acme.invoice_count, acme.total_invoiced) == (20, Decimal("0.20"))


def test_a_payment_waits_for_a_cancellation_and_is_refused(alice, invoice, in_thread):
    with transaction.atomic():
        Invoice.objects.get(pk=invoice.pk).cancel()
        payment = in_thread(alice.post, f"/invoices/{invoice.pk}/payments", {"amount": 1})
        wait_until_blocked()
    assert payment.result().status_code == 409
    assert not Payment.objects.exists()


def test_an_amount_is_not_lowered_below_a_payment_of_the_same_moment(alice, invoice, in_thread):
    with transaction.atomic():
        Invoice.objects.get(pk=invoice.pk).pay(Decimal("80.00"))
        edit = in_thread(alice.patch, f"/invoices/{invoice.pk}", {"amount": 50})
        wait_until_blocked()
    assert edit.result().status_code == 409
    assert Invoice.objects.get().amount == Decimal("100.00")


def test_a_client_being_deactivated_is_not_invoiced(alice, acme, in_thread):
    with transaction.atomic():
        Client.objects.get(pk=acme.pk).deactivate()
        call = in_thread(alice.post, "/invoices/", {"client_id": acme.pk, "invoice_number": "1", "amount": 1})
        wait_until_blocked()
    assert call.result().status_code == 409
    assert not Invoice.objects.exists()


def test_a_client_being_invoiced_is_deactivated_after_that(alice, acme, in_thread):
    with transaction.atomic():
        Invoice.issue(alice.account, client_id=acme.pk, invoice_number="1", amount=Decimal("1.00"))
        call = in_thread(alice.delete, f"/clients/{acme.pk}")
        wait_until_blocked()
    assert call.result().status_code == 200
    client = Client.objects.get()
    assert (client.is_active, client.invoice_count) == (False, 1)


def test_edits_of_different_fields_at_once_both_survive(alice, invoice, in_thread):
    changes = [{"notes": "n"}, {"description": "d"}, {"due_date": "2031-01-01"}, {"amount": 70}]
    calls = [in_thread(alice.patch, f"/invoices/{invoice.pk}", change) for change in changes]
    assert statuses(calls) == {200: 4}
    answer = alice.get(f"/invoices/{invoice.pk}").json()
    assert {key: answer[key] for change in changes for key in change} == {
        "notes": "n",
        "description": "d",
        "due_date": "2031-01-01",
        "amount": 70,
    }


def impatient(call, *args):
    """A call on a connection that looks for deadlocks, once, before the other does, and so is the one to yield."""
    run("SET deadlock_timeout = '1s'")
    return call(*args)


def test_an_invoice_that_a_deadlock_has_ended_is_made_after_all(alice, acme, globex, in_thread):
    """The other has the number and wants the client, as an import does; the request has the client first."""
    with transaction.atomic():
        Invoice.issue(alice.account, client_id=globex.pk, invoice_number="1", amount=Decimal("1.00"))
        sent = {"client_id": acme.pk, "invoice_number": "1", "amount": 1}
        call = in_thread(impatient, alice.post, "/invoices/", sent)
        wait_until_blocked()
        run("SET LOCAL deadlock_timeout = '10s'")
        run("UPDATE clients_client SET notes = notes WHERE email = 'billing@acme.com'")
        transaction.set_rollback(True)
    assert call.result().status_code == 201
    assert Invoice.objects.get().client_id == acme.pk


def test_an_invoices_edit_that_a_deadlock_has_ended_is_written_whole(alice, invoice, in_thread):
    with transaction.atomic():
        run("UPDATE clients_client SET tax_id = tax_id")
        call = in_thread(impatient, alice.patch, f"/invoices/{invoice.pk}", {"amount": 5, "notes": "Kept"})
        wait_until_blocked()
        run("SET LOCAL deadlock_timeout = '10s'")
        run("UPDATE clients_invoice SET currency = currency")
    assert call.result().status_code == 200
    invoice.refresh_from_db()
    assert (invoice.amount, invoice.notes) == (5, "Kept")


def test_a_clients_edit_that_a_deadlock_has_ended_is_written_after_all(alice, acme, globex, in_thread):
    """The other has the email and wants the client, as an import does."""
    with transaction.atomic():
        run("UPDATE clients_client SET email = 'taken@example.com' WHERE name = 'Globex'")
        call = in_thread(impatient, alice.patch, f"/clients/{acme.pk}", {"email": "taken@example.com", "notes": "Kept"})
        wait_until_blocked()
        run("SET LOCAL deadlock_timeout = '10s'")
        run("UPDATE clients_client SET tax_id = tax_id WHERE name = 'Acme Corporation'")
        transaction.set_rollback(True)
    assert call.result().status_code == 200
    acme.refresh_from_db()
    assert (acme.email, acme.notes) == ("taken@example.com", "Kept")
