"""Every token that must open no door, at every door that takes one, under every algorithm.

What is only malformed is in test_access_token.py.
"""

import hmac
import time
from dataclasses import dataclass

import pytest
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.tokens import default_token_generator
from django.test import Client as Browser

from accounts.models import Session, User
from accounts.tests.forging import claims, segment, signed, signed_by, unsigned
from accounts.tests.keys import OTHER_SECRET, SECRET, keys, pem, private, public_pem
from conftest import PASSWORD, Caller
from duespark.keys import KINDS

NEW_PASSWORD = "a lamp, a river, a Tuesday"
SIGNING = {"HS256": SECRET, "EdDSA": pem("EdDSA"), "RS256": pem("RS256")}
OTHERS = {"HS256": OTHER_SECRET, "EdDSA": pem("other EdDSA"), "RS256": pem("other RS256")}


@dataclass(frozen=True)
class Door:
    """Somewhere a token of one kind is shown, and what is said of one that has expired."""

    kind: str
    path: str
    by_header: bool
    expired: str

    def knock(self, caller, token):
        if self.by_header:
            method = "GET" if self.path == "/auth/me" else "POST"
            return caller.call(method, self.path, HTTP_AUTHORIZATION=f"Bearer {token}")
        return caller.post(self.path, {"refresh_token": token}, HTTP_AUTHORIZATION="")


CALLING = Door("access", "/auth/me", True, "TOKEN_EXPIRED")
REFRESHING = Door("refresh", "/auth/refresh", False, "REFRESH_TOKEN_EXPIRED")
DOORS = {
    "calling": CALLING,
    "refreshing": REFRESHING,
    "leaving": Door("access", "/auth/logout", True, "TOKEN_EXPIRED"),
    "leaving by refresh token": Door("refresh", "/auth/logout", False, "REFRESH_TOKEN_EXPIRED"),
}


def refused(response):
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["error_code"]


@pytest.fixture(params=KINDS)
def key(request, settings):
    """The key that signs."""
    settings.JWT_KEYS = keys(SIGNING[request.param], algorithm=request.param)
    return settings.JWT_KEYS[0]


@pytest.fixture(params=DOORS.values(), ids=DOORS)
def door(request):
    return request.param


@pytest.fixture
def said(alice, door):
    """What a good token for the door says."""
    return claims(alice.session, token_type=door.kind)


def test_the_forgers_tool_makes_good_tokens(alice, key, door, said):
    """Without this, the refusals below might have another reason."""
    assert door.knock(alice, signed_by(said, key)).status_code == 200


# Forged: each is made of the key and of what a good token says.


def other_key(key):
    return keys(OTHERS[key.algorithm], algorithm=key.algorithm)[0]


def public_text(key):
    """What everybody may know of the key: its public half, where it has one."""
    return public_pem(key.algorithm) if key.algorithm != "HS256" else key.kid


def one_letter_changed(key, said, which):
    parts = signed_by(said, key).split(".")
    parts[which] = ("A" if parts[which][0] != "A" else "B") + parts[which][1:]
    return ".".join(parts)


def with_other_claims(key, said):
    head, _, signature = signed_by(said, key).split(".")
    claimed = unsigned(b"{}", {**said, "sub": str(User().id)}).split(".")[1]
    return f"{head}.{claimed}.{signature}"


def confused(key, said, algorithm, secret):
    """Signed by a MAC whose secret is public knowledge; PyJWT's own encoder would refuse to."""
    head = f'{{"alg":"{algorithm}","kid":"{key.kid}","typ":"JWT"}}'.encode()
    signing_input = unsigned(head, said).rpartition(".")[0]
    digest = hmac.digest(secret.encode(), signing_input.encode(), f"sha{algorithm[2:]}")
    return f"{signing_input}.{segment(digest)}"


FORGED = {
    "unsigned": lambda key, said: unsigned(b'{"alg":"none","typ":"JWT"}', said),
    "unsigned, in other letters": lambda key, said: unsigned(b'{"alg":"nOnE","typ":"JWT"}', said),
    "unsigned, with the key's name": lambda key, said: unsigned(f'{{"alg":"none","kid":"{key.kid}"}}'.encode(), said),
    "unsigned, with a signature": lambda key, said: unsigned(
        b'{"alg":"none","typ":"JWT"}', said, signed_by(said, key).rpartition(".")[2]
    ),
    "without an algorithm": lambda key, said: unsigned(f'{{"kid":"{key.kid}"}}'.encode(), said, "AAAA"),
    "without its signature": lambda key, said: signed_by(said, key).rpartition(".")[0] + ".",
    "by another key": lambda key, said: signed_by(said, other_key(key)),
    "by another key under our key's name": lambda key, said: signed_by(said, other_key(key), kid=key.kid),
    "by another key without a name": lambda key, said: signed(said, other_key(key).signing, key.algorithm),
    "by our key under a name that is none": lambda key, said: signed_by(said, key, kid="nobody's"),
    "by our key under an empty name": lambda key, said: signed_by(said, key, kid=""),
    "by our key under another key's name": lambda key, said: signed_by(said, key, kid=other_key(key).kid),
    "by a MAC of what is public": lambda key, said: confused(key, said, "HS256", public_text(key)),
    "by a longer MAC of what is public": lambda key, said: confused(key, said, "HS512", public_text(key)),
    "by a longer MAC of our secret": lambda key, said: confused(key, said, "HS512", SECRET),
    "by an RSA key under our key's name": lambda key, said: signed(said, private("other RS256"), "RS256", kid=key.kid),
    "by an elliptic curve under our key's name": lambda key, said: signed(said, private("ES256"), "ES256", kid=key.kid),
    "with one letter of the header changed": lambda key, said: one_letter_changed(key, said, 0),
    "with one letter of the claims changed": lambda key, said: one_letter_changed(key, said, 1),
    "with one letter of the signature changed": lambda key, said: one_letter_changed(key, said, 2),
    "with other claims": with_other_claims,
    "of the other kind": lambda key, said: signed_by(
        {**said, "token_type": {"access": "refresh", "refresh": "access"}[said["token_type"]]}, key
    ),
    "of no kind": lambda key, said: signed_by({**said, "token_type": "sliding"}, key),
    "not yet valid": lambda key, said: signed_by({**said, "nbf": int(time.time()) + 60}, key),
    "issued in the future": lambda key, said: signed_by({**said, "iat": int(time.time()) + 60}, key),
    "without an end": lambda key, said: signed_by({name: said[name] for name in said if name != "exp"}, key),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_one_opens_no_door(alice, key, forge):
    said = {kind: claims(alice.session, token_type=kind) for kind in ("access", "refresh")}
    answers = {name: door.knock(alice, forge(key, said[door.kind])) for name, door in DOORS.items()}

    assert {name: refused(answer) for name, answer in answers.items()} == dict.fromkeys(DOORS, "TOKEN_INVALID")
    assert CALLING.knock(alice, signed_by(said["access"], key)).status_code == 200


def test_an_expired_one_says_so(alice, key, door, said):
    assert refused(door.knock(alice, signed_by({**said, "exp": int(time.time()) - 1}, key))) == door.expired


def test_a_clock_may_be_a_little_ahead(alice, key, door, said):
    soon = int(time.time()) + 5

    assert door.knock(alice, signed_by({**said, "iat": soon, "nbf": soon}, key)).status_code == 200


# Of a session that is over, or never was: they were good once, and their signature still is.


def reset_password(alice):
    token = f"{alice.user.pk}.{default_token_generator.make_token(alice.user)}"
    assert alice.post("/auth/password-reset", {"token": token, "password": NEW_PASSWORD}).status_code == 200


def set_password(alice, **saved):
    user = User.objects.get(pk=alice.user.pk)
    user.set_password(NEW_PASSWORD)
    user.save(**saved)


def set_password_by_the_admins_form(alice):
    sent = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    form = AdminPasswordChangeForm(User.objects.get(pk=alice.user.pk), sent)
    assert form.is_valid(), form.errors
    form.save()


def change_ones_own_in_the_back_office(alice):
    User.objects.filter(pk=alice.user.pk).update(is_staff=True)
    browser = Browser()
    browser.force_login(User.objects.get(pk=alice.user.pk))
    form = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert browser.post("/admin/password_change/", form).status_code == 302


def refresh_twice(alice):
    for _ in range(2):
        REFRESHING.knock(alice, alice.tokens["refresh_token"])


OVER = {
    "a logout": lambda alice: alice.post("/auth/logout"),
    "a logout by the refresh token": lambda alice: alice.post(
        "/auth/logout", {"refresh_token": alice.tokens["refresh_token"]}, HTTP_AUTHORIZATION=""
    ),
    "its session was ended": lambda alice: alice.delete(f"/auth/sessions/{alice.session.pk}"),
    "all others were ended elsewhere": lambda alice: Caller(alice.user).delete("/auth/sessions"),
    "its refresh token was used twice": refresh_twice,
    "a new password": set_password,
    "a new password was saved alone": lambda alice: set_password(alice, update_fields=["password"]),
    "a new password by the admin's form": set_password_by_the_admins_form,
    "a new password of one's own in the back office": change_ones_own_in_the_back_office,
    "a reset of the password": reset_password,
    "its user was deactivated": lambda alice: User.objects.filter(pk=alice.user.pk).update(is_active=False),
    "its user was deleted": lambda alice: alice.user.delete(),
    "its account was closed": lambda alice: alice.account.close(),
}


@pytest.mark.parametrize("end", OVER.values(), ids=OVER)
def test_after_the_end_neither_is_good(alice, charlie, end):
    assert alice.get("/auth/me").status_code == 200
    end(alice)

    assert refused(CALLING.knock(alice, alice.tokens["access_token"])) == "TOKEN_INVALID"
    assert refused(REFRESHING.knock(alice, alice.tokens["refresh_token"])) == "TOKEN_INVALID"
    assert charlie.get("/auth/me").status_code == 200


@pytest.mark.parametrize("end", [name for name in OVER if name != "its account was closed"])
def test_the_end_of_one_is_not_a_colleagues(alice, bob, end):
    OVER[end](alice)

    assert bob.get("/auth/me").status_code == 200
    assert REFRESHING.knock(bob, bob.tokens["refresh_token"]).status_code == 200


def test_the_users_of_a_reopened_account_are_in_again(alice):
    alice.account.close()
    alice.account.reopen()

    assert alice.get("/auth/me").status_code == 200


@pytest.mark.parametrize("door", [CALLING, REFRESHING], ids=["calling", "refreshing"])
def test_a_session_that_never_was(alice, door):
    never = Session(account=alice.account, user=alice.user)

    assert refused(door.knock(alice, signed(claims(never, token_type=door.kind)))) == "TOKEN_INVALID"


@pytest.mark.parametrize("door", [CALLING, REFRESHING], ids=["calling", "refreshing"])
def test_a_session_under_another_account(alice, charlie, door):
    token = signed(claims(alice.session, token_type=door.kind, account=charlie.account.id))

    assert refused(door.knock(alice, token)) == "TOKEN_INVALID"
