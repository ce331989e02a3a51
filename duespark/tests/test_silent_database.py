"""A server that accepts connections and never says a word, and one that is only slow."""

import socket
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from clients.tests.elsewhere import database_url
from duespark.backend import connections
from duespark.database import from_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits long, and nobody else's outage is remembered."""
    monkeypatch.setattr(connections, "STATEMENT_PATIENCE", 0.05)
    monkeypatch.setattr(connections, "PAUSE", 60)  # the machine may be slow
    monkeypatch.setattr(connections.OUTAGE, "until", None)


@contextmanager
def silent_server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server, f"postgresql://user@127.0.0.1:{server.getsockname()[1]}/name?connect_timeout=2"


def visitors(server):
    count = 0
    try:
        while True:
            server.accept()[0].close()
            count += 1
    except BlockingIOError:
        return count


def refused(url):
    database = ConnectionHandler({"default": from_url(url, pool_size=0)})["default"]
    with pytest.raises(OperationalError):
        database.ensure_connection()


def test_who_comes_just_after_another_has_waited_in_vain_does_not_wait(impatient):
    with silent_server() as (server, url):
        for _ in range(3):
            refused(url)
        assert visitors(server) == 1


def test_after_a_pause_it_is_tried_again(impatient, monkeypatch):
    monkeypatch.setattr(connections.OUTAGE, "until", 0.0)
    with silent_server() as (server, url):
        refused(url)
        assert visitors(server) == 1


def test_any_answer_ends_the_outage(impatient, monkeypatch):
    monkeypatch.setattr(connections.OUTAGE, "until", 0.0)
    with silent_server() as (_, url):
        pass
    refused(url)  # by the machine: nobody listens there any more

    assert connections.OUTAGE.until is None


def test_a_slow_statement_of_a_server_that_greets_is_waited_for(impatient):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3), 42")
        assert cursor.fetchone()[1] == 42


@pytest.fixture
def pooled():
    """Connections of a pool's, of which one has been made and is idle."""
    database = ConnectionHandler({"default": from_url(database_url(), pool_size=2)})["default"]
    process_of(database)
    database.close()
    yield database
    database.close()
    database.close_pool()


def process_of(database):
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_pool_hands_out_no_connection_that_the_server_has_ended(impatient, pooled):
    ended = process_of(pooled)
    pooled.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])

    assert process_of(pooled) != ended


def test_who_finds_out_whether_an_outage_is_over_asks_the_connection_that_the_pool_still_had(
    impatient, pooled, monkeypatch
):
    def give_up(*args):
        raise connections.ServerSilent

    monkeypatch.setattr(connections.OUTAGE, "until", 0.0)
    with monkeypatch.context() as silent:
        silent.setattr(connections.Connection, "execute", give_up)
        with pytest.raises(OperationalError):
            pooled.ensure_connection()
    assert connections.OUTAGE.until > 0
    connections.OUTAGE.until = 0.0

    assert process_of(pooled)
    assert connections.OUTAGE.until is None
