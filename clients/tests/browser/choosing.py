"""Choosing a row by typing, as a person does: who waits for what was searched."""

from playwright.sync_api import expect


def choose(page, box, text):
    """Opens a box that is searched by typing, and takes the one row that is found."""
    box.click()
    page.locator(".select2-search__field").fill(text)
    found = page.locator(".select2-results__option")
    expect(found).to_have_count(1)  # what was listed before the search is gone
    found.filter(has_text=text).click()
