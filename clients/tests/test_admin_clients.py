"""Clients in the back office: the rules, the words and the verbs of the API."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.tests.backoffice import (
    add_url,
    change_url,
    confirmed,
    errors,
    found,
    list_url,
    permit,
    pressed,
    said,
    typed,
)
from clients.admin.client_page import LATEST
from clients.models import Client, Invoice

COLUMNS = "name email phone street city state zip_code country tax_id payment_terms notes"
NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."


def new_client(account, /, **changes):
    return {
        "account": account.pk,
        "name": " Globex ",
        "email": "billing@globex.com",
        "phone": "",
        "street": "",
        "city": "Springfield",
        "state": "",
        "zip_code": "",
        "country": "us",
        "tax_id": "",
        "payment_terms": "",
        "notes": "one\r\ntwo",
        **changes,
    }


def save(browser, client, **changes):
    return browser.post(change_url(client), typed(browser.get(change_url(client)), **changes))


def values(client, *names):
    return Client.objects.filter(pk=client.pk).values_list(*names).get()


def test_a_client_is_added_as_the_api_adds_it(boss, alice):
    boss.post(add_url(Client), new_client(alice.account))

    added = Client.objects.get(name="Globex")
    assert added.account == alice.account
    assert [getattr(added, column) for column in COLUMNS.split()] == [
        "Globex", "billing@globex.com", None, None, "Springfield", None, None, "US", None, 30, "one\ntwo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("account", "", "This field is required."),
        ("account", "nonsense", "Not an id of the form account_…."),
        ("account", "account_01h455vb4pex5vsknk084sn02q", NO_CHOICE),
        ("name", "  ", "Must not be empty."),
        ("name", "N" * 201, "Must have at most 200 characters."),
        ("name", "a\x01b", "Must not contain control characters."),
        ("email", "", "Must not be empty."),
        ("email", "billing", "Must be a valid email address."),
        ("phone", "call me", "Must be a phone number: digits, spaces, + - ( ) . / and an extension such as x123."),
        ("country", "XX", "Must be an ISO 3166-1 alpha-2 country code, such as US."),
        ("zip_code", "9" * 21, "Must have at most 20 characters."),
        ("tax_id", "9" * 65, "Must have at most 64 characters."),
        ("payment_terms", "366", "Must be from 0 to 365."),
        ("payment_terms", "1.5", "Must be a whole number."),
        ("notes", "n" * 10_001, "Must have at most 10,000 characters."),
    ],
)  # fmt: skip
def test_a_rules_refusal_stands_at_its_field(boss, alice, field, text, message):
    answer = boss.post(add_url(Client), new_client(alice.account, **{field: text}))

    assert errors(answer) == {field: [message]}
    assert not Client.objects.exists()


def test_the_same_rules_hold_for_a_change(boss, acme):
    answer = save(boss, acme, name="", country="XX", payment_terms="-1")

    assert list(errors(answer)) == ["name", "payment_terms", "country"]
    assert values(acme, "name", "country", "payment_terms") == ("Acme Corporation", "US", 30)


def test_a_taken_email_is_an_error_on_the_field(boss, alice, acme):
    answer = boss.post(add_url(Client), new_client(alice.account, email="BILLING@acme.com"))

    assert errors(answer) == {"email": ["A client with this email already exists."]}
    assert Client.objects.count() == 1


def test_an_email_is_not_changed_to_a_taken_one(boss, alice, acme):
    other = Client.add(alice.account.pk, name="Globex", email="billing@globex.com")

    assert errors(save(boss, other, email="Billing@Acme.com")) == {
        "email": ["A client with this email already exists."]
    }
    assert values(other, "email") == ("billing@globex.com",)


def test_a_refused_change_leaves_the_page_speaking_of_the_client_as_it_is(boss, alice, acme):
    other = Client.add(alice.account.pk, name="Globex", email="billing@globex.com")

    page = save(boss, other, email="Billing@Acme.com")

    assert page.context["title"] == "Globex"


def test_an_email_of_another_accounts_client_is_free(boss, alice, strangers_client):
    boss.post(add_url(Client), new_client(alice.account, email=strangers_client.email))

    assert Client.objects.filter(email=strangers_client.email).count() == 2


def test_a_change_is_kept_and_an_emptied_field_is_null(boss, acme):
    save(boss, acme, name="Acme LLC", phone="", city="", payment_terms="")

    assert values(acme, "name", "phone", "city", "payment_terms", "street") == (
        "Acme LLC", None, None, 30, "123 Business Ave",
    )  # fmt: skip


def test_what_somebody_else_changed_meanwhile_survives(boss, alice, acme):
    sent = typed(boss.get(change_url(acme)), name="Acme LLC")
    alice.patch(f"/clients/{acme.pk}", {"phone": "+1-555-999-9999", "notes": None})

    boss.post(change_url(acme), sent)

    assert values(acme, "name", "phone", "notes") == ("Acme LLC", "+1-555-999-9999", None)


def test_fields_that_are_not_sent_stay(boss, acme):
    boss.post(change_url(acme), {"name": "Acme LLC", "email": acme.email})

    assert values(acme, "name", "phone", "country") == ("Acme LLC", "+1-555-123-4567", "US")


def test_a_clients_account_totals_and_state_are_not_for_the_form(boss, charlie, acme):
    save(boss, acme, account=charlie.account.pk, total_invoiced="9", total_paid="9", invoice_count="9", is_active="")

    assert values(acme, "account", "total_invoiced", "total_paid", "invoice_count", "is_active") == (
        acme.account_id, Decimal(0), Decimal(0), 0, True,
    )  # fmt: skip


def test_the_list_shows_the_totals(boss, alice, acme):
    Invoice.issue(
        alice.account, acme.pk, invoice_number="1", amount=Decimal("1234.50"), issue_date=date(2024, 1, 20)
    ).pay(Decimal("34.50"))

    page = boss.get(list_url(Client)).content.decode()

    assert '<td class="field-invoiced"><span class="money">1,234.50 USD</span></td>' in page
    assert '<td class="field-paid"><span class="money">34.50 USD</span></td>' in page
    assert '<td class="field-owed"><span class="money">1,200.00 USD</span></td>' in page


@pytest.mark.parametrize("q", ["ACME corp", "billing@acme", "12-3456789", "{id}", "  {id} ", "corporation acme"])
def test_a_client_is_found_by_name_email_tax_id_or_id(boss, acme, strangers_client, q):
    assert found(boss.get(list_url(Client, q=q.format(id=acme.pk)))) == [acme]


def test_an_email_is_not_looked_for_among_the_tax_ids_which_no_index_has(boss, acme):
    Client.objects.filter(pk=acme.pk).update(tax_id="office7@globex")

    assert found(boss.get(list_url(Client, q="office7@globex"))) == []


def test_a_tax_id_without_a_digit_is_found_in_an_account_as_the_page_says(boss, acme):
    acme.edit(tax_id="EXEMPT")

    assert found(boss.get(list_url(Client, q="exempt", account=acme.account_id))) == [acme]
    everywhere = boss.get(list_url(Client, q="exempt"))
    assert found(everywhere) == []
    assert "A tax id without a digit is found once an account is chosen." in everywhere.content.decode()


@pytest.mark.parametrize("q", ["acme%", "client_nonsense", "client_01h455vb4pex5vsknk084sn02q", "acme globex"])
def test_a_search_for_nothing_that_there_is_finds_nothing(boss, acme, q):
    assert found(boss.get(list_url(Client, q=q))) == []


def test_clients_are_filtered_by_country_and_activity(boss, alice, acme):
    gone = Client.add(alice.account.pk, name="Gone", email="gone@example.com", country="FR")
    gone.deactivate()

    assert found(boss.get(list_url(Client, country="US"))) == [acme]
    assert found(boss.get(list_url(Client, is_active__exact="0"))) == [gone]
    assert len(found(boss.get(list_url(Client, country="nonsense")))) == 2


def test_clients_are_deactivated_and_reactivated_from_the_list(boss, alice, acme, strangers_client):
    answer = confirmed(boss, "deactivate", acme, strangers_client)
    assert said(answer) == ["2 clients deactivated."]
    assert set(Client.objects.values_list("is_active", flat=True)) == {False}

    confirmed(boss, "reactivate", acme)
    assert alice.get(f"/clients/{acme.pk}").json()["is_active"] is True


def test_the_page_has_the_button_that_applies(boss, acme):
    assert [verb.name for verb in boss.get(change_url(acme)).context["verbs"]] == ["deactivate"]

    answer = pressed(boss, "deactivate", acme)

    assert answer.context["original"] == acme
    assert [verb.name for verb in answer.context["verbs"]] == ["reactivate"]


def test_the_buttons_are_for_those_who_may_change(clerk, acme):
    permit(clerk, "view_client")

    assert clerk.get(change_url(acme)).context["verbs"] == []
    pressed(clerk, "deactivate", acme)
    assert values(acme, "is_active") == (True,)


def test_the_page_shows_no_more_than_a_page_of_invoices_and_payments(boss, alice, acme, strangers_client):
    for number in range(LATEST + 1):
        Invoice.issue(alice.account, acme.pk, invoice_number=f"A{number}", amount=Decimal(1)).pay()
    Invoice.issue(strangers_client.account, strangers_client.pk, invoice_number="B", amount=Decimal(1)).pay()

    invoices, payments = boss.get(change_url(acme)).context["related"]

    assert (len(invoices.rows), len(payments.rows)) == (LATEST, LATEST)
    assert len(found(boss.get(invoices.address))) == LATEST + 1
    assert len(found(boss.get(payments.address))) == LATEST + 1
