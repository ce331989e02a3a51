"""A customer's file, from the button to the refused rows and back in again, in Chromium."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.tests.backoffice import list_url, permit
from clients.models import Client, Import
from clients.tests.browser.choosing import choose
from clients.tests.drafts import FILE
from clients.tests.imports import emails_of

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium


def choose_file(page, content, name="clients.csv"):
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content.encode()})
    page.get_by_role("button", name="Preview").click()


def figures(page):
    return [int(text) for text in page.locator(".figure").all_inner_texts()]


def test_a_file_goes_in_and_its_refused_rows_after_they_are_mended(page_of, boss, alice, acme):
    page = page_of(boss.user)
    page.goto(list_url(Client))
    page.get_by_role("link", name="Import a file").click()
    choose(page, page.locator(".select2-selection"), "Alice")
    choose_file(page, FILE)

    expect(page.get_by_role("heading", name="Import clients into Alice & Co")).to_be_visible()
    assert figures(page) == [1, 0, 0, 2]
    expect(page.get_by_label("E-mail")).to_have_value("email")
    expect(page.get_by_text("Must be a valid email address.")).to_be_visible()

    page.get_by_label("Fax").select_option(label="Notes")
    page.get_by_role("button", name="Preview again").click()
    expect(page.get_by_label("Fax")).to_have_value("notes")
    page.get_by_role("button", name="Import 1 client").click()

    expect(page.get_by_role("heading", name="What was refused")).to_be_visible()
    assert figures(page) == [1, 0, 0, 2]
    assert Client.objects.get(email="new@example.com").notes == "2"

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows").click()
    assert download.value.suggested_filename == "refused-clients.csv"
    refused = Path(download.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="Import another file").click()
    choose_file(page, refused.replace("bad,", "good@example.com,").replace("billing@acme", "office@acme"))
    page.get_by_role("button", name="Import 2 clients").click()

    expect(page.get_by_role("heading", name="The import")).to_be_visible()
    assert figures(page) == [2, 0, 0, 0]
    assert emails_of(alice) == ["billing@acme.com", "good@example.com", "new@example.com", "office@acme.com"]


def test_a_double_click_imports_once(page_of, boss, alice):
    page = page_of(boss.user)
    page.goto(f"{list_url(Import)}add/?account={alice.account.pk}")
    choose_file(page, FILE)
    page.get_by_role("button", name="Import 2 clients").dblclick()

    expect(page.get_by_role("heading", name="The import")).to_be_visible()
    assert Import.objects.count() == 1


def test_what_is_wrong_with_a_file_stands_on_the_page(page_of, boss, alice):
    page = page_of(boss.user)
    page.goto(f"{list_url(Import)}add/?kind=invoices&account={alice.account.pk}")
    choose_file(page, "%PDF-1.7", name="invoices.pdf")

    expect(page.get_by_text("The file is a PDF; save it as CSV")).to_be_visible()
    expect(page.get_by_label("What is in it")).to_have_value("invoices")


def test_too_large_a_file_is_not_even_sent(page_of, boss, alice):
    page = page_of(boss.user)
    page.goto(f"{list_url(Import)}add/?account={alice.account.pk}")
    file = page.get_by_label("File")
    file.evaluate("input => { input.dataset.maxSize = 5; }")
    choose_file(page, FILE)

    assert "`manage.py import_clients`" in file.evaluate("input => input.validationMessage")
    expect(page).to_have_url(re.compile("/import/add/"))


def test_who_may_only_look_finds_no_way_in(page_of, clerk):
    permit(clerk, "view_client", "view_import")
    page = page_of(clerk.user)
    page.goto(list_url(Import))
    expect(page.get_by_role("heading", name="Imports")).to_be_visible()
    expect(page.get_by_role("link", name="Import a file")).to_have_count(0)

    assert page.goto(f"{list_url(Import)}add/").status == 403
