"""An import that dies half way leaves the account as it was, and the same file can be run again."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from clients.importing import Limits, Options, import_clients, rows_of_list
from clients.importing.staging import Staging
from clients.models import Client, Import
from clients.tests.elsewhere import database_url
from clients.tests.imports import emails_of
from clients.tests.ledger import run
from clients.tests.races import PATIENCE, wait_until_blocked

EMAILS = [f"client{number:05}@example.com" for number in range(30_000)]  # more than are written at once
HALF_WAY = EMAILS[25_000]

pytestmark = pytest.mark.django_db(transaction=True)


def kill(process):
    process.kill()


def interrupt(process):
    os.kill(process.pid, signal.SIGINT)


def lose_connection(process):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )


@pytest.fixture
def start(alice, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("name,email\n" + "".join(f"A,{email}\n" for email in EMAILS))

    def start():
        arguments = ["import_clients", str(path), "--account", "alice@example.com"]
        return subprocess.Popen(
            [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
            env={**os.environ, "DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    # Where the suite runs in the background it may have been told to ignore Ctrl-C, and so would its processes be.
    ignoring = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield start
    signal.signal(signal.SIGINT, ignoring)


@pytest.mark.parametrize(
    ("death", "code", "words"),
    [
        (kill, -signal.SIGKILL, ""),
        (interrupt, 130, "CommandError: Interrupted: nothing is written.\n"),
        (lose_connection, 2, "CommandError: The database gave up and nothing is written: "),
    ],
)
def test_nothing_of_it_lands_and_the_same_file_can_be_run_again(alice, start, death, code, words):
    with transaction.atomic():
        Client.add(account_id=alice.account.pk, name="In the way", email=HALF_WAY)
        process = start()
        wait_until_blocked()
        death(process)
        _, told = process.communicate(timeout=PATIENCE)
        transaction.set_rollback(True)

    assert (process.returncode, told.startswith(words)) == (code, True)
    assert emails_of(alice) == []

    done, _ = start().communicate(timeout=PATIENCE)
    assert done == "30,000 rows: 30,000 created, 0 updated, 0 skipped, 0 refused.\n"
    assert len(emails_of(alice)) == len(EMAILS)


def test_a_connection_that_is_lost_before_rows_are_copied_is_the_databases_error(alice, in_thread, monkeypatch):
    """In Django's words, which the API answers with 503; those of COPY are psycopg's own."""

    def end_connection(*_, **__):
        end = "SELECT pg_terminate_backend(%s, 5000)"
        assert in_thread(run, end, connection.connection.info.backend_pid).result() == [(True,)]

    monkeypatch.setattr(Staging, "_take_turns", end_connection)  # the last that is done before
    rows = rows_of_list([{"name": "A", "email": "a@example.com"}], Limits())
    with pytest.raises(OperationalError):
        import_clients(alice.account, rows, Options(Import.Source.API))
    assert emails_of(alice) == []
