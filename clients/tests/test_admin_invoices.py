"""Invoices in the back office: issued, changed, cancelled and paid by the model's verbs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Account
from accounts.tests.backoffice import (
    add_url,
    agreed,
    asked,
    change_url,
    errors,
    found,
    list_url,
    permit,
    pressed,
    said,
    typed,
)
from clients.models import Client, Invoice, Payment
from duespark.clock import today

NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."


@pytest.fixture
def invoice(alice, acme):
    return issue(acme, "INV-1")


def issue(client, number, **fields):
    return Invoice.issue(client.account, client.pk, **{"invoice_number": number, "amount": Decimal("250.00"), **fields})


def new_invoice(client, /, **changes):
    return {
        "client": client.pk,
        "invoice_number": "INV-1",
        "amount": "250",
        "issue_date": "2024-01-15",
        "due_date": "",
        "description": "",
        "notes": "",
        **changes,
    }


def save(browser, invoice, **changes):
    return browser.post(change_url(invoice), typed(browser.get(change_url(invoice)), **changes))


def kept(invoice):
    return Invoice.objects.get(pk=invoice.pk)


def test_an_invoice_is_issued_by_the_clients_terms_in_its_accounts_currency(boss, alice, acme):
    Account.objects.filter(pk=alice.account.pk).update(currency="EUR")

    boss.post(add_url(Invoice), new_invoice(acme))

    issued = Invoice.objects.get()
    assert (issued.account, issued.client, issued.currency) == (alice.account, acme, "EUR")
    assert (issued.amount, issued.issue_date, issued.due_date) == (
        Decimal("250.00"),
        date(2024, 1, 15),
        date(2024, 2, 14),
    )


def test_an_invoice_is_issued_today_unless_said_else(boss, acme):
    assert boss.get(add_url(Invoice)).context["adminform"].form["issue_date"].value() == today()

    boss.post(add_url(Invoice), new_invoice(acme, issue_date=""))

    assert Invoice.objects.get().issue_date == today()


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("client", "", "This field is required."),
        ("client", "nonsense", "Not an id of the form client_…."),
        ("client", "client_01h455vb4pex5vsknk084sn02q", NO_CHOICE),
        ("invoice_number", "", "Must not be empty."),
        ("invoice_number", "9" * 101, "Must have at most 100 characters."),
        ("amount", "", "Must be an amount such as 1250.00."),
        ("amount", "0", "Must be at least 0.01."),
        ("amount", "1.005", "Must have at most two decimals."),
        ("issue_date", "15/01/2024", "Must be a date such as 2026-01-31."),
        ("due_date", "tomorrow", "Must be a date such as 2026-01-31."),
        ("description", "d" * 2001, "Must have at most 2,000 characters."),
    ],
)  # fmt: skip
def test_a_rules_refusal_stands_at_its_field(boss, acme, field, text, message):
    answer = boss.post(add_url(Invoice), new_invoice(acme, **{field: text}))

    assert errors(answer) == {field: [message]}
    assert not Invoice.objects.exists()


def test_a_deactivated_client_is_not_invoiced(boss, acme):
    acme.deactivate()

    answer = boss.post(add_url(Invoice), new_invoice(acme))

    assert errors(answer) == {"__all__": ["The client is deactivated; reactivate it to invoice it."]}
    assert not Invoice.objects.exists()


def test_a_taken_number_is_an_error_on_the_field(boss, acme, invoice):
    answer = boss.post(add_url(Invoice), new_invoice(acme))

    assert errors(answer) == {"invoice_number": ["An invoice with this number already exists."]}
    assert Invoice.objects.count() == 1


def test_an_invoice_is_its_clients_accounts_whatever_else_is_sent(boss, charlie, acme):
    boss.post(add_url(Invoice), new_invoice(acme, account=charlie.account.pk, currency="EUR"))

    assert Invoice.objects.values_list("account", "currency").get() == (acme.account_id, "USD")


def test_an_invoice_never_moves_to_another_accounts_client(boss, invoice, strangers_client):
    save(boss, invoice, client=strangers_client.pk, account=strangers_client.account_id, notes="moved")

    assert (kept(invoice).client_id, kept(invoice).account_id) == (invoice.client_id, invoice.account_id)
    assert kept(invoice).notes == "moved"


def test_a_client_is_chosen_by_a_name_that_says_whose_it_is(boss, alice, acme, strangers_client):
    strangers_client.edit(name="Acme, too")
    strangers_client.deactivate()
    query = {"app_label": "clients", "model_name": "invoice", "field_name": "client", "term": "acme"}

    results = boss.get("/admin/autocomplete/", query).json()["results"]

    assert results == [
        {"id": strangers_client.pk, "text": "Acme, too <ceo@secret.example> · Charlie Ltd (deactivated)"},
        {"id": acme.pk, "text": "Acme Corporation <billing@acme.com> · Alice & Co"},
    ]


def test_a_clients_page_leads_to_an_invoice_for_it(boss, acme):
    (link,) = [link for link in boss.get(change_url(acme)).context["links"] if link.adds]

    assert f'<option value="{acme.pk}" selected>' in boss.get(link.address).content.decode()


def test_an_unknown_client_in_the_address_is_passed_over(boss, db):
    assert boss.get(add_url(Invoice, client="nonsense")).status_code == 200


def test_a_change_is_kept(boss, invoice):
    save(boss, invoice, amount="300.00", due_date="2030-01-31", description="Consulting")

    assert (kept(invoice).amount, kept(invoice).due_date, kept(invoice).description) == (
        Decimal("300.00"), date(2030, 1, 31), "Consulting",
    )  # fmt: skip


def test_a_due_date_that_is_emptied_is_by_the_clients_terms(boss, invoice):
    invoice.edit(due_date=date(2030, 1, 31))

    save(boss, invoice, due_date="")

    assert kept(invoice).due_date == invoice.issue_date + timedelta(days=30)


@pytest.mark.parametrize("change", [{"amount": "300.00"}, {"issue_date": "2024-01-15"}])
def test_what_has_been_paid_on_keeps_its_amount_and_issue_date(boss, invoice, change):
    invoice.pay(Decimal("1.00"))

    answer = save(boss, invoice, **change)

    message = "Something has been paid on this invoice; its amount and issue date stay as they are."
    assert errors(answer) == {"__all__": [message]}
    assert (kept(invoice).amount, kept(invoice).issue_date) == (Decimal("250.00"), today())


def test_what_was_paid_meanwhile_does_not_hinder_another_change(boss, invoice):
    sent = typed(boss.get(change_url(invoice)), notes="reminded")
    invoice.pay(Decimal("1.00"))

    boss.post(change_url(invoice), sent)

    assert (kept(invoice).notes, kept(invoice).amount_paid) == ("reminded", Decimal("1.00"))


def test_invoices_are_paid_after_asking(boss, acme, invoice):
    invoice.pay(Decimal("100.00"))
    other = issue(acme, "INV-2")

    question = asked(boss, "pay", invoice, other)
    assert b"INV-1 \xc2\xb7 Acme Corporation \xc2\xb7 Alice &amp; Co \xc2\xb7 150.00 USD due" in question.content
    assert Payment.objects.count() == 1

    answer = agreed(boss, question)

    assert said(answer) == ["2 invoices paid in full."]
    assert Client.objects.get(pk=acme.pk).total_paid == Decimal("500.00")
    assert {row.status for row in Invoice.objects.all()} == {"paid"}


@pytest.mark.parametrize(
    ("verb", "question"),
    [("pay", "Record payment of what is due on 2 invoices?"), ("cancel", "Cancel 2 invoices?")],
)
def test_a_question_reads_as_one(boss, acme, invoice, verb, question):
    assert asked(boss, verb, invoice, issue(acme, "INV-2")).context["title"] == question


def test_an_invoice_is_cancelled_on_its_page(boss, acme, invoice):
    answer = pressed(boss, "cancel", invoice)

    assert said(answer) == ["1 invoice cancelled."]
    assert answer.context["verbs"] == []
    assert Client.objects.get(pk=acme.pk).total_invoiced == 0


def test_a_refusal_is_told_and_hinders_no_other(boss, acme, invoice):
    invoice.pay()
    other = issue(acme, "INV-2")
    sent = {"action": "cancel", "_selected_action": [invoice.pk, other.pk], "_confirmed": "yes"}

    answer = boss.post(list_url(Invoice), sent, follow=True)

    assert said(answer) == ["1 invoice cancelled.", "1 invoice is paid or cancelled already, and stays so."]
    assert (kept(invoice).status, kept(other).status) == ("paid", "cancelled")


def test_what_is_so_already_is_counted(boss, acme):
    invoices = [issue(acme, f"INV-{n:02}") for n in range(12)]
    for invoice in invoices:
        invoice.pay()
    sent = {"action": "cancel", "_selected_action": [one.pk for one in invoices], "_confirmed": "yes"}

    told = said(boss.post(list_url(Invoice), sent, follow=True))

    assert told == ["12 invoices are paid or cancelled already, and stay so."]


def test_payments_are_for_who_may_look_at_them(clerk, invoice):
    permit(clerk, "view_invoice")

    assert clerk.get(change_url(invoice)).context["related"] == []


def test_the_page_shows_the_payments(boss, invoice):
    invoice.pay(Decimal("100.00"), payment_date=date(2024, 2, 1), payment_method="card", payment_reference="TX-1")

    (payments,) = boss.get(change_url(invoice)).context["related"]

    ((day, amount, method, reference),) = payments.rows
    assert (method, reference) == ("card", "TX-1")
    assert "1 Feb 2024" in day
    assert "100.00 USD" in amount


@pytest.fixture
def one_of_each_status(acme):
    """By status."""
    past = today() - timedelta(days=1)
    invoices = {
        "pending": issue(acme, "P"),
        "overdue": issue(acme, "O", issue_date=past, due_date=past),
        "paid": issue(acme, "D", due_date=today()),
        "cancelled": issue(acme, "C", due_date=today() + timedelta(days=7)),
    }
    invoices["paid"].pay()
    invoices["cancelled"].cancel()
    return invoices


@pytest.mark.parametrize("status", Invoice.STATUSES)
def test_the_list_filters_and_shows_the_status(boss, one_of_each_status, status):
    page = boss.get(list_url(Invoice, status=status))

    assert found(page) == [one_of_each_status[status]]
    assert f'<span class="badge {status}">{status}</span>' in page.content.decode()


@pytest.mark.parametrize(
    ("due", "numbers"), [("past", "O"), ("today", "D"), ("7", "CD"), ("30", "CDP"), ("no", "CDOP")]
)
def test_the_list_filters_by_due_date(boss, one_of_each_status, due, numbers):
    assert sorted(row.invoice_number for row in found(boss.get(list_url(Invoice, due=due)))) == list(numbers)


def test_the_list_sorts_by_status(boss, one_of_each_status):
    page = boss.get(list_url(Invoice, o="2"))

    assert [row.status for row in found(page)] == ["cancelled", "overdue", "paid", "pending"]


@pytest.mark.parametrize("q", ["inv-1", "acme corp", "billing@acme", "{invoice}", "{client}", "{account}"])
def test_an_invoice_is_found_by_number_client_or_any_of_its_ids(boss, invoice, strangers_client, q):
    issue(strangers_client, "X-9")
    ids = {"invoice": invoice.pk, "client": invoice.client_id, "account": invoice.account_id}

    assert found(boss.get(list_url(Invoice, q=q.format(**ids)))) == [invoice]


def test_the_list_filters_by_client(boss, alice, invoice, acme):
    issue(Client.add(alice.account.pk, name="Globex", email="billing@globex.com"), "INV-2")

    assert found(boss.get(list_url(Invoice, client=acme.pk))) == [invoice]
