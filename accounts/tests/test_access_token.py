"""Which access tokens open the door, and what the others are told."""

import base64
import time

import pytest
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.tokens import default_token_generator

from accounts.models import Session, User
from accounts.tests.forging import KEY, claims, expired, signed
from conftest import PASSWORD

NEW_PASSWORD = "a lamp, a river, a Tuesday"


def knock(caller, authorization):
    return caller.get("/auth/me", HTTP_AUTHORIZATION=authorization)


def refused(response):
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["error_code"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_bearer_in_any_case(alice, scheme):
    assert knock(alice, f"{scheme} {alice.tokens['access_token']}").status_code == 200


@pytest.mark.parametrize(
    "header", ["", " ", "Basic YTpi", "Token x", "Bearerx", "Digest", "\xff\xfe", "null", "x" * 9000]
)
def test_without_a_bearer_token_one_is_nobody(nobody, header):
    assert refused(knock(nobody, header)) == "NOT_AUTHENTICATED"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "..",
        "a.b",
        "null",
        "undefined",
        "\xff\xfe.\xe9.\x80",
        "eyJhbGciOiJIUzI1NiJ9.e30.",
        "two words",
        "x" * 9000,
        "." * 9000,
    ],
)
def test_nonsense_is_no_token(nobody, token):
    assert refused(knock(nobody, f"Bearer {token}")) == "TOKEN_INVALID"


def segment(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "head",
    [
        b"[" * 6000,
        b"[]",
        b"5",
        b"null",
        b'{"alg": []}',
        b'{"alg": {}}',
        b'{"alg": 5}',
        b"{}",
        b'{"alg": "HS256", "kid": []}',
        b'{"alg": "HS256", "crit": ["x"]}',
        b'{"alg": "HS256", "b64": false}',
        b"\xff",
        b"9" * 5000,
    ],
)
def test_a_strange_header_is_no_token(nobody, head):
    assert refused(knock(nobody, f"Bearer {segment(head)}.e30.AAAA")) == "TOKEN_INVALID"


def test_one_letter_of_the_signature_changed(alice):
    head, _, signature = alice.tokens["access_token"].rpartition(".")
    forged = f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"

    assert refused(knock(alice, f"Bearer {forged}")) == "TOKEN_INVALID"


def test_another_users_claims_under_ones_own_signature(alice, charlie):
    head, _, signature = alice.tokens["access_token"].split(".")
    theirs = charlie.tokens["access_token"].split(".")[1]

    assert refused(knock(alice, f"Bearer {head}.{theirs}.{signature}")) == "TOKEN_INVALID"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_an_unsigned_one(alice, algorithm):
    payload = alice.tokens["access_token"].split(".")[1]
    head = segment(f'{{"alg": "{algorithm}", "typ": "JWT"}}'.encode())

    for signature in ("", "AAAA", alice.tokens["access_token"].split(".")[2]):
        assert refused(knock(alice, f"Bearer {head}.{payload}.{signature}")) == "TOKEN_INVALID"


def test_one_signed_with_another_key(alice):
    other_key = "somebody else's key, and a long one, too"

    assert refused(knock(alice, f"Bearer {signed(claims(alice.session), other_key)}")) == "TOKEN_INVALID"


def test_one_signed_by_another_algorithm(alice):
    long_key = KEY.ljust(64, "!")

    for key in (KEY, long_key):
        token = signed(claims(alice.session), key.encode().ljust(64, b"!"), "HS512")
        assert refused(knock(alice, f"Bearer {token}")) == "TOKEN_INVALID"


def test_an_expired_one_says_so(alice):
    assert refused(knock(alice, f"Bearer {expired(alice.tokens['access_token'])}")) == "TOKEN_EXPIRED"


def test_a_refresh_token_is_no_access_token(alice):
    assert refused(knock(alice, f"Bearer {alice.tokens['refresh_token']}")) == "TOKEN_INVALID"


def test_the_forgers_tool_makes_good_tokens(alice):
    """Without this, the refusals below might have another reason than the claim."""
    assert knock(alice, f"Bearer {signed(claims(alice.session))}").status_code == 200


@pytest.mark.parametrize("value", [..., None, 5, 1.5, True, "", "x", "\x00", [], ["x"], {}, {"a": 1}])
@pytest.mark.parametrize("claim", ["sid", "account", "token_type", "exp"])
def test_a_claim_that_is_missing_or_strange(alice, claim, value):
    refusal = refused(knock(alice, f"Bearer {signed(claims(alice.session, **{claim: value}))}"))

    assert refusal == ("TOKEN_EXPIRED" if claim == "exp" and value in (5, 1.5, True) else "TOKEN_INVALID")


@pytest.mark.parametrize("exp", [1e300, float("inf"), float("nan"), 10**400, 10**18])
def test_an_end_beyond_time(alice, exp):
    assert refused(knock(alice, f"Bearer {signed(claims(alice.session, exp=exp))}")) == "TOKEN_INVALID"


@pytest.mark.parametrize("payload", [[], "text", 5, None])
def test_claims_that_are_no_object(nobody, payload):
    assert refused(knock(nobody, f"Bearer {signed(payload)}")) == "TOKEN_INVALID"


def test_a_session_under_another_account(alice, charlie):
    token = signed(claims(alice.session, account=charlie.account.id))

    assert refused(knock(alice, f"Bearer {token}")) == "TOKEN_INVALID"


def test_a_session_that_never_was(alice):
    token = signed(claims(Session(account=alice.account, user=alice.user)))

    assert refused(knock(alice, f"Bearer {token}")) == "TOKEN_INVALID"


def test_of_a_deactivated_user(alice, bob):
    User.objects.filter(pk=alice.user.pk).update(is_active=False)

    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"
    assert bob.get("/auth/me").status_code == 200


def test_of_a_closed_account_until_it_is_reopened(alice, bob, charlie):
    alice.account.close()
    assert [refused(caller.get("/auth/me")) for caller in (alice, bob)] == ["TOKEN_INVALID"] * 2
    assert charlie.get("/auth/me").status_code == 200

    alice.account.reopen()
    assert alice.get("/auth/me").status_code == 200


def test_of_a_deleted_user(alice):
    alice.user.delete()

    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"


def test_after_logout(alice):
    alice.post("/auth/logout")

    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"


def by_set_password(user):
    user.set_password(NEW_PASSWORD)
    user.save()


def by_the_admins_form(user):
    form = AdminPasswordChangeForm(
        user, {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    )
    assert form.is_valid(), form.errors
    form.save()


def by_a_save_of_the_one_column(user):
    user.set_password(NEW_PASSWORD)
    user.save(update_fields=["password"])


@pytest.mark.parametrize("change", [by_set_password, by_the_admins_form, by_a_save_of_the_one_column])
def test_after_a_change_of_password(alice, on_another_device, bob, change):
    change(User.objects.get(pk=alice.user.pk))

    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"
    assert refused(on_another_device.get("/auth/me")) == "TOKEN_INVALID"
    assert bob.get("/auth/me").status_code == 200


def test_after_a_reset_of_the_password(alice):
    token = f"{alice.user.pk}.{default_token_generator.make_token(alice.user)}"
    alice.post("/auth/password-reset", {"token": token, "password": NEW_PASSWORD})

    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"


def test_after_ones_own_change_in_the_back_office(staff, alice, client):
    client.force_login(staff)
    own = type(alice)(staff)
    form = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post("/admin/password_change/", form).status_code == 302

    assert refused(own.get("/auth/me")) == "TOKEN_INVALID"


def test_another_change_of_the_user_ends_nothing(alice):
    user = User.objects.get(pk=alice.user.pk)
    user.full_name = "Alice Abel"
    user.save()

    assert alice.get("/auth/me").json()["full_name"] == "Alice Abel"


def test_one_that_was_good_a_moment_ago_expires_all_the_same(alice, monkeypatch):
    assert alice.get("/auth/me").status_code == 200
    in_an_hour = time.time() + 3600
    monkeypatch.setattr("accounts.tokens.time.time", lambda: in_an_hour)
    assert refused(alice.get("/auth/me")) == "TOKEN_EXPIRED"
