"""Requests counted across processes: in the database, or in a Redis or Valkey."""

import http.client
import logging
from contextlib import closing

import pytest
from django.test import override_settings
from redis import Redis

from accounts.counting import RedisCounters, api_counters
from accounts.models import RateWindow
from accounts.tests.parallel import at_once
from accounts.tests.servers import cache_server, served

HEADERS = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]


@pytest.fixture
def cache(tmp_path, settings):
    with cache_server(tmp_path) as (url, process):
        settings.CACHE_URL = url
        cache = Redis.from_url(url)
        cache.process = process
        yield cache


@pytest.fixture
def away(tmp_path, settings):
    settings.CACHE_URL = f"unix://{tmp_path}/nobody"


def limits(response):
    return [response.get(name) for name in HEADERS[:2]]


@override_settings(API_RATE_LIMIT="2/hour")
def test_a_cache_counts_in_place_of_the_database(alice, bob, cache):
    answers = [alice.get("/auth/me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [limits(answer) for answer in answers] == [["2", "1"], ["2", "0"], ["2", "0"]]
    assert answers[2].json()["error_code"] == "RATE_LIMITED"
    assert bob.get("/auth/me").status_code == 200
    assert not RateWindow.objects.exists()


@override_settings(API_RATE_LIMIT="1/hour")
def test_the_window_is_the_keys_life(alice, cache):
    alice.get("/auth/me")
    refused = alice.get("/auth/me")
    [key] = cache.keys()

    assert cache.expiretime(key) <= int(refused["X-RateLimit-Reset"]) <= cache.expiretime(key) + 2
    assert 3590 < int(refused["Retry-After"]) <= 3600
    cache.delete(key)
    assert limits(alice.get("/auth/me")) == ["1", "0"]


@override_settings(API_RATE_LIMIT="5/hour")
def test_a_401_spends_nothing_there_either(nobody, cache):
    assert [limits(nobody.get("/clients/")) for _ in range(2)] == [["5", "5"]] * 2
    assert cache.keys() == []


@override_settings(API_RATE_LIMIT="1/hour")
@pytest.mark.parametrize("path", ["/auth/me", "/nowhere"])
def test_without_the_cache_nobody_is_refused_or_counted(alice, away, path, caplog):
    answers = [alice.get(path) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200 if path == "/auth/me" else 404}
    assert not any(answer.has_header(name) for answer in answers for name in HEADERS)
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in logged] == ["The cache is away: for a moment no request is counted"]


@override_settings(API_RATE_LIMIT="5/hour")
def test_a_cache_that_dies_is_asked_again_when_it_may_be_back(alice, cache, monkeypatch):
    monkeypatch.setattr(RedisCounters, "AWAY", 0.0)
    assert limits(alice.get("/auth/me")) == ["5", "4"]
    cache.client_kill_filter(_type="normal", skipme=True)
    assert limits(alice.get("/auth/me")) == ["5", "3"]

    cache.process.kill()
    cache.process.wait()
    assert limits(alice.get("/auth/me")) == [None, None]


@override_settings(API_RATE_LIMIT="5/hour")
def test_a_cache_that_refuses_is_as_good_as_away(alice, cache):
    cache.config_set("requirepass", "secret")

    assert (alice.get("/auth/me").status_code, limits(alice.get("/auth/me"))) == (200, [None, None])


def test_one_connection_serves_one_address(cache):
    assert api_counters() is api_counters()


def statuses(ports, token, requests):
    def ask(port):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
            return connection.getresponse().status

    return at_once(*[lambda port=port: ask(port) for port in ports * (requests // len(ports))])


@pytest.fixture(params=["database", "cache"])
def store(request, settings):
    """What CACHE_URL says."""
    if request.param == "cache":
        request.getfixturevalue("cache")
    return settings.CACHE_URL


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_in_two_processes_twenty_pass(alice, store):
    environ = {"API_RATE_LIMIT": "20/hour", "CACHE_URL": store}
    with served("--threads=8", **environ) as one, served("--threads=8", **environ) as another:
        answers = statuses([one, another], alice.tokens["access_token"], 40)

    assert (answers.count(200), answers.count(429)) == (20, 20)
