"""DELETE /auth/sessions/{id} and /auth/sessions: logging other devices out."""

from datetime import timedelta

import pytest

from accounts.models import Session
from conftest import Caller

ENDED = {"message": "Session ended successfully"}
OTHERS_ENDED = {"message": "Other sessions ended successfully"}
UNKNOWN = "session_01h455vb4pex5vsknk084sn02q"


def end(caller, session_id):
    return caller.delete(f"/auth/sessions/{session_id}")


def is_in(caller):
    return caller.get("/auth/me").status_code == 200


def refreshes(caller):
    body = {"refresh_token": caller.tokens["refresh_token"]}
    return caller.post("/auth/refresh", body, HTTP_AUTHORIZATION="").status_code == 200


def test_another_device_is_out_at_once(alice, on_another_device):
    response = end(alice, on_another_device.session.id)

    assert (response.status_code, response.json()) == (200, ENDED)
    assert not is_in(on_another_device)
    assert not refreshes(on_another_device)


def test_the_one_that_asks_lives_on(alice, on_another_device):
    end(alice, on_another_device.session.id)

    assert is_in(alice)
    assert refreshes(alice)


def test_it_is_not_listed_any_more(alice, on_another_device):
    end(alice, on_another_device.session.id)

    assert [session["id"] for session in alice.get("/auth/sessions").json()["items"]] == [alice.session.id]


def test_ones_own_ends_as_by_a_logout(alice, on_another_device):
    assert end(alice, alice.session.id).json() == ENDED

    assert not is_in(alice)
    assert is_in(on_another_device)


def test_again_does_no_harm(alice, on_another_device):
    answers = [end(alice, on_another_device.session.id) for _ in range(2)]
    first_end = Session.objects.get(pk=on_another_device.session.pk).ended_at

    answers.append(end(alice, on_another_device.session.id))

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, ENDED)] * 3
    assert Session.objects.get(pk=on_another_device.session.pk).ended_at == first_end


def test_an_expired_one_may_be_ended_too(alice):
    expired = Session.begin(alice.user, timedelta(seconds=-1))

    assert end(alice, expired.id).json() == ENDED


@pytest.mark.parametrize("whose", ["bob", "charlie"])
def test_a_colleagues_and_a_strangers_are_as_unknown_as_none(alice, request, whose):
    other = request.getfixturevalue(whose)
    foreign, unknown = end(alice, other.session.id).json(), end(alice, UNKNOWN).json()

    assert (foreign["status"], foreign["error_code"], foreign["detail"]) == (
        404,
        "SESSION_NOT_FOUND",
        "Session not found",
    )
    assert {**foreign, "request_id": "", "timestamp": ""} == {**unknown, "request_id": "", "timestamp": ""}
    assert is_in(other)


def test_nobody_ends_any(nobody, alice):
    assert end(nobody, alice.session.id).status_code == 401
    assert nobody.delete("/auth/sessions").status_code == 401
    assert is_in(alice)


# All others


def test_all_other_devices_are_out_at_once(alice, on_another_device):
    third = Caller(alice.user)

    response = alice.delete("/auth/sessions")

    assert (response.status_code, response.json()) == (200, OTHERS_ENDED)
    assert [is_in(caller) for caller in (alice, on_another_device, third)] == [True, False, False]
    assert not refreshes(on_another_device)


def test_nobody_elses_are(alice, bob, charlie):
    alice.delete("/auth/sessions")

    assert is_in(bob)
    assert is_in(charlie)


def test_where_there_are_no_others_it_does_no_harm(alice):
    assert alice.delete("/auth/sessions").json() == OTHERS_ENDED
    assert is_in(alice)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("path", ["/auth/sessions", f"/auth/sessions/{UNKNOWN}"])
def test_nothing_else_can_be_done_to_them(alice, method, path):
    response = alice.call(method, path)

    assert response.status_code == 405
    assert "DELETE" in response["Allow"]
