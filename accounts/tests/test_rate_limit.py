import time
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.counting import Rate
from accounts.models import RateWindow
from accounts.tests.parallel import at_once

HEADERS = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]


def limits(response):
    return [response.get(name) for name in HEADERS[:2]]


def test_it_is_off_unless_asked_for(alice, nobody):
    for response in (alice.get("/auth/me"), nobody.get("/auth/me"), nobody.get("/nowhere")):
        assert not any(response.has_header(name) for name in HEADERS)
    assert not RateWindow.objects.exists()


@override_settings(API_RATE_LIMIT="5/hour")
def test_every_answer_counts_down(alice):
    answers = [alice.get("/auth/me") for _ in range(3)]

    assert [limits(answer) for answer in answers] == [["5", "4"], ["5", "3"], ["5", "2"]]


@override_settings(API_RATE_LIMIT="5/hour")
def test_reset_is_when_the_window_is_over(alice):
    before = time.time()
    response = alice.get("/auth/me")

    assert before + 3600 <= int(response["X-RateLimit-Reset"]) <= time.time() + 3601


@override_settings(API_RATE_LIMIT="2/hour")
def test_past_the_limit_it_is_429(alice):
    answers = [alice.get("/auth/me") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    refused = answers[-1]
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["error_code"] == "RATE_LIMITED"
    assert limits(refused) == ["2", "0"]


@override_settings(API_RATE_LIMIT="1/hour")
def test_retry_after_and_reset_are_not_too_early(alice):
    alice.get("/auth/me")
    refused = alice.get("/auth/me")

    over = RateWindow.objects.get().started_at + timedelta(hours=1)
    assert int(refused["X-RateLimit-Reset"]) >= over.timestamp()
    assert 3590 < int(refused["Retry-After"]) <= 3601
    assert timezone.now() + timedelta(seconds=int(refused["Retry-After"])) >= over


@override_settings(API_RATE_LIMIT="1/hour")
def test_a_window_that_is_over_begins_anew(alice):
    alice.get("/auth/me")
    RateWindow.objects.update(started_at=timezone.now() - timedelta(hours=1))

    assert limits(alice.get("/auth/me")) == ["1", "0"]


@override_settings(API_RATE_LIMIT="1/hour")
def test_everybody_has_their_own(alice, bob, charlie):
    assert [caller.get("/auth/me").status_code for caller in (alice, bob, charlie)] == [200, 200, 200]
    assert alice.get("/auth/me").status_code == 429


@override_settings(API_RATE_LIMIT="2/hour")
def test_a_users_sessions_share_it(alice, on_another_device):
    answers = [caller.get("/auth/me").status_code for caller in (alice, on_another_device, alice)]

    assert answers == [200, 200, 429]


@override_settings(API_RATE_LIMIT="2/hour")
def test_who_is_not_logged_in_is_counted_by_address(nobody):
    def answer(address):
        return nobody.post("/auth/refresh", {"refresh_token": "x"}, REMOTE_ADDR=address).status_code

    assert [answer("192.0.2.1") for _ in range(3)] == [401, 401, 429]
    assert answer("192.0.2.2") == 401


@override_settings(API_RATE_LIMIT="100/hour")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/clients/", 200),
        ("POST", "/clients/", 400),
        ("GET", "/clients/client_unknown", 404),
        ("DELETE", "/auth/me", 405),
        ("POST", "/auth/refresh", 400),
    ],
)
def test_every_answer_of_an_endpoint_is_counted_and_says_so(alice, method, path, status):
    response = alice.call(method, path)

    assert response.status_code == status
    assert limits(response) == ["100", "99"]
    assert response["X-RateLimit-Reset"].isdigit()


@override_settings(API_RATE_LIMIT="100/hour")
@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/", 200)])
def test_what_is_no_endpoint_spends_nothing(alice, path, status):
    response = alice.get(path)

    assert response.status_code == status
    assert limits(response) == ["100", "100"]
    assert response["X-RateLimit-Reset"].isdigit()


@override_settings(API_RATE_LIMIT="100/hour")
@pytest.mark.parametrize("header", ["", "Bearer forged"])
def test_a_401_has_them_too_and_spends_nothing(nobody, header):
    """Otherwise one client's bad token would lock its neighbours at the same address out of the login."""
    for _ in range(2):
        response = nobody.get("/clients/", HTTP_AUTHORIZATION=header)

    assert response.status_code == 401
    assert limits(response) == ["100", "100"]


@override_settings(API_RATE_LIMIT="100/hour")
def test_a_bad_host_has_them_too(nobody):
    response = nobody.get("/clients/", HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert limits(response) == ["100", "100"]


@override_settings(API_RATE_LIMIT="100/hour")
def test_the_back_office_is_not_counted(client, db):
    assert not client.get("/admin/login/").has_header(HEADERS[0])


@pytest.mark.django_db(transaction=True)
@override_settings(API_RATE_LIMIT="5/hour")
def test_requests_at_once_are_all_counted(alice):
    answers = at_once(*[lambda: alice.get("/auth/me")] * 8)

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429] * 3


@pytest.mark.parametrize(
    ("text", "requests", "seconds"),
    [("1000/hour", 1000, 3600), ("1/second", 1, 1), ("60/minute", 60, 60), ("5000/day", 5000, 86400)],
)
def test_a_rate_is_read(text, requests, seconds):
    assert Rate.parse(text) == Rate(requests, seconds)


@override_settings(API_RATE_LIMIT="2/hour")
def test_an_address_of_ipv6_is_its_network(nobody):
    def answer(address):
        return nobody.post("/auth/refresh", {"refresh_token": "x"}, REMOTE_ADDR=address).status_code

    assert [answer(f"2001:db8:1:2::{last}") for last in "abc"] == [401, 401, 429]
    assert [answer(address) for address in ("2001:db8:1:3::a", "::ffff:192.0.2.7", "192.0.2.7")] == [401] * 3
    assert answer("::ffff:192.0.2.7") == 429


@override_settings(API_RATE_LIMIT="5/hour")
def test_whoever_has_not_been_back_for_a_day_is_swept_away(alice, bob):
    bob.get("/auth/me")
    RateWindow.objects.update(started_at=timezone.now() - timedelta(days=1, seconds=1))
    alice.get("/auth/me")

    assert list(RateWindow.objects.values_list("caller", flat=True)) == [alice.user.pk]
