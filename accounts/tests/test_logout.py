import pytest

from accounts.models import Session, User

BYE = {"message": "Logged out successfully"}


def is_out(caller):
    access = caller.get("/auth/me")
    refresh = caller.post("/auth/refresh", {"refresh_token": caller.tokens["refresh_token"]}, HTTP_AUTHORIZATION="")
    return (access.status_code, refresh.status_code) == (401, 401)


def by_refresh_token(caller):
    return caller.post("/auth/logout", {"refresh_token": caller.tokens["refresh_token"]}, HTTP_AUTHORIZATION="")


def test_the_access_token_alone_is_enough(alice):
    response = alice.post("/auth/logout")

    assert (response.status_code, response.json()) == (200, BYE)
    assert is_out(alice)


def test_the_refresh_token_alone_is_enough(alice):
    response = by_refresh_token(alice)

    assert (response.status_code, response.json()) == (200, BYE)
    assert is_out(alice)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"refresh_token": null}', b'{"all": true}'])
def test_a_body_without_a_refresh_token_is_as_good_as_none(alice, body):
    assert alice.post("/auth/logout", body).status_code == 200
    assert is_out(alice)


def test_an_empty_form_is_as_good_as_no_body(alice):
    assert alice.post("/auth/logout", b"", CONTENT_TYPE="application/x-www-form-urlencoded").status_code == 200


@pytest.mark.parametrize("way", [by_refresh_token, lambda caller: caller.post("/auth/logout")])
def test_again_does_no_harm(alice, way):
    answers = [way(alice) for _ in range(3)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, BYE)] * 3


def test_with_both_the_refresh_token_says_which_session(alice, on_another_device):
    alice.post("/auth/logout", {"refresh_token": on_another_device.tokens["refresh_token"]})

    assert is_out(on_another_device)
    assert alice.get("/auth/me").status_code == 200


def test_other_sessions_live_on(alice, on_another_device, bob):
    alice.post("/auth/logout")

    assert on_another_device.get("/auth/me").status_code == 200
    assert bob.get("/auth/me").status_code == 200


def test_a_used_refresh_token_still_logs_out(alice):
    alice.post("/auth/refresh", {"refresh_token": alice.tokens["refresh_token"]})

    assert by_refresh_token(alice).status_code == 200
    assert is_out(alice)


def test_a_session_that_is_not_even_there_any_more_is_over(alice):
    Session.objects.all().delete()

    assert alice.post("/auth/logout").json() == BYE


def test_a_deactivated_user_may_leave(alice):
    User.objects.update(is_active=False)

    assert alice.post("/auth/logout").json() == BYE


def test_nobody_has_nothing_to_end(nobody):
    response = nobody.post("/auth/logout")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error_code"] == "NOT_AUTHENTICATED"


@pytest.mark.parametrize("token", ["x", "a.b.c", "é"])
def test_a_forged_refresh_token_ends_nothing(alice, token):
    response = alice.post("/auth/logout", {"refresh_token": token})

    assert (response.status_code, response.json()["error_code"]) == (401, "TOKEN_INVALID")
    assert alice.get("/auth/me").status_code == 200


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b'{"refresh_token": 5}', b'{"refresh_token": ""}'])
def test_a_strange_body_is_a_validation_error(alice, body):
    assert alice.post("/auth/logout", body).json()["error_code"] == "VALIDATION_ERROR"
