"""Into the back office, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from conftest import PASSWORD

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium


def log_in(page, email, password):
    page.goto("/admin/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_staff_log_in(page, boss):
    log_in(page, boss.user.email, PASSWORD)
    expect(page).to_have_url(re.compile("/admin/$"))
    expect(page.get_by_role("link", name="Clients").first).to_be_visible()


def test_a_wrong_password_says_so_and_stays_outside(page, boss):
    log_in(page, boss.user.email, "wrong")
    expect(page.get_by_text("do not open the back office")).to_be_visible()
    expect(page).to_have_url(re.compile("/admin/login/"))
