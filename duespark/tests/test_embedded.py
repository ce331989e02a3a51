"""The embedded server's life, by processes that come and go."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ConnectionHandler

from clients import checks
from clients.tests.elsewhere import database_url

JOIN = """
import os
import sys
from pathlib import Path
from duespark.database import embedded

host = embedded(Path(sys.argv[1]))["HOST"]
"""
STAY = JOIN + "print(host, flush=True); sys.stdin.readline()"
OUTLIVE_A_FORK = JOIN + "if os.fork(): os.wait(); print(host, flush=True); sys.stdin.readline()"


class Process:
    """A process that has joined the server in a folder, until it is told to leave."""

    def __init__(self, folder, script=STAY):
        command = [sys.executable, "-c", script, str(folder)]
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def socket(self):
        """Where the server is; waits until it is there."""
        return self.process.stdout.readline().strip()

    def leave(self):
        self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0

    def kill(self):
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def folder():
    """A folder with a short path, for a socket's may have a hundred characters; a server left over ends with it."""
    root = Path(tempfile.mkdtemp(prefix="ds"))
    root.chmod(0o755)
    yield root / "pg"
    if pid := postmaster(root / "pg"):
        os.kill(pid, signal.SIGQUIT)
    shutil.rmtree(root, ignore_errors=True)


def postmaster(folder):
    """The server's process; None when it has stopped."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return pid


def wait_until_reaped(pid):
    """A dead process keeps its number until init takes notice, and PostgreSQL would think that it lives."""
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def query(socket, sql):
    with psycopg.connect(host=socket, user="postgres", dbname="duespark") as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None


def test_two_processes_share_it_and_the_last_one_stops_it(folder):
    first, second = Process(folder), Process(folder)
    sockets = {first.socket(), second.socket()}
    server = postmaster(folder)
    assert len(sockets) == 1
    assert server

    first.leave()
    assert postmaster(folder) == server
    assert query(*sockets, "SELECT 1") == [(1,)]

    second.leave()
    assert postmaster(folder) is None


def test_all_who_come_first_at_once_come_in(folder):
    processes = [Process(folder) for _ in range(4)]

    assert len({process.socket() for process in processes}) == 1
    for process in processes:
        process.leave()
    assert postmaster(folder) is None


def test_what_is_written_is_there_the_next_time(folder):
    before = Process(folder)
    query(before.socket(), "CREATE TABLE kept AS SELECT 42 AS answer")
    before.leave()

    after = Process(folder)
    assert query(after.socket(), "SELECT answer FROM kept") == [(42,)]
    after.leave()


def test_a_process_that_is_killed_takes_nothing_with_it(folder):
    killed = Process(folder)
    query(killed.socket(), "CREATE TABLE kept AS SELECT 42 AS answer")
    killed.kill()

    following = Process(folder)
    assert query(following.socket(), "SELECT answer FROM kept") == [(42,)]
    following.leave()
    assert postmaster(folder) is None  # the one that was killed is not counted


def test_a_server_that_is_killed_loses_nothing(folder):
    killed = Process(folder)
    query(killed.socket(), "CREATE TABLE kept AS SELECT 42 AS answer")
    server = postmaster(folder)
    os.kill(server, signal.SIGKILL)
    killed.kill()
    wait_until_reaped(server)

    following = Process(folder)
    assert query(following.socket(), "SELECT answer FROM kept") == [(42,)]
    following.leave()


def test_who_comes_while_it_stops_gets_a_new_one(folder):
    for _ in range(3):
        leaving = Process(folder)
        leaving.socket()
        leaving.process.stdin.write("\n")
        leaving.process.stdin.flush()
        coming = Process(folder)
        socket = coming.socket()
        leaving.process.communicate(timeout=60)
        assert query(socket, "SELECT 1") == [(1,)]
        coming.leave()


def test_a_fork_that_ends_leaves_it_running(folder):
    parent = Process(folder, OUTLIVE_A_FORK)
    socket = parent.socket()

    assert query(socket, "SELECT 1") == [(1,)]
    parent.leave()
    assert postmaster(folder) is None


def test_letters_fold_alike_wherever_it_runs(folder):
    process = Process(folder)
    socket = process.socket()

    assert query(socket, "SELECT lower('ÉÀŽ'), current_setting('server_encoding')") == [("éàž", "UTF8")]
    process.leave()


@pytest.fixture
def of_ascii_alone(db):
    """A database that knows no letter but those of ASCII."""
    name = f"{connection.settings_dict['NAME']}_c"
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'")
        database = ConnectionHandler({"default": {**connection.settings_dict, "NAME": name}})
        yield database
        database["default"].close()
        server.execute(f"DROP DATABASE {name}")


def test_a_database_that_does_not_fold_letters_is_warned_of(of_ascii_alone, monkeypatch):
    assert checks.check_letters_fold(["default"]) == []
    monkeypatch.setattr(checks, "connections", of_ascii_alone)

    assert [warning.id for warning in checks.check_letters_fold(["default"])] == ["clients.W001"]
