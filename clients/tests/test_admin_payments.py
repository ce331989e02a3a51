"""Payments in the back office: recorded, and from then on only read."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry

from accounts.tests.backoffice import add_url, change_url, errors, found, list_url, permit, said, typed
from clients.models import Client, Invoice, Payment
from duespark.clock import today


@pytest.fixture
def invoice(alice, acme):
    return Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount=Decimal("250.00"))


def new_payment(invoice, /, **changes):
    return {
        "invoice": invoice.pk,
        "amount": "100",
        "payment_date": "",
        "payment_method": "",
        "payment_reference": "",
        **changes,
    }


def test_a_payment_is_recorded_and_counted(boss, acme, invoice):
    boss.post(add_url(Payment), new_payment(invoice, payment_method=" card ", payment_reference="TX-1"))

    payment = Payment.objects.get()
    assert (payment.amount, payment.payment_date) == (Decimal("100.00"), today())
    assert (payment.payment_method, payment.payment_reference) == ("card", "TX-1")
    assert Client.objects.get(pk=acme.pk).total_paid == Decimal("100.00")


def test_a_payment_is_its_invoices_accounts(boss, charlie, invoice):
    boss.post(add_url(Payment), new_payment(invoice, account=charlie.account.pk))

    assert Payment.objects.get().account_id == invoice.account_id


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("invoice", "", "This field is required."),
        ("invoice", "nonsense", "Not an id of the form invoice_…."),
        ("amount", "", "Must be an amount such as 1250.00."),
        ("amount", "-1", "Must be at least 0.01."),
        ("amount", "1.001", "Must have at most two decimals."),
        ("payment_date", "2024-02-30", "Must be a date such as 2026-01-31."),
        ("payment_method", "m" * 51, "Must have at most 50 characters."),
        ("payment_reference", "r" * 201, "Must have at most 200 characters."),
    ],
)
def test_a_rules_refusal_stands_at_its_field(boss, invoice, field, text, message):
    answer = boss.post(add_url(Payment), new_payment(invoice, **{field: text}))

    assert errors(answer) == {field: [message]}
    assert not Payment.objects.exists()


def test_no_more_is_paid_than_is_due(boss, invoice):
    answer = boss.post(add_url(Payment), new_payment(invoice, amount="250.01"))

    assert errors(answer) == {"__all__": ["The payment is more than the 250.00 that is due."]}
    assert not Payment.objects.exists()


def test_nothing_is_paid_on_a_cancelled_invoice(boss, invoice):
    invoice.cancel()

    answer = boss.post(add_url(Payment), new_payment(invoice))

    assert errors(answer) == {"__all__": ["The invoice is cancelled; it takes no payment."]}


def test_an_invoices_page_leads_to_a_payment_of_what_is_due(boss, invoice):
    invoice.pay(Decimal("100.00"))
    (link,) = boss.get(change_url(invoice)).context["links"]

    form = boss.get(link.address).context["adminform"].form

    assert (form["invoice"].value(), form["amount"].value()) == (invoice.pk, Decimal("150.00"))
    assert form["payment_date"].value() == today()


@pytest.mark.parametrize("invoice_id", ["nonsense", "invoice_01h455vb4pex5vsknk084sn02q", ""])
def test_a_payment_of_no_invoice_has_no_amount(boss, invoice_id):
    assert boss.get(add_url(Payment, invoice=invoice_id)).context["adminform"].form["amount"].value() is None


def test_a_form_that_is_sent_twice_records_one_payment(boss, invoice):
    sent = typed(boss.get(add_url(Payment, invoice=invoice.pk)), amount="100")
    boss.post(add_url(Payment), sent)

    again = boss.post(add_url(Payment), sent, follow=True)

    assert again.context["original"] == invoice
    assert said(again)[1:] == [
        "This form has recorded a payment already: 100.00 USD on INV-1. Open it anew to record another."
    ]
    assert Payment.objects.count() == 1
    assert LogEntry.objects.count() == 1


def test_two_clicks_at_once_record_one_payment(transactional_db, boss, invoice, in_thread):
    sent = typed(boss.get(add_url(Payment, invoice=invoice.pk)), amount="100")
    answers = [in_thread(boss.post, add_url(Payment), sent) for _ in range(4)]

    assert {answer.result().status_code for answer in answers} == {302}
    assert Payment.objects.count() == 1


def test_a_form_that_is_opened_anew_records_another(boss, invoice):
    for _ in range(2):
        boss.post(add_url(Payment), typed(boss.get(add_url(Payment, invoice=invoice.pk)), amount="100"))

    assert Payment.objects.count() == 2


def test_an_id_that_is_none_is_refused(boss, invoice):
    answer = boss.post(add_url(Payment), new_payment(invoice, payment_id=invoice.pk))

    assert errors(answer) == {"payment_id": ["Not an id of the form payment_…."]}


def test_who_has_recorded_a_payment_looks_at_its_invoice(boss, invoice):
    assert boss.post(add_url(Payment), new_payment(invoice))["Location"] == change_url(invoice)


def test_a_payments_page_says_who_recorded_it(boss, alice, invoice):
    alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 100, "payment_method": "card"})

    page = boss.get(change_url(Payment.objects.get()))
    facts = {fact.label: str(fact.value) for fact in page.context["facts"]}

    assert page.context["title"] == "Payment of 100.00 USD"
    assert facts["Method"] == "card"
    assert [(entry.who, entry.what) for entry in page.context["entries"]] == [("Alice Archer", "created the payment")]
    assert facts["Invoice"] == f'<a href="{change_url(invoice)}">INV-1</a>'


def test_a_payment_is_never_changed(boss, invoice):
    payment = invoice.pay()
    page = boss.get(change_url(payment))

    assert list(page.context["adminform"].form.fields) == []
    assert boss.post(change_url(payment), {"amount": "1.00"}).status_code == 403
    assert Payment.objects.get().amount == Decimal("250.00")


def test_staff_who_see_payments_record_none(clerk, invoice):
    permit(clerk, "view_payment", "view_invoice", "view_client")

    assert clerk.get(list_url(Payment)).status_code == 200
    assert clerk.post(add_url(Payment), new_payment(invoice)).status_code == 403
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("q", "narrowed"),
    [
        *((q, {}) for q in ("inv-1", "acme corp", "billing@acme", "{payment}", "{invoice}", "{account}")),
        *((q, {"account": "{account}"}) for q in ("tx-1", "nv-1", "acme corp")),
        ("X-1", {"invoice": "{invoice}"}),
    ],
)
def test_a_payment_is_found_by_invoice_client_or_id_and_narrowed_by_reference(
    boss, invoice, strangers_client, q, narrowed
):
    payment = invoice.pay(payment_reference="TX-1")
    other = Invoice.issue(strangers_client.account, strangers_client.pk, invoice_number="X-9", amount=Decimal(1))
    other.pay(payment_reference="TX-9")
    ids = {"payment": payment.pk, "invoice": invoice.pk, "account": invoice.account_id}

    asked = {name: value.format(**ids) for name, value in {"q": q, **narrowed}.items()}
    assert found(boss.get(list_url(Payment, **asked))) == [payment]


def test_over_all_accounts_no_reference_is_looked_for_as_the_page_says(boss, invoice):
    invoice.pay(payment_reference="TX-1")
    page = boss.get(list_url(Payment, q="TX-1"))

    assert found(page) == []
    assert "A reference, or a part of a number, is found once an account" in page.content.decode()


def test_the_list_filters_by_client_and_invoice(boss, alice, acme, invoice):
    payment = invoice.pay(payment_date=date(2024, 2, 1))
    globex = Client.add(alice.account.pk, name="Globex", email="billing@globex.com")
    Invoice.issue(alice.account, globex.pk, invoice_number="INV-2", amount=Decimal(1)).pay()

    assert found(boss.get(list_url(Payment, invoice__client=acme.pk))) == [payment]
    assert found(boss.get(list_url(Payment, invoice=invoice.pk))) == [payment]
