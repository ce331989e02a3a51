"""The first page, in Chromium."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from clients.models import Invoice
from clients.tests.browser.choosing import choose
from clients.tests.browser.conftest import NARROW, fits_its_window

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium


@pytest.fixture
def owed(alice, acme, strangers_invoice):
    return Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount=Decimal("1234.50"))


def test_an_account_is_chosen_by_typing(page_of, boss, owed):
    page = page_of(boss.user)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="All accounts")).to_be_visible()

    choose(page, page.locator(".select2-selection"), "Alice")

    expect(page).to_have_url(re.compile(f"account={owed.account_id}"))
    expect(page.get_by_role("heading", name="Alice & Co")).to_be_visible()
    expect(page.get_by_text("1,234.50", exact=True)).to_be_visible()
    page.get_by_role("link", name="All accounts").click()
    expect(page.get_by_text("1,301.10", exact=True)).to_be_visible()


def test_a_debtor_leads_to_its_page(page_of, boss, owed):
    page = page_of(boss.user)
    page.goto("/admin/")
    page.get_by_role("link", name="Acme Corporation").click()
    expect(page.get_by_role("heading", name="Acme Corporation")).to_be_visible()


def test_it_fits_a_phone(page_of, boss, owed):
    page = page_of(boss.user)
    page.set_viewport_size(NARROW)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Who owes most")).to_be_visible()
    assert fits_its_window(page)
