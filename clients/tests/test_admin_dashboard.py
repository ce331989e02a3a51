"""/admin/: how clients stand and what they owe, over all accounts or for one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Account, Look
from accounts.tests.backoffice import change_url, list_url, permit, said
from clients.models import Client, Import, Invoice
from clients.tests.imports import upload
from duespark.clock import today

LOGGED_IN = 2  # the session and the user
# Currencies, what is owed, clients, debtors, imports, the look; of one account, itself, once more for the chooser, no
# currencies.
ALL_ACCOUNTS, ONE_ACCOUNT = 6, 7


def home(browser, **asked):
    page = browser.get("/admin/", asked)
    assert page.status_code == 200
    return page


def figures(page):
    return {one.label: (str(one.value), one.hint) for one in page.context["dashboard"].figures()}


def rows(table):
    return [" | ".join(str(cell) for cell in row) for row in table.rows]


@pytest.fixture
def late(acme):
    """An invoice of Alice's, of 100 on which 40 have been paid today; the rest has been due for ten days."""
    issued, due = today() - timedelta(40), today() - timedelta(10)
    invoice = Invoice.issue(
        acme.account, acme.pk, invoice_number="L1", amount=Decimal(100), issue_date=issued, due_date=due
    )
    invoice.pay(Decimal(40))
    return invoice


@pytest.fixture
def euros(charlie, strangers_client):
    """An invoice of Charlie's, in another currency, of which nothing is late."""
    charlie.account.currency = "EUR"
    charlie.account.save()
    return Invoice.issue(charlie.account, strangers_client.pk, invoice_number="E1", amount=Decimal(7000))


def test_it_shows_the_figures(boss, late):
    assert figures(home(boss)) == {
        "Active clients": ("1", "1 new this month"),
        "Outstanding, USD": ("60.00", "Not paid yet, due or not"),
        "Overdue, USD": ("60.00", "100 % of what is outstanding"),
        "Collected this month, USD": ("40.00", "0.00 invoiced"),
    }


def test_it_shows_months_ages_and_debtors(boss, late):
    shown = home(boss).context["dashboard"]
    assert [sum(one.values) for one in shown.chart.series] == [100, 40]
    assert [row.count("60.00 USD") for row in rows(shown.ageing())] == [0, 1, 0, 0, 0]
    [debtor] = rows(shown.debtors())
    assert change_url(late.client) in debtor
    assert "Alice &amp; Co" in debtor
    assert "60.00 USD" in debtor


def test_its_texts_are_all_there(boss, late):
    page = home(boss).content.decode()
    for text in ("All accounts", "Invoiced and collected", "Outstanding by age", "1 to 30 days late", "Who owes most",
                 "Latest imports"):  # fmt: skip
        assert text in page
    assert f'href="{list_url(Client, owes="yes")}"' in page
    assert f'href="{list_url(Client, overdue="yes")}"' in page


def test_of_several_currencies_one_is_shown_at_a_time(boss, late, euros):
    page = home(boss)
    assert figures(page)["Outstanding, USD"][0] == "60.00"
    assert page.context["dashboard"].choices == [("?currency=USD", "USD", True), ("?currency=EUR", "EUR", False)]

    page = home(boss, currency="EUR")
    assert figures(page)["Outstanding, EUR"] == ("7,000.00", "Not paid yet, due or not")
    assert figures(page)["Overdue, EUR"] == ("0.00", "Nothing is late")
    assert [one.count("Secret Holdings") for one in rows(page.context["dashboard"].debtors())] == [1]


def test_all_currencies_stand_in_a_table(boss, late, euros):
    usd, eur = rows(home(boss).context["dashboard"].by_currency())
    assert (usd.count("60.00 USD"), eur.count("7,000.00 EUR")) == (2, 2)


def test_a_currency_that_nobody_has_is_none(boss, late):
    assert "Outstanding, USD" in figures(home(boss, currency="XXX"))


def test_one_account_has_its_own_figures(boss, late, euros):
    page = home(boss, account=euros.account_id)
    assert b"<h1>Charlie Ltd</h1>" in page.content
    assert figures(page)["Outstanding, EUR"][0] == "7,000.00"
    assert page.context["dashboard"].choices == []
    assert page.context["dashboard"].by_currency() is None
    assert f'href="{list_url(Invoice, status="overdue", account=euros.account_id)}"'.replace("&", "&amp;") in (
        page.content.decode()
    )


def test_the_chooser_has_the_account_that_is_chosen(boss, late):
    assert (
        f'<option value="{late.account_id}" selected>Alice &amp; Co'
        in home(boss, account=late.account_id).content.decode()
    )
    assert 'data-placeholder="All accounts"' in home(boss).content.decode()


@pytest.mark.parametrize("account", ["account_01h455vb4pex5vsknk084sn02q", "nonsense", "\x00", "client_1"])
def test_an_account_that_is_none_is_said_to_be_so(boss, late, account):
    page = home(boss, account=account)
    assert said(page) == ["There is no such account. These are the figures of all."]
    assert figures(page)["Outstanding, USD"][0] == "60.00"


def test_imports_are_the_latest_first(boss, alice, bob):
    for caller, name in ((alice, "one"), (bob, "two")):
        upload(caller, f"name,email\n{name},{name}@example.com\nbad,bad\n")
    latest = rows(home(boss).context["dashboard"].imports())
    assert len(latest) == Import.objects.count() == 2
    assert change_url(Import.objects.first()) in latest[0]
    assert "1 created" in latest[0]
    assert "1 refused" in latest[0]


def test_imports_are_for_who_may_see_them(clerk, late):
    permit(clerk, "view_client", "view_invoice")
    assert home(clerk).context["dashboard"].imports() is None
    assert "Latest imports" not in home(clerk).content.decode()


@pytest.mark.parametrize(("one", "other"), [("view_client", "view_invoice"), ("view_invoice", "view_client")])
def test_figures_are_for_who_may_look_at_clients_and_invoices(clerk, late, one, other):
    permit(clerk, one, "view_user", "view_account")
    page = home(clerk).content.decode()
    assert "What you may look at is in the menu." in page
    assert "Outstanding" not in page

    permit(clerk, other)
    clerk.user.refresh_from_db()
    assert "Outstanding" in home(clerk).content.decode()


def test_who_may_do_nothing_is_told_what_to_do(clerk):
    assert "Nothing has been permitted to you yet." in home(clerk).content.decode()


def test_accounts_are_chosen_by_who_may_look_for_them(clerk, late):
    permit(clerk, "view_client", "view_invoice")
    assert 'name="account"' not in home(clerk).content.decode()
    assert figures(home(clerk, account=late.account_id))["Outstanding, USD"][0] == "60.00"


def test_it_is_noted_whose_data_were_looked_at(boss, late, euros):
    home(boss)
    assert [(look.account_id, look.what, look.kind) for look in Look.objects.all()] == [
        (late.account_id, "list", "client")
    ]
    home(boss, account=euros.account_id)
    assert Look.objects.first().account_id == euros.account_id
    assert Look.objects.first().asked == f"account={euros.account_id}"


@pytest.mark.parametrize("who", ["nobody", "alice"])
def test_it_is_for_staff(request, who):
    page = request.getfixturevalue(who).get("/admin/")
    assert (page.status_code, page["Location"]) == (302, "/admin/login/?next=/admin/")


def test_an_empty_database_is_told_in_words(boss):
    page = home(boss).content.decode()
    for text in ("Nothing has been invoiced or collected in the last twelve months.", "Nothing is outstanding.",
                 "Nobody owes anything.", "Nothing has been imported yet.", "Nothing is late"):  # fmt: skip
        assert text in page
    assert "By currency" not in page


@pytest.mark.parametrize("accounts", [1, 5])
def test_it_takes_as_many_queries_for_many_rows_as_for_one(boss, late, euros, django_assert_num_queries, accounts):
    for n in range(accounts):
        account = Account.objects.create(name=f"A{n}", currency="CHF")
        client = Client.add(account.pk, name="N", email="n@example.com")
        Invoice.issue(account, client.pk, invoice_number="1", amount=Decimal(5))
    with django_assert_num_queries(LOGGED_IN + ALL_ACCOUNTS):
        home(boss)
    with django_assert_num_queries(LOGGED_IN + ONE_ACCOUNT):
        home(boss, account=late.account_id)
