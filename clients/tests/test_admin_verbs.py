"""What the back office does to clients and invoices: it asks first, does it once, and only for who may."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry

from accounts.backoffice import verbs
from accounts.tests.backoffice import agreed, asked, change_url, confirmed, list_url, permit, pressed, said
from clients.history import CLIENT_LOG
from clients.models import Client, Invoice, Payment
from clients.tests.factories import add_clients, add_invoice


def text(answer):
    return " ".join(answer.content.decode().split())


def exported(browser, *clients, action="export", **sent):
    sent = {"action": action, "_selected_action": [client.pk for client in clients], **sent}
    return browser.post(list_url(Client), sent)


# Asking


def test_deactivating_asks_and_says_what_happens_to_whom(boss, acme, globex):
    add_invoice(acme, "10", "2024-01-15")

    question = asked(boss, "deactivate", acme, globex)

    assert "Deactivate 2 clients?" in text(question)
    assert "They get no new invoices until they are reactivated." in text(question)
    assert "1 of them still owe money" in text(question)
    assert "Acme Corporation &lt;billing@acme.com&gt; · Alice &amp; Co" in text(question)
    assert set(Client.objects.values_list("is_active", flat=True)) == {True}


def test_a_question_about_one_names_it(boss, acme):
    assert "Deactivate Acme Corporation &lt;billing@acme.com&gt;?" in text(asked(boss, "deactivate", acme))


def test_those_to_whom_it_does_not_apply_are_told_apart(boss, acme, globex):
    globex.deactivate()

    question = asked(boss, "deactivate", acme, globex)

    assert question.context["selected"] == [acme.pk]
    assert "1 client is deactivated already, and stays so." in text(question)


def test_nothing_is_asked_where_there_is_nothing_to_do(boss, acme):
    assert said(asked(boss, "reactivate", acme)) == ["1 client is active already, and stays so."]


def test_all_of_a_list_is_named_in_the_question(boss, alice, acme, globex):
    sent = {"action": "deactivate", "select_across": "1", "_selected_action": [acme.pk]}

    question = boss.post(list_url(Client), sent)
    add_clients(alice.account, "Later")

    assert set(question.context["selected"]) == {acme.pk, globex.pk}


def test_so_many_are_too_many(boss, acme, globex, monkeypatch):
    monkeypatch.setattr(verbs, "MAX_ROWS", 1)

    answer = confirmed(boss, "deactivate", acme, globex)

    assert said(answer) == ["Deactivate takes at most 1 clients at a time; choose fewer."]
    assert Client.objects.filter(is_active=True).count() == 2


def test_cancelling_says_what_leaves_the_totals(boss, alice, acme):
    invoice = Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount=Decimal("250.00"))
    invoice.pay(Decimal("100.00"))

    question = asked(boss, "cancel", invoice)

    assert "150.00 USD is no longer owed" in text(question)
    assert "The 100.00 USD received on it stays recorded" in text(question)


def test_a_question_from_a_page_leads_back_to_it(boss, acme):
    sent = {"action": "deactivate", "_selected_action": acme.pk, "_from_page": "yes"}

    question = boss.post(list_url(Client), sent)

    assert f'<a href="{change_url(acme)}" class="button cancel-link">' in question.content.decode()
    assert '<input type="hidden" name="_from_page" value="yes">' in question.content.decode()


# Once


@pytest.mark.parametrize("press", [confirmed, pressed])
def test_a_double_click_deactivates_once(boss, acme, press):
    press(boss, "deactivate", acme)
    again = press(boss, "deactivate", acme)

    assert said(again) == ["1 client is deactivated already, and stays so."]
    assert CLIENT_LOG.of(acme).page(0, 9).total == 2  # made, and deactivated
    assert LogEntry.objects.count() == 1


def test_a_double_click_cancels_once(boss, acme):
    invoice = add_invoice(acme, "10", "2024-01-15")
    pressed(boss, "cancel", invoice)
    again = pressed(boss, "cancel", invoice)

    assert said(again) == ["1 invoice is paid or cancelled already, and stays so."]
    assert LogEntry.objects.count() == 1


def test_a_double_click_pays_once(boss, acme):
    invoice = add_invoice(acme, "10", "2024-01-15")
    question = asked(boss, "pay", invoice)
    agreed(boss, question)
    again = agreed(boss, question)

    assert said(again) == ["1 invoice is paid or cancelled already, and stays so."]
    assert Payment.objects.count() == 1


# What was named


@pytest.mark.parametrize(
    "change", [lambda invoice: invoice.pay(Decimal("4.00")), lambda invoice: invoice.edit(amount=12)]
)
def test_another_amount_than_was_named_is_asked_for_again(boss, acme, change):
    invoice, other = add_invoice(acme, "10", "2024-01-15"), add_invoice(acme, "5", "2024-01-15")
    question = asked(boss, "pay", invoice, other)
    change(invoice)
    before = Payment.objects.count()

    again = agreed(boss, question)

    assert said(again) == ["This has changed since you were asked, and nothing is done yet."]
    assert Payment.objects.count() == before
    assert said(agreed(boss, again)) == ["2 invoices paid in full."]


def test_a_yes_to_nothing_that_was_named_pays_nothing(boss, acme):
    confirmed(boss, "pay", add_invoice(acme, "10", "2024-01-15"))

    assert not Payment.objects.exists()


def test_what_has_left_the_list_meanwhile_is_left_alone(boss, acme):
    sent = {"action": "deactivate", "_selected_action": acme.pk, "_confirmed": "yes"}
    active = list_url(Client, is_active__exact="1")
    boss.post(active, sent, follow=True)

    assert said(boss.post(active, sent, follow=True)) == ["None of these is on this list any more."]


# Who may


@pytest.mark.parametrize("verb", ["deactivate", "reactivate", "export", "export_for_spreadsheet"])
def test_who_may_only_look_does_nothing_to_clients(clerk, acme, verb):
    permit(clerk, "view_client")
    if verb == "reactivate":
        acme.deactivate()

    answer = confirmed(clerk, verb, acme)

    assert "text/html" in answer["Content-Type"]
    assert Client.objects.get().is_active is acme.is_active


@pytest.mark.parametrize("verb", ["pay", "cancel"])
def test_who_may_only_look_does_nothing_to_invoices(clerk, acme, verb):
    invoice = add_invoice(acme, "10", "2024-01-15")
    permit(clerk, "view_invoice", "view_client")

    confirmed(clerk, verb, invoice)

    invoice.refresh_from_db()
    assert (invoice.cancelled_at, invoice.amount_paid) == (None, 0)


@pytest.mark.parametrize(("permission", "count"), [("change_invoice", 0), ("add_payment", 1)])
def test_to_record_what_is_paid_takes_the_permission_to_add_payments(clerk, acme, permission, count):
    invoice = add_invoice(acme, "10", "2024-01-15")
    permit(clerk, "view_invoice", permission)

    sent = {"action": "pay", "_selected_action": invoice.pk}
    question = clerk.post(list_url(Invoice), sent)
    if "sent" in (question.context or {}):
        agreed(clerk, question)

    assert Payment.objects.count() == count


def test_who_may_only_look_is_offered_no_action(clerk, acme):
    permit(clerk, "view_client")

    assert b"deactivate" not in clerk.get(list_url(Client)).content
    assert b"export" not in clerk.get(list_url(Client)).content


@pytest.mark.parametrize("verb", ["delete_selected", "delete"])
def test_nothing_deletes(boss, acme, verb):
    confirmed(boss, verb, acme)

    assert Client.objects.filter(pk=acme.pk).exists()


# Export


def test_the_chosen_are_exported_as_the_api_exports_them(boss, alice, acme, globex):
    add_clients(alice.account, "Not chosen")

    answer = exported(boss, acme, globex)

    api = alice.get("/clients/export").getvalue().splitlines()
    assert answer.getvalue().splitlines() == [api[0], *api[2:]]
    assert answer["Content-Disposition"].startswith('attachment; filename="clients-')
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_all_of_a_filtered_list_are_exported(boss, alice, acme, globex, strangers_client):
    sent = {"action": "export", "select_across": "1", "_selected_action": acme.pk}

    answer = boss.post(list_url(Client, account=alice.account.pk), sent)

    assert answer.getvalue() == alice.get("/clients/export").getvalue()


def test_formulas_are_marked_for_a_spreadsheet(boss, acme):
    acme.edit(notes="=1+1")

    assert b",=1+1," in exported(boss, acme).getvalue()
    assert b",'=1+1," in exported(boss, acme, action="export_for_spreadsheet").getvalue()


def test_two_accounts_clients_are_not_put_into_one_file(boss, acme, strangers_client):
    answer = exported(boss, acme, strangers_client)

    assert answer.status_code == 302
    assert "one account" in said(boss.get(list_url(Client)))[0]
