"""Servers of a test's own: a Redis, and gunicorn on the test's database."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from redis import Redis
from redis.exceptions import ConnectionError

from clients.tests.elsewhere import database_url

PATIENCE = 60  # seconds for anything to start or stop


@contextmanager
def cache_server(folder):
    """The CACHE_URL of an empty Redis or Valkey, and its process."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("neither redis-server nor valkey-server is installed: apt-get install redis-server")
    path = folder / "socket"
    command = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(lambda: Redis(unix_socket_path=str(path)).ping(), ConnectionError)
        yield f"unix://{path}", process
    finally:
        process.kill()
        process.wait(PATIENCE)


@contextmanager
def served(*options, **environ):
    """The port of a process that serves DueSpark from the test's database."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bind = f"--bind=fd://{listener.fileno()}"
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers=1", "--log-level=warning", bind, *options, "duespark.wsgi"],
            cwd=settings.BASE_DIR,
            env={**inherited, "DATABASE_URL": database_url(), "DEVELOPMENT": "true", **environ},
            stdout=subprocess.DEVNULL,  # what it welcomes a developer with
            pass_fds=[listener.fileno()],
        )
        try:
            yield listener.getsockname()[1]
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_for(call, *errors):
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return call()
        except errors:
            assert time.monotonic() < until, "the server does not come up"
            time.sleep(0.05)
