"""Chromium, and pages of it that look at the back office of a live server.

A test takes `page`, or `page_of(user)` for one on which somebody is logged in. Each fails, whatever else it asserts,
if a page has logged an error, asked another host for anything, or met something that was not there.
"""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from clients.tests.browser.watch import Watch
from conftest import logged_in

MISSING = "These tests need Chromium: apt-get install chromium"
PATIENCE = 10_000  # milliseconds, on a machine that has other things to do
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def fits_its_window(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture(scope="package")
def chromium():
    """One for all tests that follow each other.

    Playwright's loop runs for as long as it does, in this thread, for which Django would not let us ask the
    database anything; but it stands still while a test does.
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.skip(MISSING)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium, live_server):
    """A browser's window of its own: its cookies, its downloads; `live_server` is where it begins."""
    context = chromium.new_context(base_url=live_server.url, viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, live_server.url)
    yield context
    context.close()
    assert watch.troubles == []


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def page_of(context, live_server):
    """Pages on which this user is logged in."""

    def page_of(user):
        cookies = logged_in(user).cookies.values()
        context.add_cookies([{"name": one.key, "value": one.value, "url": live_server.url} for one in cookies])
        return context.new_page()

    return page_of
