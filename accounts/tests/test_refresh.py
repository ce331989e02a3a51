import pytest

from accounts.models import Session
from accounts.tests.forging import claims, expired, signed
from accounts.tests.parallel import at_once
from conftest import Caller


def refresh(caller, token):
    return caller.post("/auth/refresh", {"refresh_token": token}, HTTP_AUTHORIZATION="")


def refused(response):
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    return response.json()["error_code"]


def test_it_answers_a_new_pair(alice):
    response = refresh(alice, alice.tokens["refresh_token"])

    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("access_token") != alice.tokens["access_token"]
    assert answer.pop("refresh_token") != alice.tokens["refresh_token"]
    assert answer == {"token_type": "bearer", "expires_in": 3600}


def test_the_new_pair_works_time_and_again(alice):
    for _ in range(3):
        alice.tokens = refresh(alice, alice.tokens["refresh_token"]).json()
        assert alice.get("/auth/me").status_code == 200


def test_the_access_token_of_before_lives_on_in_the_session(alice):
    refresh(alice, alice.tokens["refresh_token"])

    assert alice.get("/auth/me").status_code == 200


def test_a_used_token_is_dead(alice):
    refresh(alice, alice.tokens["refresh_token"])

    assert refused(refresh(alice, alice.tokens["refresh_token"])) == "TOKEN_INVALID"


def test_using_one_again_ends_the_whole_session(alice):
    new = refresh(alice, alice.tokens["refresh_token"]).json()
    refresh(alice, alice.tokens["refresh_token"])

    assert refused(refresh(alice, new["refresh_token"])) == "TOKEN_INVALID"
    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"
    assert refused(alice.get("/auth/me", HTTP_AUTHORIZATION=f"Bearer {new['access_token']}")) == "TOKEN_INVALID"


def test_an_ancient_one_ends_it_as_well(alice):
    first = alice.tokens["refresh_token"]
    for _ in range(3):
        alice.tokens = refresh(alice, alice.tokens["refresh_token"]).json()

    assert refused(refresh(alice, first)) == "TOKEN_INVALID"
    assert refused(alice.get("/auth/me")) == "TOKEN_INVALID"


def test_the_users_other_sessions_live_on(alice, on_another_device):
    for _ in range(2):
        refresh(alice, alice.tokens["refresh_token"])

    assert on_another_device.get("/auth/me").status_code == 200
    assert refresh(on_another_device, on_another_device.tokens["refresh_token"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_wins_and_the_session_ends(alice):
    for _ in range(20):
        caller = Caller(alice.user)
        answers = at_once(*[lambda caller=caller: refresh(caller, caller.tokens["refresh_token"])] * 6)

        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]
        caller.tokens = next(answer.json() for answer in answers if answer.status_code == 200)
        assert refused(refresh(caller, caller.tokens["refresh_token"])) == "TOKEN_INVALID"
        assert refused(caller.get("/auth/me")) == "TOKEN_INVALID"


@pytest.mark.django_db(transaction=True)
def test_no_refresh_outlives_a_logout_at_the_same_time(alice):
    for _ in range(20):
        caller = Caller(alice.user)
        answer, bye = at_once(
            lambda caller=caller: refresh(caller, caller.tokens["refresh_token"]),
            lambda caller=caller: caller.post("/auth/logout"),
        )

        assert bye.status_code == 200
        if answer.status_code == 200:
            caller.tokens = answer.json()
        assert refused(caller.get("/auth/me")) == "TOKEN_INVALID"


def test_an_expired_one_does_no_harm_to_the_session(alice):
    refresh(alice, expired(alice.tokens["refresh_token"]))

    assert alice.get("/auth/me").status_code == 200


def test_it_is_good_for_thirty_days_from_each_use(alice):
    before = Session.objects.get().expires_at
    refresh(alice, alice.tokens["refresh_token"])

    after = Session.objects.get()
    assert after.expires_at > before
    assert (after.expires_at - after.last_seen_at).days == 30


@pytest.mark.parametrize("token", ["x", "a.b.c", "é.ü.ö", "." * 4096, "eyJhbGciOiJub25lIn0.e30."])
def test_nonsense_is_no_token(nobody, token):
    assert refused(refresh(nobody, token)) == "TOKEN_INVALID"


@pytest.mark.parametrize("jti", ["x", "", "\x00", 5, None, [], {}, ..., "0" * 32])
def test_a_strange_jti_is_no_token(alice, jti):
    token = signed(claims(alice.session, token_type="refresh", jti=jti))

    assert refused(refresh(alice, token)) == "TOKEN_INVALID"


@pytest.mark.parametrize("token", [None, "", 5, True, [], {}, "a\x00b", "\ud800", "x" * 5000])
def test_what_is_no_text_is_a_validation_error(nobody, token):
    response = nobody.post("/auth/refresh", {"refresh_token": token})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["refresh_token"]


@pytest.mark.parametrize("body", [b"{}", b"", b"[]", b"null", b'"text"', b"5"])
def test_without_one_it_is_a_validation_error(nobody, body):
    response = nobody.post("/auth/refresh", body)

    assert response.status_code == 400
    assert response.json()["error_code"] == "VALIDATION_ERROR"
