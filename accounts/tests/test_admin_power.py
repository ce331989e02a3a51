"""Who of the staff has power over whom, and that nobody locks out who is above them, or themselves."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.tests.backoffice import (
    add_url,
    change_url,
    list_url,
    new_user,
    password_url,
    permit,
    pressed,
    said,
    typed,
)


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

    assert said(answer)[0] == "Only a superuser may do this to staff, and nobody may lock themselves out."
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
