"""GET /auth/sessions: where one is logged in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import SIGHTING_INTERVAL, Session
from accounts.tests.parallel import at_once
from conftest import PASSWORD, Caller

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE = "DueSpark/2.1 (iPhone; iOS 26.1)"


def log_in(**sent):
    """A caller who has logged in as alice, by the front door."""
    caller = Caller()
    answer = caller.post("/auth/login", {"username": "alice@example.com", "password": PASSWORD}, **sent)
    caller.tokens = answer.json()
    return caller


def listed(caller, query=""):
    response = caller.get(f"/auth/sessions{query}")
    assert response.status_code == 200
    return response.json()["items"]


def own(caller):
    [session] = [session for session in listed(caller) if session["current"]]
    return session


def ago(**of):
    """Moves times of alice's one session into the past."""
    Session.objects.update(**{name: timezone.now() - past for name, past in of.items()})


def as_json(time):
    return time.isoformat().replace("+00:00", "Z")


def test_it_lists_the_session_that_asks(alice):
    alice.session.delete()
    caller = log_in(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")

    response = caller.get("/auth/sessions")

    session = Session.objects.get()
    assert response.status_code == 200
    assert response.json() == {
        "items": [
            {
                "id": session.id,
                "device": FIREFOX,
                "address": "203.0.113.7",
                "created_at": as_json(session.created_at),
                "last_seen_at": as_json(session.last_seen_at),
                "expires_at": as_json(session.expires_at),
                "current": True,
            }
        ],
        "total": 1,
        "page": 1,
        "limit": 50,
        "pages": 1,
        "has_next": False,
        "has_prev": False,
    }


def test_the_newest_comes_first_and_one_is_current(alice, on_another_device):
    third = Caller(alice.user)

    assert [session["id"] for session in listed(alice)] == [
        third.session.id,
        on_another_device.session.id,
        alice.session.id,
    ]
    assert [session["current"] for session in listed(on_another_device)] == [False, True, False]


def test_a_colleagues_and_a_strangers_are_not_there(alice, bob, charlie):
    assert [session["id"] for session in listed(alice)] == [alice.session.id]


def test_what_is_over_is_not_there(alice, on_another_device):
    expired = Caller(alice.user)
    on_another_device.post("/auth/logout")
    Session.objects.filter(pk=expired.session.pk).update(expires_at=timezone.now())

    assert [session["id"] for session in listed(alice)] == [alice.session.id]


def test_many_come_in_pages(alice):
    sessions = [alice.session, *(Session.begin(alice.user, timedelta(days=1)) for _ in range(4))]
    pages = [listed(alice, f"?limit=2&page={page}") for page in (1, 2, 3)]

    assert [[session["id"] for session in page] for page in pages] == [
        [sessions[4].id, sessions[3].id],
        [sessions[2].id, sessions[1].id],
        [sessions[0].id],
    ]


def test_each_walks_by_cursor_through_their_own(alice, on_another_device):
    first = alice.get("/auth/sessions?limit=1&cursor=").json()
    second = on_another_device.get(f"/auth/sessions?limit=1&cursor={first['next_cursor']}").json()

    assert [session["id"] for session in second["items"]] == [alice.session.id]


def test_a_colleagues_cursor_is_none(alice, on_another_device, bob):
    cursor = alice.get("/auth/sessions?limit=1&cursor=").json()["next_cursor"]

    assert bob.get(f"/auth/sessions?cursor={cursor}").status_code == 400


def test_nobody_has_none(nobody):
    assert nobody.get("/auth/sessions").json()["error_code"] == "NOT_AUTHENTICATED"


# The device and the address


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (PHONE, PHONE),
        ("x" * 1000, "x" * 400),
        ("", None),
        ("a\x00b\r\nc\x1b[0m\x7f", "abc[0m"),
        ("Gerät/1", "Gerät/1"),
        ("\ud800", None),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_device_is_kept_as_it_calls_itself(alice, sent, kept):
    assert own(log_in(HTTP_USER_AGENT=sent))["device"] == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("unknown", None),
        ("203.0.113.7:443", None),
    ],
)
def test_an_address_is_one_or_none(alice, sent, kept):
    assert own(log_in(REMOTE_ADDR=sent))["address"] == kept


def test_the_address_is_the_one_before_the_proxies(alice, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}

    caller = log_in(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.7")

    assert own(caller)["address"] == "203.0.113.7"


# When it was last seen


def test_a_request_soon_after_another_writes_nothing(alice):
    ago(last_seen_at=SIGHTING_INTERVAL - timedelta(seconds=10))
    before = own(alice)

    with CaptureQueriesContext(connection) as queries:
        alice.get("/auth/me", HTTP_USER_AGENT=PHONE)

    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]
    assert own(alice) == before


def test_a_request_after_five_minutes_is_noted_with_where_it_came_from(alice):
    ago(last_seen_at=SIGHTING_INTERVAL + timedelta(seconds=1))
    start = timezone.now()

    alice.get("/auth/me", HTTP_USER_AGENT=PHONE, REMOTE_ADDR="203.0.113.7")

    seen = own(alice)
    assert (seen["device"], seen["address"]) == (PHONE, "203.0.113.7")
    assert Session.objects.get().last_seen_at >= start


def test_it_is_noted_once(alice):
    ago(last_seen_at=timedelta(days=1))

    written = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            alice.get("/auth/me")
        written.append(sum(query["sql"].startswith("UPDATE") for query in queries))
    assert written == [1, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_are_all_answered_and_note_it(alice):
    ago(last_seen_at=timedelta(days=1))
    start = timezone.now()

    answers = at_once(*[lambda: alice.get("/auth/me")] * 8)

    assert [answer.status_code for answer in answers] == [200] * 8
    assert Session.objects.get().last_seen_at >= start


def test_of_two_who_would_note_it_one_does(alice):
    ago(last_seen_at=timedelta(days=1))
    sessions = Session.objects.for_account(alice.account).filter(pk=alice.session.pk)

    assert [sessions.see(device="first"), sessions.see(device="second")] == [1, 0]
    assert Session.objects.get().device == "first"


def test_a_session_that_has_just_ended_is_not_seen_again(alice):
    alice.session.end()
    ago(last_seen_at=timedelta(days=1))

    assert Session.objects.for_account(alice.account).see(device="late") == 0


def test_a_refused_token_notes_nothing(alice):
    ago(last_seen_at=timedelta(days=1))
    before = Session.objects.get().last_seen_at
    type(alice.user).objects.update(is_active=False)

    assert alice.get("/auth/me").status_code == 401
    assert Session.objects.get().last_seen_at == before


def test_a_refresh_is_always_noted(alice):
    before = Session.objects.get().last_seen_at

    alice.post("/auth/refresh", {"refresh_token": alice.tokens["refresh_token"]}, HTTP_USER_AGENT=PHONE)

    after = Session.objects.get()
    assert after.last_seen_at > before
    assert (after.device, after.address) == (PHONE, "127.0.0.1")
