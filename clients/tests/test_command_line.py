"""The commands as a shell runs them: a process of its own, real streams, a terminal or a pipe."""

import os
import pty
import subprocess
import sys
import termios

import pytest
from django.conf import settings

from clients.models import Client
from clients.tests.elsewhere import database_url
from clients.tests.imports import emails_of

GOOD = b"name,email\nA,a@example.com\nB,b@example.com\n"
SUMMARY = b"2 rows: 2 created, 0 updated, 0 skipped, 0 refused.\n"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shell(alice):
    environment = {**os.environ, "DATABASE_URL": database_url(), "PYTHONWARNINGS": "error::ResourceWarning"}

    def shell(command, *args, account="alice@example.com", env=None, **streams):
        arguments = [sys.executable, settings.BASE_DIR / "manage.py", command, *args, "--account", account]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return subprocess.run(arguments, env={**environment, **(env or {})}, timeout=60, **streams)

    return shell


def test_in_a_pipe_it_reads_standard_input_and_draws_no_bar(alice, shell):
    done = shell("import_clients", "-", input=GOOD)

    assert (done.returncode, done.stdout, done.stderr) == (0, SUMMARY, b"")
    assert emails_of(alice) == ["a@example.com", "b@example.com"]


@pytest.fixture
def terminal():
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 80))
    yield ours, theirs
    os.close(theirs)
    os.close(ours)


def test_on_a_terminal_it_draws_a_bar_and_wipes_it_away(shell, terminal, tmp_path):
    (tmp_path / "clients.csv").write_bytes(GOOD)
    ours, theirs = terminal

    done = shell("import_clients", str(tmp_path / "clients.csv"), stderr=theirs)

    assert done.stdout == SUMMARY
    drawn = os.read(ours, 10_000)
    assert drawn.startswith(b"\r  0%|")
    assert drawn.endswith(b" \r")


def test_on_a_terminal_it_counts_the_rows_of_a_pipe(shell, terminal):
    ours, theirs = terminal

    shell("import_clients", "-", input=GOOD, stderr=theirs)

    assert os.read(ours, 10_000).startswith(b"\r0 rows [00:00")


def test_some_rows_refused_is_1(shell):
    done = shell("import_clients", "-", input=b"name,email\nA,a\n")

    assert done.returncode == 1
    assert done.stderr == b"Row 1 (a): Validation error: email: Must be a valid email address.\n"


def test_nothing_read_is_2_in_one_sentence(shell, tmp_path):
    done = shell("import_clients", str(tmp_path / "nowhere.csv"))

    assert done.returncode == 2
    assert done.stderr == f"CommandError: {tmp_path}/nowhere.csv: No such file or directory.\n".encode()


def test_one_account_is_exported_into_another_through_a_pipe(alice, charlie, shell):
    Client.add(account_id=alice.account.pk, name="Zoë, “Jo” 🧾", email="zoe@example.com", notes="a\nb")
    exported = shell("export_clients", env={"PYTHONIOENCODING": "latin-1"})
    assert (exported.returncode, exported.stderr) == (0, b"")

    done = shell("import_clients", "-", account="charlie@example.com", input=exported.stdout)

    assert done.returncode == 0
    assert Client.objects.for_account(charlie.account).get().name == "Zoë, “Jo” 🧾"


def test_a_reader_that_has_enough_is_no_traceback(alice, shell):
    Client.add(account_id=alice.account.pk, name="A", email="a@example.com", notes="x" * 10_000)
    reader, writer = os.pipe()
    os.close(reader)

    done = shell("export_clients", stdout=writer)

    os.close(writer)
    assert done.stderr == b""
