"""WCAG 2.1 A and AA, as far as a machine can tell, on each kind of page: by axe-core, https://github.com/dequelabs/axe-core."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group

from accounts.backoffice.display import add_url, change_url, list_url
from accounts.models import Look, User
from clients.models import Client, Import, Invoice, Payment
from clients.tests.browser.conftest import NARROW, WIDE
from clients.tests.drafts import confirm, upload
from clients.tests.factories import add_invoice

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium

STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"], "preload": False}
LISTS = [User, Client, Import, Look]
FORMS = [User, Client, Invoice, Payment, Import]


@pytest.fixture
def faults():
    """What axe finds on a page: the rule, and where."""
    axe = Axe()

    def faults(page):
        # The two boxes of a group's permissions are Django's own.
        found = axe.run(page, context={"exclude": [".selector"]}, options=STANDARD).response["violations"]
        return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]

    return faults


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_every_page_keeps_to_wcag(page_of, boss, alice, acme, faults, scheme, size):
    invoice = add_invoice(acme, "100.00", "2024-01-15", ("40.00", "2024-01-20"))
    draft = upload(boss, alice.account, on_duplicate="skip")
    group = Group.objects.create(name="Interns")
    rows = [change_url(row) for row in (alice.account, alice.user, alice.session, acme, invoice, group)]
    further = ["/admin/", f"{change_url(acme)}?edit=yes", draft.request["PATH_INFO"], "/admin/password_change/"]
    page = page_of(boss.user)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)

    found = {}
    for address in [*further, *map(list_url, LISTS), *map(add_url, FORMS), *rows]:
        page.goto(address)
        found[address] = faults(page)
    result = confirm(boss, draft)
    page.goto(result.request["PATH_INFO"])
    found["result"] = faults(page)

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_the_way_in_keeps_to_wcag(page, db, faults):
    page.goto("/admin/")
    assert faults(page) == []

    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").or_(page.locator(".errornote")).wait_for()
    assert faults(page) == []
