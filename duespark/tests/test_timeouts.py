"""What takes too long is a 503, and the connection is good for the next request; imports and commands have longer."""

import os
import subprocess
import sys
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from clients.models import Client
from clients.tests.elsewhere import database_url

pytestmark = pytest.mark.django_db(transaction=True)

TIMEOUTS = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
OTHER = {"name": "Other", "email": "other@example.com"}


def shown(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@contextmanager
def bound(name, value):
    """This thread's connection with another bound."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET {name} = '{value}'")
        yield
        cursor.execute(f"RESET {name}")


@contextmanager
def elsewhere(sql, *params):
    """Another connection in a transaction in which it has done this."""
    with psycopg.connect(database_url()) as other:
        other.execute(sql, params)
        yield other
        other.rollback()


def unavailable(response):
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert (response["Content-Type"], response.json()["error_code"]) == ("application/problem+json", "UNAVAILABLE")
    return True


def test_requests_have_bounds():
    assert [shown(name) for name in TIMEOUTS] == ["30s", "10s", "1min"]


def test_a_command_has_none():
    show = (
        "from django.db import connection; cursor = connection.cursor(); "
        f"cursor.execute('SELECT current_setting(name) FROM unnest(%s::text[]) AS name', [{TIMEOUTS}]); "
        "print(cursor.fetchall())"
    )
    process = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", show],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url(), "DATABASE_LOCK_TIMEOUT": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == "[('0',), ('0',), ('0',)]\n"


@pytest.mark.parametrize("name", ["statement_timeout", "lock_timeout"])
def test_a_statement_that_takes_too_long_is_a_503(alice, acme, name):
    with bound(name, "50ms"), elsewhere("LOCK TABLE clients_client IN ACCESS EXCLUSIVE MODE"):
        assert unavailable(alice.get("/clients/"))
        assert unavailable(alice.get(f"/clients/{acme.id}"))
    assert alice.get(f"/clients/{acme.id}").status_code == 200


@pytest.mark.parametrize("name", ["statement_timeout", "lock_timeout"])
def test_a_write_that_waits_too_long_is_a_503_and_writes_nothing(alice, acme, name):
    with bound(name, "50ms"), elsewhere("SELECT FROM clients_client WHERE name = %s FOR UPDATE", acme.name):
        assert unavailable(alice.patch(f"/clients/{acme.id}", {"name": "Ajax"}))
    assert alice.get(f"/clients/{acme.id}").json()["name"] == "Acme Corporation"


def test_the_back_office_says_so_on_a_page(boss, acme):
    with bound("lock_timeout", "50ms"):
        with elsewhere("LOCK TABLE clients_client IN ACCESS EXCLUSIVE MODE"):
            page = boss.get("/admin/clients/client/")
        assert (page.status_code, page["Retry-After"]) == (503, "5")
        assert page["Content-Type"].startswith("text/html")
    assert boss.get("/admin/clients/client/").status_code == 200


def wait_until_blocked(other, by):
    """Until this thread's connection waits for what `other` holds, and then as long as its bound again."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = %s"
    while not other.execute(waiting, [by]).fetchone()[0]:
        pass
    other.execute("SELECT pg_sleep(1.2)")
    other.rollback()


@pytest.mark.parametrize("name", ["statement_timeout", "lock_timeout"])
def test_an_import_may_wait_for_its_turn_longer(alice, name):
    with bound(name, "1s"), elsewhere("LOCK TABLE clients_client IN EXCLUSIVE MODE") as other:
        pid = connection.connection.info.backend_pid
        releasing = Thread(target=wait_until_blocked, args=(other, pid))
        releasing.start()
        answer = alice.post("/clients/bulk/import", {"clients": [OTHER]})
        releasing.join()

    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    assert Client.objects.get().name == "Other"


@pytest.mark.parametrize("name", TIMEOUTS)
def test_what_follows_an_import_is_bounded_again(alice, name):
    before = shown(name)
    alice.post("/clients/bulk/import", {"clients": [OTHER]})
    alice.get("/clients/export")

    assert shown(name) == before


def test_a_bound_is_a_number_of_seconds():
    process = subprocess.run(
        [sys.executable, "-c", "import duespark.settings"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_STATEMENT_TIMEOUT": "1.5"},
        capture_output=True,
        text=True,
    )
    assert "DATABASE_STATEMENT_TIMEOUT must be a whole number." in process.stderr
