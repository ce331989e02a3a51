"""The back office's look, its menu and its people, in Chromium."""

import re

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from accounts.backoffice.display import change_url, list_url
from accounts.models import Account, FailedLogin, Look, Session, User
from clients.models import Client, Invoice
from clients.tests.browser.choosing import choose
from clients.tests.browser.conftest import NARROW, WIDE, fits_its_window

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium

LISTS = [Account, User, Session, Client, Invoice, Look, FailedLogin, Group]


@pytest.fixture
def staff_of(clerk, groups):
    """One of the staff in a group."""

    def staff_of(name):
        clerk.user.groups.add(Group.objects.get(name=name))
        return clerk.user

    return staff_of


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window_without_an_error(page_of, boss, alice, acme, scheme):
    page = page_of(boss.user)
    page.emulate_media(color_scheme=scheme)
    rows = [change_url(row) for row in (alice.account, alice.user, alice.session, acme)]

    for address in ["/admin/", *map(list_url, LISTS), *rows, "/admin/accounts/user/add/", "/admin/password_change/"]:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            assert fits_its_window(page), (address, size)


def test_on_a_phone_the_menu_is_behind_a_button(page_of, boss):
    page = page_of(boss.user)
    page.set_viewport_size(NARROW)
    page.goto("/admin/")
    menu = page.locator("#menu")
    expect(menu).to_be_hidden()

    page.get_by_role("button", name="Menu").press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    page.get_by_role("button", name="Menu").click()
    menu.get_by_role("link", name="Users").click()
    expect(page.get_by_role("heading", name="Users")).to_be_visible()


def test_the_keyboard_comes_to_the_content_first_and_is_seen(page_of, boss):
    page = page_of(boss.user)
    page.goto(list_url(User))

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_light_and_dark_are_chosen_by_hand(page_of, boss):
    page = page_of(boss.user)
    page.goto("/admin/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)

    page.get_by_role("button", name=re.compile("Toggle theme")).click()

    assert page.evaluate(ground) != light
    page.reload()
    assert page.evaluate(ground) != light


def test_a_user_is_invited(page_of, boss, alice):
    page = page_of(boss.user)
    page.goto(list_url(User))
    page.get_by_role("link", name="Invite a user").click()
    choose(page, page.locator(".select2-selection").first, "Alice")
    page.get_by_label("Email").fill("dora@example.com")
    page.get_by_label("Email").press("Enter")

    expect(page.get_by_text("An invitation is on its way to dora@example.com.")).to_be_visible()
    expect(page.get_by_text("invited", exact=True)).to_be_visible()


def test_a_user_is_deactivated_after_asking(page_of, staff_of, alice):
    page = page_of(staff_of("Admin"))
    page.goto(change_url(alice.user))
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("cannot log in until reactivated")).to_be_visible()
    page.get_by_role("button", name="Deactivate").click()

    expect(page.get_by_text("1 user deactivated.")).to_be_visible()
    expect(page.get_by_role("button", name="Reactivate")).to_be_visible()


def test_support_looks_and_no_more(page_of, staff_of, alice):
    page = page_of(staff_of("Support"))
    page.goto(change_url(alice.user))
    expect(page.get_by_role("heading", name="alice@example.com")).to_be_visible()
    expect(page.get_by_role("button", name="Deactivate")).to_have_count(0)
    expect(page.get_by_role("link", name="Who looked")).to_have_count(0)

    page.goto(list_url(Look))
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()


def test_who_saves_second_is_told_and_may_mean_it(page_of, boss, alice):
    page = page_of(boss.user)
    page.goto(change_url(alice.user))
    User.objects.filter(pk=alice.user.pk).update(full_name="Alice Archer-Ames")
    page.get_by_label("Full name").fill("A. Archer")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("it is now: Alice Archer-Ames.")).to_be_visible()

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert User.objects.get(pk=alice.user.pk).full_name == "A. Archer"
