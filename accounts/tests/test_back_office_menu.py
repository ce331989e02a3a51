"""The menu of the back office: what one may see, and where one is."""

import re

import pytest

from accounts.models import Account, User
from accounts.tests.backoffice import change_url, list_url, permit


def menu(page):
    """Each entry's label, and what `aria-current` says of it."""
    [nav] = re.findall(r'<nav aria-label="Back office">(.*?)</nav>', page.content.decode(), re.DOTALL)
    entries = re.findall(r'<a href="[^"]+"(?: aria-current="(\w+)")?>([^<]+)</a>', nav)
    return {label: current for current, label in entries}


def test_it_has_what_there_is(boss):
    labels = list(menu(boss.get("/admin/")))

    assert labels[:5] == ["Home", "Clients", "Invoices", "Payments", "Imports"]
    assert {"Accounts", "Users", "Sessions", "Groups"} < set(labels)


def test_it_has_no_more_than_one_may_see(clerk):
    permit(clerk, "view_user", "change_user")

    assert list(menu(clerk.get("/admin/"))) == ["Home", "Users"]


def test_it_says_where_one_is(boss, alice):
    assert menu(boss.get("/admin/"))["Home"] == "page"
    assert menu(boss.get(list_url(User)))["Users"] == "page"

    row = menu(boss.get(change_url(alice.account)))
    assert (row["Accounts"], row["Home"], row["Users"]) == ("true", "", "")


def test_it_is_not_for_who_is_outside(nobody):
    assert b"Back office" not in nobody.get("/admin/login/").content


@pytest.mark.parametrize("app", ["accounts", "clients", "auth"])
def test_an_app_has_no_page_of_its_own(boss, app):
    assert boss.get(f"/admin/{app}/")["Location"] == "/admin/"


def test_a_page_is_called_by_what_it_shows(boss, alice):
    assert b"<h1>Accounts</h1>" in boss.get(list_url(Account)).content
    assert b"<h1>Alice &amp; Co</h1>" in boss.get(change_url(alice.account)).content
