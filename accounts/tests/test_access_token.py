"""Where an access token is looked for, and strange ones; forged and dead ones are in test_token_matrix.py."""

import time

import pytest

from accounts.models import User
from accounts.tests.forging import claims, segment, signed


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
