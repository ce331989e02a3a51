"""gunicorn as in production, 2 processes of 4 threads, and callers who speak to it over connections that they keep."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import NamedTuple
from uuid import uuid4

import psutil
from django.conf import settings

GUNICORN = ["-m", "gunicorn", "--no-control-socket", "--log-level=warning"]
PATIENCE = 60  # seconds for anything to start, answer or stop, on a machine that has other things to do
PASSWORD = "correct horse battery staple"


class Served:
    """The project, served at `port` to the database of a URL; the socket outlives whoever listens at it."""

    def __init__(self, listener, log, database_url, **environment):
        self.listener = listener
        self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        own = {"DATABASE_URL": database_url, "WEB_CONCURRENCY": "2", "WEB_THREADS": "4", "API_RATE_LIMIT": ""}
        self.environment = {**own, "PYTHONWARNINGS": "ignore", **environment}

    def start(self):
        with self.log.open("a") as output:
            self.master = subprocess.Popen(
                [sys.executable, *GUNICORN, f"--bind=fd://{self.listener.fileno()}", "duespark.wsgi"],
                cwd=settings.BASE_DIR,
                env={**os.environ, **self.environment},
                pass_fds=[self.listener.fileno()],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its processes are then a group, which ends with the test
            )
        with Wire(self.port) as wire:
            assert wire.ask("GET", "/").status == 200, self.log.read_text()

    def workers(self):
        return psutil.Process(self.master.pid).children()

    def manage(self, *arguments):
        """What a command of manage.py prints, on the same database."""
        return subprocess.run(
            [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        ).stdout

    def kill_a_worker(self):
        """As the kernel does when memory runs out; gunicorn makes another."""
        random.choice(self.workers()).kill()

    def kill_the_master(self):
        """Its workers, whom nobody leads any more, end by themselves; then another may begin."""
        orphans = self.workers()
        self.master.kill()
        self.master.wait(PATIENCE)
        _, left = psutil.wait_procs(orphans, PATIENCE)
        assert not left
        self.start()

    def stop(self):
        self.master.terminate()
        try:
            self.master.wait(PATIENCE)
        finally:
            self.kill()

    def kill(self):
        """Ends every process of it there is, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait(PATIENCE)


@contextmanager
def served(log, database_url, **environment):
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        server = Served(listener, log, database_url, **environment)
        try:
            server.start()
            yield server
        finally:
            server.stop()


class Answer(NamedTuple):
    """`status` is None where the connection broke before there was one."""

    status: int | None
    seconds: float
    retry_after: str | None
    body: object


class Wire:
    """A caller's connection, kept from request to request; after it broke the next request makes another.

    Who hears nothing for `timeout` seconds gives up, which is an error of its own.
    """

    def __init__(self, port, token=None, timeout=PATIENCE):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def ask(self, method, path, body=None):
        headers = {**self.headers, "Content-Type": "text/csv" if isinstance(body, bytes) else "application/json"}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        began = time.monotonic()
        try:
            self.connection.request(method, path, data, headers)
            response = self.connection.getresponse()
            content = response.read()
        except (ConnectionError, http.client.HTTPException):
            self.connection.close()
            return Answer(None, time.monotonic() - began, None, None)
        seconds = time.monotonic() - began
        is_json = "json" in response.headers.get("Content-Type", "")
        body = json.loads(content) if is_json else content
        return Answer(response.status, seconds, response.headers.get("Retry-After"), body)

    def insist(self, method, path, body=None):
        """What is answered with success, sooner or later: a process may not have noticed yet that all is well again."""
        answers = []
        wait_until(lambda: answers.append(self.ask(method, path, body)) or answers[-1].status != 503)
        assert answers[-1].status in (200, 201), answers[-1]
        return answers[-1].body


def registered(port):
    """The tokens of somebody who has just registered and logged in, and whom nobody else is."""
    email = f"rita-{uuid4().hex}@example.com"
    with Wire(port) as wire:
        wire.insist("POST", "/auth/register", {"email": email, "password": PASSWORD, "full_name": "Rita Reader"})
        return wire.insist("POST", "/auth/login", {"username": email, "password": PASSWORD})


def all_at_once(wires, *requests):
    """The answers to requests that are sent at the same moment, each over a connection of its own."""
    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(lambda wire, request: wire.ask(*request), wires, requests))


def wait_until(condition):
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, condition
        time.sleep(0.02)
