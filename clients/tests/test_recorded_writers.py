"""Whichever way a row is written, the history knows who did."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.management import call_command

from accounts.acting import act_as, actor
from accounts.tests.backoffice import add_url, change_url, pressed, typed
from clients.models import Client, Invoice, Payment
from clients.tests.ledger import run
from clients.tests.recorded import changes, writers


@pytest.fixture
def made(acme, invoice):
    """A client and an invoice that nobody of the cast has made."""
    return acme, invoice


# The API: the user


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/clients/{}", {"notes": "put"}),
        ("PATCH", "/clients/{}", {"address": None}),
        ("DELETE", "/clients/{}", None),
    ],
)
def test_a_client_changed_by_the_api_is_by_the_user(alice, bob, acme, method, path, body):
    for caller in (alice, bob):
        Client.objects.update(notes=None, city="Albany", is_active=True)
        before = len(writers(acme))
        assert caller.call(method, path.format(acme.pk), body).status_code == 200
        assert writers(acme)[before:] == [caller.user.pk]


def test_a_client_reactivated_by_the_api_is_by_the_user(bob, acme):
    acme.deactivate()
    bob.post(f"/clients/{acme.pk}/reactivate")
    assert writers(acme) == [None, bob.user.pk]


def test_what_the_api_makes_is_by_the_user(alice, acme):
    alice.post("/clients/", {"name": "New", "email": "new@example.com"})
    number = {"client_id": acme.pk, "invoice_number": "1", "amount": 5}
    invoice = alice.post("/invoices/", number).json()["id"]
    alice.post(f"/invoices/{invoice}/payments", {"amount": 2})
    alice.patch(f"/invoices/{invoice}/status", {"status": "paid"})
    assert Client.objects.get(name="New").created_by == alice.user.pk
    assert Invoice.objects.get().created_by == alice.user.pk
    assert [payment.created_by for payment in Payment.objects.all()] == [alice.user.pk] * 2


def test_an_invoice_changed_by_the_api_is_by_the_user(bob, invoice):
    bob.put(f"/invoices/{invoice.pk}", {"amount": 50})
    bob.patch(f"/invoices/{invoice.pk}/status", {"status": "cancelled"})
    assert writers(invoice) == [bob.user.pk, bob.user.pk]


def test_an_import_by_the_api_is_by_the_user(alice, acme):
    rows = [{"name": "Renamed", "email": acme.email}, {"name": "New", "email": "new@example.com"}]
    alice.post("/clients/bulk/import?on_duplicate=update", {"clients": rows})
    rows = [{"client_email": acme.email, "invoice_number": "N", "amount": 5, "paid_amount": 2}]
    alice.post("/invoices/bulk/import", {"invoices": rows})
    assert changes(acme) == [(alice.user.pk, {"name": "Acme Corporation"}, {"name": "Renamed"})]
    made = Client.objects.get(name="New"), Invoice.objects.get(), Payment.objects.get()
    assert [row.created_by for row in made] == [alice.user.pk] * 3


def test_a_request_leaves_nobody_acting_behind(alice, charlie, acme):
    alice.put(f"/clients/{acme.pk}", {"notes": "by alice"})
    alice.put(f"/clients/{acme.pk}", {"name": ""})
    charlie.put(f"/clients/{acme.pk}", {"notes": "by charlie"})
    assert actor() is None
    acme.edit(notes="by nobody")
    assert writers(acme) == [alice.user.pk, None]


def test_threads_act_each_for_itself(acme):
    with ThreadPoolExecutor(1) as other, act_as("outer"):
        assert (actor(), other.submit(actor).result()) == ("outer", None)


# The back office: the member of the staff


def test_what_a_page_of_the_back_office_writes_is_by_the_staff(boss, alice, acme, invoice):
    boss.post(change_url(acme), typed(boss.get(change_url(acme)), notes="by the boss"))
    boss.post(change_url(invoice), typed(boss.get(change_url(invoice)), description="by the boss"))
    new = {"account": alice.account.pk, "name": "New", "email": "new@example.com"}
    boss.post(add_url(Client), new)
    boss.post(add_url(Payment), {"invoice": invoice.pk, "amount": "100"})
    assert changes(acme) == [(boss.user.pk, {"notes": "Important client - priority support"}, {"notes": "by the boss"})]
    assert writers(invoice) == [boss.user.pk]
    assert (Client.objects.get(name="New").created_by, Payment.objects.get().created_by) == (boss.user.pk,) * 2
    assert actor() is None


def test_a_verb_of_the_back_office_is_by_the_staff(boss, acme, invoice):
    pressed(boss, "deactivate", acme)
    pressed(boss, "cancel", invoice)
    assert writers(acme) == writers(invoice) == [boss.user.pk]


# Commands


@pytest.fixture
def command(alice, monkeypatch):
    def command(name, text, *options):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        call_command(name, "-", "--account", "alice@example.com", *options, stdout=io.StringIO())

    return command


def test_an_import_by_command_is_by_the_command(command, acme):
    command("import_clients", f"name,email\nRenamed,{acme.email}\nNew,new@example.com\n", "--on-duplicate=update")
    command("import_invoices", f"client_email,invoice_number,amount,paid_amount\n{acme.email},N,5,2\n")
    assert changes(acme) == [("import_clients", {"name": "Acme Corporation"}, {"name": "Renamed"})]
    made = Client.objects.get(name="New"), Invoice.objects.get(), Payment.objects.get()
    assert [row.created_by for row in made] == ["import_clients", "import_invoices", "import_invoices"]
    assert actor() is None


def test_importing_the_same_again_leaves_nothing(command, acme):
    for _ in range(2):
        command("import_clients", f"name,email\nRenamed,{acme.email}\n", "--on-duplicate=update")
    assert writers(acme) == ["import_clients"]


def test_a_dry_run_leaves_nothing(command, acme):
    command("import_clients", f"name,email\nRenamed,{acme.email}\n", "--on-duplicate=update", "--dry-run")
    assert writers(acme) == []


def test_demo_data_is_by_its_command(db):
    call_command("seed_demo", "--force", stdout=io.StringIO())
    for model in (Client, Invoice, Payment):
        assert set(model.objects.values_list("created_by", flat=True)) == {"seed_demo"}


# SQL


def test_sql_is_by_nobody_that_is_known(alice, made):
    acme, invoice = made
    with act_as(alice.user.pk):
        payment = invoice.pay(amount=Decimal("5.00"))
        run("UPDATE clients_client SET name = 'Acme LLC'")
        run("UPDATE clients_invoice SET notes = 'SQL'")
        run("UPDATE clients_payment SET payment_method = 'cash'")
        run("DELETE FROM clients_payment")
    assert (writers(acme), writers(invoice), writers(payment)) == ([None], [None], [None, None])
