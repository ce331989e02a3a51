"""Who of the staff has power over whom, and that nobody locks out who is above them, or themselves."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from accounts.models import Account, User
from accounts.tests.backoffice import (
    add_url,
    change_url,
    confirmed,
    list_url,
    new_user,
    password_url,
    permit,
    pressed,
    said,
    typed,
)
from conftest import Caller

BEYOND = "Only a superuser may do this to staff, and nobody may lock themselves out."


@pytest.fixture
def manager(clerk):
    """One of the staff who may add and change users, but is no superuser."""
    permit(clerk, "view_user", "add_user", "change_user", "view_account")
    return clerk


@pytest.mark.parametrize("power", ["is_staff", "is_superuser"])
def test_only_a_superuser_gives_power(manager, alice, power):
    page = manager.get(change_url(alice.user))
    manager.post(change_url(alice.user), typed(page, full_name="A. Archer", **{power: "on"}))

    changed = User.objects.get(pk=alice.user.pk)
    assert changed.full_name == "A. Archer"
    assert not getattr(changed, power)


def test_only_a_superuser_changes_staff(manager, boss):
    assert manager.get(change_url(boss.user)).status_code == 200
    assert manager.post(change_url(boss.user), {"email": "mine@example.com"}).status_code == 403
    assert manager.get(password_url(boss.user)).status_code == 403
    assert manager.post(password_url(boss.user), {}).status_code == 403


@pytest.mark.parametrize("verb", ["mail_link", "end_sessions", "deactivate", "reactivate"])
def test_only_a_superuser_does_anything_to_staff(manager, boss, alice, verb):
    users = User.objects.filter(pk__in=[alice.user.pk, boss.user.pk])
    if verb == "reactivate":
        users.update(is_active=False)
    sent = {"action": verb, "_selected_action": [user.pk for user in users], "_confirmed": "yes"}

    answer = manager.post(list_url(User), sent, follow=True)

    assert said(answer)[0] == BEYOND
    touched = LogEntry.objects.values_list("object_id", flat=True)
    assert list(touched) == [alice.user.pk]
    assert manager.get(change_url(boss.user)).context["verbs"] == []


def test_what_is_done_decides_not_what_else_was_sent(boss):
    sent = {"action": ["deactivate", "mail_link"], "index": "0", "_selected_action": boss.user.pk, "_confirmed": "yes"}

    boss.post(list_url(User), sent)

    assert boss.get("/admin/").status_code == 200


def test_nobody_locks_themselves_out(boss):
    pressed(boss, "deactivate", boss.user)

    assert boss.get("/admin/").status_code == 200
    assert "deactivate" not in [verb.name for verb in boss.get(change_url(boss.user)).context["verbs"]]


def test_staff_who_are_logged_out_are_out_of_the_back_office_too(boss, clerk):
    permit(clerk, "view_client")

    pressed(boss, "end_sessions", clerk.user)

    assert clerk.get("/admin/").status_code == 302
    assert boss.get("/admin/").status_code == 200


def test_one_may_log_oneself_out(boss):
    sent = {"action": "end_sessions", "_selected_action": boss.user.pk, "_confirmed": "yes"}

    assert boss.post(list_url(User), sent).status_code == 302
    assert boss.get("/admin/").status_code == 302


def test_nobody_promotes_themselves(manager):
    assert manager.post(change_url(manager.user), {"is_superuser": "on"}).status_code == 403


def test_nobody_promotes_their_group(manager):
    group = Group.objects.create(name="Phone")
    manager.user.groups.add(group)
    permit(manager, "view_group", "add_group", "change_group")

    assert manager.get(change_url(group)).status_code == 200
    assert manager.post(change_url(group), {"name": "Phone", "permissions": []}).status_code == 403
    assert manager.post(add_url(Group), {"name": "Powers"}).status_code == 403


def test_staff_who_may_add_users_add_plain_ones(manager, alice):
    manager.post(add_url(User), new_user(alice.account, is_staff="on", is_superuser="on"))

    added = User.objects.get(email="dora@example.com")
    assert (added.is_staff, added.is_superuser) == (False, False)


def test_who_is_staff_no_more_does_not_come_back_by_an_old_session(boss, clerk):
    sent = typed(boss.get(change_url(clerk.user)))
    del sent["is_staff"]

    boss.post(change_url(clerk.user), sent)
    boss.post(change_url(clerk.user), typed(boss.get(change_url(clerk.user)), is_staff="on"))

    assert User.objects.get(pk=clerk.user.pk).is_staff
    assert clerk.get("/admin/").status_code == 302


# Accounts and sessions of staff


@pytest.fixture
def administrator(clerk):
    """One of the staff who may do to accounts and sessions what the group "Admin" may."""
    permit(clerk, "view_account", "change_account", "view_session", "change_session")
    return clerk


def test_only_a_superuser_closes_the_account_of_staff(administrator, boss, alice):
    answer = confirmed(administrator, "close", alice.account, boss.user.account)

    assert said(answer) == [BEYOND, "1 account closed."]
    assert set(Account.objects.filter(closed_at=None)) == {administrator.user.account, boss.user.account}
    assert boss.get("/admin/").status_code == 200


def test_a_superuser_closes_the_account_of_other_staff(boss, clerk):
    pressed(boss, "close", clerk.user.account)

    assert clerk.get("/admin/").status_code == 302


@pytest.mark.parametrize("close", [confirmed, pressed])
def test_nobody_closes_their_own_account(boss, close):
    assert said(close(boss, "close", boss.user.account)) == [BEYOND]
    assert boss.get("/admin/").status_code == 200


def test_a_button_that_would_be_refused_is_not_there(administrator, boss, alice):
    def offered(browser, account):
        return [verb.name for verb in browser.get(change_url(account)).context["verbs"]]

    assert offered(administrator, alice.account) == offered(boss, alice.account) == ["close"]
    assert offered(administrator, boss.user.account) == offered(boss, boss.user.account) == []


def test_only_a_superuser_ends_the_sessions_of_staff(administrator, boss, alice):
    theirs = Caller(boss.user)

    assert said(confirmed(administrator, "end", alice.session, theirs.session)) == [BEYOND, "1 session ended."]
    assert theirs.get("/clients/").status_code == 200
    assert said(confirmed(boss, "end", theirs.session)) == ["1 session ended."]
    assert theirs.get("/clients/").status_code == 401


@pytest.mark.parametrize("power", ["is_staff", "is_superuser"])
def test_nobody_takes_their_own_power(boss, power):
    sent = {**typed(boss.get(change_url(boss.user))), "full_name": "B. Boss"}

    boss.post(change_url(boss.user), {name: value for name, value in sent.items() if name != power})

    boss.user.refresh_from_db()
    assert boss.user.full_name == "B. Boss"
    assert getattr(boss.user, power) is True
