"""Who may see and do what in the back office: each page and each action, and the least that one must be for it.

What is registered and has no row here fails.
"""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import FailedLogin, Look, RateWindow, ResetRequest
from clients.models import Import, Invoice
from clients.tests.imports import upload

NOBODY, STAFF, SUPPORT, BILLING, ADMIN, SUPERUSER = range(6)
GROUPS = {SUPPORT: "Support", BILLING: "Billing", ADMIN: "Admin"}
NEVER = 99

LISTS_AND_PAGES = {
    # model: (to see it, to add to it, to change it)
    "account": (SUPPORT, ADMIN, ADMIN),
    "user": (SUPPORT, ADMIN, ADMIN),
    "session": (SUPPORT, NEVER, NEVER),
    "client": (SUPPORT, BILLING, BILLING),
    "invoice": (SUPPORT, BILLING, BILLING),
    "payment": (SUPPORT, BILLING, NEVER),
    "import": (SUPPORT, BILLING, NEVER),
    "look": (ADMIN, NEVER, NEVER),
    "failedlogin": (ADMIN, NEVER, NEVER),
    "resetrequest": (ADMIN, NEVER, NEVER),
    "ratewindow": (ADMIN, NEVER, NEVER),
    "group": (ADMIN, SUPERUSER, SUPERUSER),
}
ACTIONS = {
    "account": {"close": ADMIN, "reopen": ADMIN},
    "user": {"mail_link": ADMIN, "end_sessions": ADMIN, "deactivate": ADMIN, "reactivate": ADMIN},
    "session": {"end": ADMIN},
    "client": dict.fromkeys(("deactivate", "reactivate", "export", "export_for_spreadsheet"), BILLING),
    "invoice": {"pay": BILLING, "cancel": BILLING},
}
OTHER_PAGES = {
    # name: (to see it, the model whose row it is of, or another id)
    "index": (STAFF, None),
    "password_change": (STAFF, None),
    "password_change_done": (STAFF, None),
    "jsi18n": (STAFF, None),
    "auth_user_password_change": (ADMIN, "user"),
    "clients_import_draft_page": (BILLING, "gone"),
    "clients_import_confirm": (BILLING, "gone"),
    "clients_import_discard": (BILLING, "gone"),
    "clients_import_rejected": (BILLING, "gone"),
}
OF_EVERYBODY = {"login", "logout", "app_list", "view_on_site", "autocomplete"}  # these ask for more by themselves

EVERYBODY = [STAFF, SUPPORT, BILLING, ADMIN, SUPERUSER]
each = pytest.mark.parametrize("who", EVERYBODY, ids=["staff", "support", "billing", "admin", "superuser"])


def named(model):
    return next(registered for registered in admin.site._registry if registered._meta.model_name == model)


@pytest.fixture
def browser(boss, clerk, groups):
    """The browser of one who is in a group."""

    def of(who):
        if who in GROUPS:
            clerk.user.groups.add(Group.objects.get(name=GROUPS[who]))
        return boss if who == SUPERUSER else clerk

    return of


@pytest.fixture
def row(alice, acme):
    invoice = Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount="10.00")
    upload(alice, "name,email\nAda,ada@example.com\n")
    Look.objects.note(alice.user, [alice.account.pk], what="list", kind="client")
    rows = {
        "account": alice.account,
        "user": alice.user,
        "session": alice.session,
        "client": acme,
        "invoice": invoice,
        "payment": invoice.pay(1),
        "import": Import.objects.get(),
        "look": Look.objects.get(),
        "failedlogin": FailedLogin.objects.create(key=b"x"),
        "resetrequest": ResetRequest.objects.create(email="alice@example.com"),
        "ratewindow": RateWindow.objects.create(caller="192.0.2.1", requests=1, started_at=alice.user.created_at),
        "group": Group.objects.create(name="Some"),
    }
    return lambda kind: rows.get(kind, kind)


def address(model, view, *args):
    return reverse(f"admin:{named(model)._meta.app_label}_{model}_{view}", args=args)


def other(page, row):
    return reverse(f"admin:{page}", args=[getattr(row, "pk", row)] if row else [])


@each
@pytest.mark.parametrize("model", LISTS_AND_PAGES)
def test_a_list_and_its_pages(browser, row, model, who):
    caller, (sees, adds, changes) = browser(who), LISTS_AND_PAGES[model]
    pk = row(model).pk

    seen = {view: caller.get(address(model, view, *args)).status_code
            for view, args in (("changelist", ()), ("change", (pk,)), ("history", (pk,)))}  # fmt: skip
    assert set(seen.values()) == {200 if who >= sees else 403}
    assert caller.get(address(model, "add")).status_code == (200 if who >= adds else 403)
    assert (caller.post(address(model, "change", pk), {}).status_code == 403) == (who < changes)
    assert caller.post(address(model, "delete", pk), {"post": "yes"}).status_code == 403


@each
@pytest.mark.parametrize("model", ACTIONS)
def test_an_action(browser, row, model, who):
    request = RequestFactory().get("/")
    request.user = browser(who).user
    offered = set(admin.site.get_model_admin(named(model)).get_actions(request))

    assert offered == {name for name, least in ACTIONS[model].items() if who >= least}


@each
@pytest.mark.parametrize("page", OTHER_PAGES)
def test_another_page(browser, row, page, who):
    least, of = OTHER_PAGES[page]

    status = browser(who).get(other(page, row(of))).status_code

    assert (status == 403) == (who < least)


@pytest.mark.parametrize("page", OTHER_PAGES)
def test_a_customer_is_asked_to_log_in(client, alice, row, page):
    client.force_login(alice.user)
    answer = client.get(other(page, row(OTHER_PAGES[page][1])))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_every_list_has_a_row():
    assert {model._meta.model_name for model in admin.site._registry} == set(LISTS_AND_PAGES)


def test_every_action_has_a_row(boss):
    request = RequestFactory().get("/")
    request.user = boss.user
    actions = {model._meta.model_name: set(its.get_actions(request)) for model, its in admin.site._registry.items()}

    assert {model: names for model, names in actions.items() if names} == {
        model: set(names) for model, names in ACTIONS.items()
    }


def names_in(patterns):
    for pattern in patterns:
        if pattern_name := getattr(pattern, "name", None):
            yield pattern_name
        yield from names_in(getattr(pattern, "url_patterns", []))


def test_every_page_has_a_row():
    opts = [model._meta for model in admin.site._registry]
    views = ("changelist", "add", "change", "delete", "history")
    of_lists = {f"{of.app_label}_{of.model_name}_{view}" for of in opts for view in views}

    assert set(names_in(admin.site.get_urls())) - of_lists == set(OTHER_PAGES) | OF_EVERYBODY


def test_nothing_of_a_client_is_deleted_by_anybody(browser):
    permitted = {name for group in Group.objects.filter(name__in=GROUPS.values())
                 for name in group.permissions.values_list("codename", flat=True)}  # fmt: skip

    assert permitted
    assert not [name for name in permitted if name.startswith("delete_")]


def test_the_groups_can_be_made_again_and_taken_back(browser):
    migration = import_module("clients.migrations.0029_groups")
    migration.make(apps, None)
    assert Group.objects.filter(name__in=GROUPS.values()).count() == 3

    migration.unmake(apps, None)

    assert not Group.objects.filter(name__in=GROUPS.values()).exists()
