"""Users and their sessions in the back office."""

import re

import pytest
from django.contrib.auth.models import Group

from accounts.mailing import send_due
from accounts.models import Account, ResetRequest, Session, User
from accounts.tests.backoffice import (
    add_url,
    asked,
    change_url,
    errors,
    found,
    list_url,
    new_user,
    password_url,
    pressed,
    said,
    typed,
)
from conftest import PASSWORD

NEW_PASSWORD = "a wholly different phrase"


def token_in(mail):
    return re.search(r"\buser_\w+\.\S+", mail.body)[0]


def test_who_is_invited_chooses_a_password_and_logs_in(boss, alice, nobody, mailoutbox):
    answer = boss.post(add_url(User), new_user(alice.account), follow=True)
    send_due()

    assert said(answer) == ["An invitation is on its way to dora@example.com."]
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["dora@example.com"], "You are invited to DueSpark")
    assert "the account of Alice & Co" in mail.body
    nobody.post("/auth/password-reset", {"token": token_in(mail), "password": NEW_PASSWORD})
    login = nobody.post("/auth/login", {"email": "dora@example.com", "password": NEW_PASSWORD})
    assert login.json()["user"]["company_name"] == "Alice & Co"


def test_who_is_invited_cannot_log_in_before(boss, alice, nobody):
    boss.post(add_url(User), new_user(alice.account))

    assert nobody.post("/auth/login", {"email": "dora@example.com", "password": ""}).status_code == 400
    assert nobody.post("/auth/login", {"email": "dora@example.com", "password": "!"}).status_code == 401
    assert b'"badge invited"' in boss.get(list_url(User, q="dora@")).content


def test_a_superuser_invites_to_the_staff(boss):
    support = Group.objects.get_or_create(name="Support")[0]

    boss.post(add_url(User), new_user(boss.user.account, is_staff="on", groups=[support.pk]))

    added = User.objects.get(email="dora@example.com")
    assert (added.is_staff, added.is_superuser, list(added.groups.all())) == (True, False, [support])


def test_who_is_not_added_gets_no_mail(boss, alice):
    boss.post(add_url(User), new_user(alice.account, email="ALICE@example.com"))

    assert not ResetRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"account": ""}, {"account": ["This field is required."]}),
        ({"account": "nonsense"}, {"account": ["Not an id of the form account_…."]}),
        ({"email": ""}, {"email": ["Must not be empty."]}),
        ({"email": "dora"}, {"email": ["Must be a valid email address."]}),
        ({"email": "ALICE@Example.com"}, {"email": ["A user with this email already exists."]}),
        ({"full_name": "D" * 201}, {"full_name": ["Must have at most 200 characters."]}),
    ],
)
def test_a_user_is_invited_by_the_rules(boss, alice, changes, refusals):
    answer = boss.post(add_url(User), new_user(alice.account, **changes))

    assert errors(answer) == refusals
    assert not User.objects.filter(full_name="Dora Dean").exists()


def test_nobody_is_invited_to_a_closed_account(boss, alice):
    alice.account.close()

    answer = boss.post(add_url(User), new_user(alice.account))

    assert errors(answer) == {"account": ["This account is closed."]}
    assert not ResetRequest.objects.exists()
    assert not User.objects.filter(email="dora@example.com").exists()


def test_an_email_taken_by_somebody_of_another_account_is_an_error_on_the_field(boss, alice, charlie):
    page = boss.get(change_url(alice.user))

    answer = boss.post(change_url(alice.user), typed(page, email="Charlie@Example.COM"))

    assert errors(answer) == {"email": ["A user with this email already exists."]}
    alice.user.refresh_from_db()
    assert alice.user.email == "alice@example.com"


@pytest.mark.parametrize(("email", "verified"), [("Alice@Example.com", True), ("alice@example.org", False)])
def test_another_email_but_for_its_case_is_not_verified(boss, alice, email, verified):
    User.objects.filter(pk=alice.user.pk).update(is_verified=True)

    boss.post(change_url(alice.user), typed(boss.get(change_url(alice.user)), email=email))

    alice.user.refresh_from_db()
    assert (alice.user.email, alice.user.is_verified) == (email, verified)


def test_a_deactivated_user_is_out_at_once_and_does_not_come_back_by_an_old_session(boss, alice):
    asked(boss, "deactivate", alice.user)
    assert alice.get("/clients/").status_code == 200

    answer = pressed(boss, "deactivate", alice.user)

    assert said(answer) == ["1 user deactivated."]
    assert alice.get("/clients/").status_code == 401
    pressed(boss, "reactivate", alice.user)
    assert alice.get("/clients/").status_code == 401
    assert alice.post("/auth/login", {"email": "alice@example.com", "password": PASSWORD}).status_code == 200


def test_groups_are_kept(boss, alice):
    support = Group.objects.create(name="Phone")

    boss.post(change_url(alice.user), typed(boss.get(change_url(alice.user)), is_staff="on", groups=[support.pk]))

    alice.user.refresh_from_db()
    assert alice.user.is_staff
    assert list(alice.user.groups.all()) == [support]


def test_groups_that_were_given_and_taken_meanwhile_stay_so(boss, alice):
    taken, left, given, chosen = (Group.objects.create(name=name) for name in ("taken", "left", "given", "chosen"))
    alice.user.groups.set([taken, left])
    page = boss.get(change_url(alice.user))
    alice.user.groups.set([left, given])

    boss.post(change_url(alice.user), typed(page, groups=[taken.pk, left.pk, chosen.pk]))

    assert set(alice.user.groups.all()) == {left, given, chosen}


def test_a_power_that_was_taken_away_meanwhile_stays_away(boss, clerk):
    page = boss.get(change_url(clerk.user))
    User.objects.filter(pk=clerk.user.pk).update(is_staff=False)

    boss.post(change_url(clerk.user), typed(page, full_name="C. Clark"))

    clerk.user.refresh_from_db()
    assert (clerk.user.full_name, clerk.user.is_staff) == ("C. Clark", False)


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


def test_a_link_to_choose_another_password_is_mailed(boss, alice, nobody, mailoutbox):
    pressed(boss, "mail_link", alice.user)
    send_due()

    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["alice@example.com"], "Reset your DueSpark password")
    assert alice.get("/clients/").status_code == 200
    answer = nobody.post("/auth/password-reset", {"token": token_in(mail), "password": NEW_PASSWORD})
    assert answer.status_code == 200
    assert alice.get("/clients/").status_code == 401


def test_who_is_locked_out_is_mailed_nothing(boss, alice):
    alice.user.deactivate()

    pressed(boss, "mail_link", alice.user)
    send_due()

    assert "mail_link" not in [verb.name for verb in boss.get(change_url(alice.user)).context["verbs"]]


def test_the_page_tells_nothing_of_the_password(boss, alice):
    page = boss.get(change_url(alice.user)).content.decode()

    assert alice.user.password not in page
    assert alice.user.password.rpartition("$")[2] not in page


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


def test_the_list_filters_by_state(boss, alice, bob, charlie):
    User.objects.filter(pk=bob.user.pk).update(password="!")
    User.objects.filter(pk=charlie.user.pk).update(is_active=False)

    assert found(boss.get(f"{list_url(User)}?state=invited")) == [bob.user]
    assert found(boss.get(f"{list_url(User)}?state=deactivated")) == [charlie.user]
    assert set(found(boss.get(f"{list_url(User)}?state=active"))) == {alice.user, boss.user}
