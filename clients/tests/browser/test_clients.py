"""Looking a client up and doing something about it, in Chromium."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.tests.backoffice import permit
from clients.models import Client, Payment
from clients.tests.browser.choosing import choose
from clients.tests.browser.conftest import NARROW, fits_its_window
from clients.tests.factories import add_clients, add_invoice
from duespark.clock import today

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium


@pytest.fixture
def late(acme):
    """Acme, with an invoice that is late and one that is paid."""
    issued = today() - timedelta(days=50)
    add_invoice(acme, "250.00", issued.isoformat())
    add_invoice(acme, "99.50", issued.isoformat(), ("99.50", today().isoformat()))
    return acme


def open_client(page, client):
    page.goto(f"/admin/clients/client/{client.pk}/change/")


@pytest.mark.parametrize("text", ["acme corp", "BILLING@acme", "12-3456789", "  {id} "])
def test_a_client_is_found_by_what_one_knows_of_it(page_of, boss, acme, globex, text):
    page = page_of(boss.user)
    page.goto("/admin/clients/client/")
    page.get_by_role("searchbox", name="Search").fill(text.format(id=acme.pk))
    page.get_by_role("button", name="Search").click()

    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Acme Corporation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Acme Corporation")


def test_a_search_for_nobody_says_so(page_of, boss, acme):
    page = page_of(boss.user)
    page.goto("/admin/clients/client/?q=nobody")

    expect(page.get_by_text("No clients match.")).to_be_visible()


def test_the_list_is_filtered_by_account(page_of, boss, acme, strangers_client):
    page = page_of(boss.user)
    page.goto("/admin/clients/client/")
    choose(page, page.locator("#changelist-filter .select2-selection").first, "Charlie")

    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("Secret Holdings")


def test_a_country_is_chosen_by_the_keyboard(page_of, boss, acme, strangers_client):
    page = page_of(boss.user)
    page.goto("/admin/clients/client/")
    countries = page.get_by_label("country", exact=True)
    countries.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("/client/$"))

    countries.select_option("US")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("country=US"))
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


@pytest.mark.parametrize("viewport", [None, NARROW])
def test_the_page_shows_whether_a_client_pays(page_of, boss, late, viewport):
    page = page_of(boss.user)
    if viewport:
        page.set_viewport_size(viewport)
    open_client(page, late)

    expect(page.get_by_role("heading", level=1)).to_contain_text("overdue")
    expect(page.locator(".card", has_text="Owes")).to_contain_text("250.00 USD")
    expect(page.get_by_role("img", name=re.compile("By month of issue"))).to_be_visible()
    page.get_by_role("navigation", name="Period").get_by_role("link", name="3 months").click()
    expect(page.get_by_role("link", name="3 months")).to_have_attribute("aria-current", "true")
    assert fits_its_window(page)


def test_a_client_is_edited_a_click_away(page_of, boss, acme):
    page = page_of(boss.user)
    open_client(page, acme)
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Payment terms").fill("14")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    expect(page.locator(".entries li").first).to_contain_text("boss@duespark.example (DueSpark) changed the client")
    expect(page.locator(".entries li").first).to_contain_text("30 days")
    expect(page.locator(".entries li").first).to_contain_text("14 days")


def test_deactivating_is_confirmed(page_of, boss, acme):
    page = page_of(boss.user)
    open_client(page, acme)
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("They get no new invoices")).to_be_visible()
    page.get_by_role("link", name="Leave as is").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("active")

    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.locator(".messagelist")).to_have_text("1 client deactivated.")
    expect(page.get_by_role("button", name="Reactivate")).to_be_visible()


def test_a_double_click_records_one_payment(page_of, boss, late):
    page = page_of(boss.user)
    open_client(page, late)
    page.locator("tr", has_text="overdue").get_by_role("link").first.click()
    page.get_by_role("link", name="Record a payment").click()
    expect(page.get_by_label("Amount")).to_have_value("250.00")
    page.get_by_label("Amount").fill("100")
    page.get_by_label("Payment method").fill("bank transfer")
    page.get_by_role("button", name="Record payment").dblclick()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Invoice INV-")
    expect(page.locator(".card", has_text="Due")).to_contain_text("150.00 USD")
    assert Payment.objects.filter(amount=100).count() == 1


def test_an_invoice_is_cancelled_after_asking(page_of, boss, late):
    page = page_of(boss.user)
    page.goto("/admin/clients/invoice/?status=overdue")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("button", name="Cancel invoice").click()
    expect(page.get_by_text("250.00 USD is no longer owed")).to_be_visible()
    page.get_by_role("button", name="Cancel invoice").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("cancelled")
    expect(page.get_by_role("button", name="Cancel invoice")).to_have_count(0)


def test_the_chosen_clients_are_downloaded(page_of, boss, alice, acme):
    add_clients(alice.account, "Not chosen")
    page = page_of(boss.user)
    page.goto("/admin/clients/client/")
    page.locator("tr", has_text="Acme").get_by_role("checkbox").check()
    page.get_by_role("combobox", name="Action").select_option("Export as CSV")
    with page.expect_download() as download:
        page.get_by_role("button", name="Go").click()

    assert re.fullmatch(r"clients-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    _, *rows = download.value.path().read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["Acme Corporation"]


def test_who_may_only_look_finds_nothing_to_press(page_of, clerk, late):
    permit(clerk, "view_client", "view_invoice", "view_payment")
    page = page_of(clerk.user)
    page.goto("/admin/clients/client/")
    expect(page.get_by_role("combobox", name="Action")).to_have_count(0)
    open_client(page, late)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Acme Corporation")
    for name in ("Edit", "Issue an invoice"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name="Deactivate")).to_have_count(0)
    assert Client.objects.get(pk=late.pk).is_active
