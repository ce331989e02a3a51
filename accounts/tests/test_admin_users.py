"""Users and their sessions in the back office."""

import pytest
from django.contrib.auth.models import Group

from accounts.models import Account, Session, User
from accounts.tests.backoffice import add_url, asked, change_url, errors, found, list_url, permit, pressed, said, typed
from conftest import PASSWORD

NEW_PASSWORD = "a wholly different phrase"


def new_user(account, /, **changes):
    return {
        "account": account.pk,
        "email": "dora@example.com",
        "full_name": "Dora Dean",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
        **changes,
    }


def password_url(user):
    return change_url(user).replace("/change/", "/password/")


def test_a_user_is_added_to_an_account_and_logs_in(boss, alice, nobody):
    boss.post(add_url(User), new_user(alice.account))

    answer = nobody.post("/auth/login", {"email": "dora@example.com", "password": NEW_PASSWORD})
    assert answer.json()["user"]["company_name"] == "Alice & Co"


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"account": ""}, {"account": ["This field is required."]}),
        ({"account": "nonsense"}, {"account": ["Not an id of the form account_…."]}),
        ({"email": ""}, {"email": ["Must not be empty."]}),
        ({"email": "dora"}, {"email": ["Must be a valid email address."]}),
        ({"email": "ALICE@Example.com"}, {"email": ["A user with this email already exists."]}),
        ({"full_name": "D" * 201}, {"full_name": ["Must have at most 200 characters."]}),
        ({"password1": ""}, {"password1": ["This field is required."]}),
        ({"password2": "another"}, {"password2": ["The two password fields didn\u2019t match."]}),
    ],
)
def test_a_user_is_added_by_the_rules(boss, alice, changes, refusals):
    answer = boss.post(add_url(User), new_user(alice.account, **changes))

    assert errors(answer) == refusals
    assert not User.objects.filter(full_name="Dora Dean").exists()


@pytest.mark.parametrize("weak", ["short", "password", "31415926535", "dora@example.com"])
def test_a_new_users_password_is_strong(boss, alice, weak):
    answer = boss.post(add_url(User), new_user(alice.account, password1=weak, password2=weak))

    assert list(errors(answer)) == ["password2"]
    assert not User.objects.filter(email="dora@example.com").exists()


def test_an_email_taken_by_somebody_of_another_account_is_an_error_on_the_field(boss, alice, charlie):
    page = boss.get(change_url(alice.user))

    answer = boss.post(change_url(alice.user), typed(page, email="Charlie@Example.COM"))

    assert errors(answer) == {"email": ["A user with this email already exists."]}
    alice.user.refresh_from_db()
    assert alice.user.email == "alice@example.com"


def test_a_users_own_email_may_change_its_case(boss, alice):
    boss.post(change_url(alice.user), typed(boss.get(change_url(alice.user)), email="Alice@Example.com"))

    alice.user.refresh_from_db()
    assert alice.user.email == "Alice@Example.com"


def test_an_inactive_user_is_out_at_once(boss, alice):
    page = boss.get(change_url(alice.user))
    sent = {name: value for name, value in typed(page).items() if name != "is_active"}

    boss.post(change_url(alice.user), sent)

    assert alice.get("/clients/").status_code == 401


def test_groups_are_kept(boss, alice):
    support = Group.objects.create(name="Support")

    boss.post(change_url(alice.user), typed(boss.get(change_url(alice.user)), is_staff="on", groups=[support.pk]))

    alice.user.refresh_from_db()
    assert alice.user.is_staff
    assert list(alice.user.groups.all()) == [support]


def test_a_users_account_never_changes(boss, alice, charlie):
    page = boss.get(change_url(alice.user))
    assert "account" not in page.context["adminform"].form.fields

    boss.post(change_url(alice.user), typed(page, account=charlie.account.pk, full_name="A. Archer"))

    moved = User.objects.get(pk=alice.user.pk)
    assert (moved.account, moved.full_name) == (alice.account, "A. Archer")


# Passwords


def test_a_new_password_ends_the_users_sessions_and_nobody_elses(boss, alice, bob):
    boss.post(password_url(alice.user), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert alice.get("/clients/").status_code == 401
    assert bob.get("/clients/").status_code == 200
    assert User.objects.get(pk=alice.user.pk).check_password(NEW_PASSWORD)


@pytest.mark.parametrize("weak", ["short", "password", "31415926535", "alice@example.com"])
def test_a_changed_password_is_strong(boss, alice, weak):
    answer = boss.post(password_url(alice.user), {"password1": weak, "password2": weak})

    assert "password2" in answer.context["form"].errors
    assert alice.get("/clients/").status_code == 200


def test_a_password_is_not_taken_away(boss, alice):
    assert b'name="usable_password"' not in boss.get(password_url(alice.user)).content

    boss.post(password_url(alice.user), {"usable_password": "false", "unset-password": "1"})

    assert User.objects.get(pk=alice.user.pk).check_password(PASSWORD)


def test_the_page_tells_nothing_of_the_password(boss, alice):
    page = boss.get(change_url(alice.user)).content.decode()

    assert alice.user.password not in page
    assert alice.user.password.rpartition("$")[2] not in page


# Who has power over whom


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


def test_nobody_promotes_themselves(manager):
    assert manager.post(change_url(manager.user), {"is_superuser": "on"}).status_code == 403


def test_nobody_promotes_their_group(manager):
    group = Group.objects.create(name="Support")
    manager.user.groups.add(group)
    permit(manager, "view_group", "add_group", "change_group")

    assert manager.get(change_url(group)).status_code == 200
    assert manager.post(change_url(group), {"name": "Support", "permissions": []}).status_code == 403
    assert manager.post(add_url(Group), {"name": "Powers"}).status_code == 403


def test_staff_who_may_add_users_add_plain_ones(manager, alice):
    manager.post(add_url(User), new_user(alice.account, is_staff="on", is_superuser="on"))

    added = User.objects.get(email="dora@example.com")
    assert (added.is_staff, added.is_superuser) == (False, False)


# Lists, sessions


@pytest.mark.parametrize("q", ["ALICE@", "archer", "{id}"])
def test_a_user_is_found_by_email_name_or_id(boss, alice, bob, q):
    assert found(boss.get(list_url(User, q=q.format(id=alice.user.pk)))) == [alice.user]


def test_the_users_of_an_account_are_found_by_its_id(boss, alice, bob, charlie):
    assert set(found(boss.get(list_url(User, q=alice.account.pk)))) == {alice.user, bob.user}


def test_a_users_sessions_are_ended_after_asking(boss, alice, bob):
    asked(boss, "end_sessions", alice.user)
    assert alice.get("/clients/").status_code == 200

    pressed(boss, "end_sessions", alice.user)

    assert alice.get("/clients/").status_code == 401
    assert bob.get("/clients/").status_code == 200


def test_one_session_is_ended(boss, alice, bob):
    answer = asked(boss, "end", alice.session)

    assert said(answer) == ["1 session ended."]
    assert alice.get("/clients/").status_code == 401
    assert bob.get("/clients/").status_code == 200


def test_sessions_are_only_read(boss, alice):
    assert boss.get(add_url(Session)).status_code == 403
    assert boss.post(change_url(alice.session), {"ended_at": ""}).status_code == 403


def test_sessions_are_told_apart_by_their_state(boss, alice, bob, charlie):
    Account.close(charlie.account)
    bob.session.end()

    assert found(boss.get(list_url(Session, state="live"))) == [alice.session]
    assert set(found(boss.get(list_url(Session, state="over")))) == {bob.session, charlie.session}


def test_what_refreshes_a_session_is_not_shown(boss, alice):
    assert alice.session.refresh_id.hex not in boss.get(change_url(alice.session)).content.decode().replace("-", "")
