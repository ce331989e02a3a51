"""Accounts in the back office: found, added, changed, closed and reopened."""

import pytest

from accounts.models import Account
from accounts.tests.backoffice import (
    add_url,
    asked,
    change_url,
    errors,
    found,
    history_url,
    list_url,
    permit,
    pressed,
    said,
    typed,
)
from clients.models import Invoice


@pytest.mark.parametrize("q", ["alice", "{id}", " {id}\n", "bob@"])
def test_an_account_is_found_by_name_id_or_users_email(boss, alice, bob, charlie, q):
    assert found(boss.get(list_url(Account, q=q.format(id=alice.account.pk)))) == [alice.account]


def test_an_account_is_closed_after_asking(boss, alice):
    question = asked(boss, "close", alice.account)

    assert b"locked out at once" in question.content
    assert alice.get("/clients/").status_code == 200

    answer = pressed(boss, "close", alice.account)

    assert said(answer) == ["1 account closed."]
    assert answer.context["original"] == alice.account
    assert alice.get("/clients/").status_code == 401


def test_a_closed_account_is_reopened(boss, alice):
    alice.account.close()

    pressed(boss, "reopen", alice.account)

    assert alice.get("/clients/").status_code == 200


def test_what_is_done_to_a_row_stands_in_its_history(boss, alice):
    pressed(boss, "close", alice.account)

    history = boss.get(history_url(alice.account))

    assert [(entry.user, entry.change_message) for entry in history.context["action_list"]] == [(boss.user, "Closed.")]


def test_an_action_needs_the_permission_to_change(clerk, alice):
    permit(clerk, "view_account")

    asked(clerk, "close", alice.account)
    pressed(clerk, "close", alice.account)

    alice.account.refresh_from_db()
    assert alice.account.closed_at is None


def test_an_account_is_added(boss):
    boss.post(add_url(Account), {"name": "  New Ltd ", "currency": "EUR"})

    assert Account.objects.filter(name="New Ltd", currency="EUR").count() == 1


def test_a_currency_is_a_code(boss, alice):
    page = boss.get(change_url(alice.account))

    answer = boss.post(change_url(alice.account), typed(page, currency="usd"))

    assert errors(answer) == {"currency": ["Must be an ISO 4217 code, such as USD."]}


def test_an_accounts_name_may_be_cleared(boss, alice):
    boss.post(change_url(alice.account), typed(boss.get(change_url(alice.account)), name=" "))

    alice.account.refresh_from_db()
    assert alice.account.name == ""


def test_an_account_leads_to_all_that_is_its(boss, alice):
    links = boss.get(change_url(alice.account)).context["links"]

    assert {link.label for link in links} == {"Users", "Sessions", "Clients", "Imports", "Invoices", "Payments"}
    assert all(boss.get(link.address).status_code == 200 for link in links)


# Its currency


def edited(browser, account, **changes):
    return browser.post(change_url(account), typed(browser.get(change_url(account)), **changes))


def test_the_currency_of_an_account_without_invoices_may_change(boss, alice, acme):
    edited(boss, alice.account, currency="EUR")

    alice.account.refresh_from_db()
    assert alice.account.currency == "EUR"


def test_the_currency_in_which_there_are_invoices_stays(boss, alice, charlie, acme):
    Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount="10.00")

    answer = edited(boss, alice.account, name="Alice", currency="EUR")

    [error] = errors(answer)["currency"]
    assert error == "The account has invoices in its currency already; another would change what its sums say."
    alice.account.refresh_from_db()
    assert (alice.account.name, alice.account.currency) == ("Alice & Co", "USD")
    edited(boss, charlie.account, currency="EUR")
    charlie.account.refresh_from_db()
    assert charlie.account.currency == "EUR"


def test_an_account_with_invoices_may_be_renamed(boss, alice, acme):
    Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount="10.00")

    edited(boss, alice.account, name="Alice Ltd")

    alice.account.refresh_from_db()
    assert alice.account.name == "Alice Ltd"
