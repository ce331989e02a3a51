"""How gunicorn's processes and threads share connections, over real sockets."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager

import pytest
from django.conf import settings

GUNICORN = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level=warning"]
PATIENCE = 60  # seconds for anything to start, answer or stop


@contextmanager
def serving(*options):
    """The port of a server that says which process answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = [
            "--config=python:duespark.tests.shown_process",
            "--worker-class=duespark.serving.ThreadWorker",
            f"--bind=fd://{listener.fileno()}",
        ]
        process = subprocess.Popen(
            [*GUNICORN, *worker, *options, "duespark.tests.shown_process"],
            cwd=settings.BASE_DIR,
            pass_fds=[listener.fileno()],
        )
        try:
            yield listener.getsockname()[1], process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def ask(connection):
    connection.request("GET", "/")
    return int(connection.getresponse().read())


def connected(stack, port, number):
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE) for _ in range(number)]
    for connection in connections:
        stack.enter_context(closing(connection)).connect()
    return connections


def processes(port, number):
    """Who answers the connections of a crowd that comes at once and asks at once."""
    with ExitStack() as stack:
        crowd = connected(stack, port, number)
        for connection in crowd:
            connection.request("GET", "/")
        return Counter(int(connection.getresponse().read()) for connection in crowd)


def both_up(port):
    until = time.monotonic() + PATIENCE
    while len(processes(port, 8)) < 2:
        assert time.monotonic() < until, "only one process ever answers"


def test_a_crowd_is_nearly_always_served_by_both_processes():
    """Left to chance, one process has all of a third of such crowds; on a busy machine it still has a few."""
    with serving("--workers=2", "--threads=4") as (port, _):
        both_up(port)
        assert sum(len(processes(port, 8)) == 2 for _ in range(60)) > 50


def test_idle_connections_keep_no_thread_from_others():
    with serving("--workers=1", "--threads=1", "--keep-alive=30") as (port, _), ExitStack() as stack:
        idle = connected(stack, port, 5)
        answers = [ask(connection) for connection in idle]
        assert answers + [ask(connection) for connection in reversed(idle)] == answers * 2


def test_requests_sent_together_are_all_answered():
    with serving("--workers=1", "--threads=1") as (port, _), socket.create_connection(("127.0.0.1", port)) as wire:
        wire.settimeout(PATIENCE)
        wire.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" * 3)
        received = b""
        while received.count(b"200 OK") < 3:
            received += wire.recv(65536)


def test_a_process_told_to_stop_waits_for_no_idle_connection():
    with serving("--workers=1", "--keep-alive=30") as (port, process), ExitStack() as stack:
        [connection] = connected(stack, port, 1)
        ask(connection)
        began = time.monotonic()
        process.terminate()
        process.wait(PATIENCE)
        assert time.monotonic() - began < 10


ONE_THREAD = "--workers=1", "--threads=1"
IMPATIENT = *ONE_THREAD, "--worker-class=duespark.tests.shown_process.Impatient"


def spoken(stack, port, words):
    """A connection on which this has been sent."""
    wire = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
    wire.sendall(words)
    return wire


def heard(wire):
    """All that is said on a connection until it is closed from there."""
    with wire.makefile("rb") as answer:
        return answer.read()


def test_nobody_waits_for_a_caller_who_does_not_hang_up():
    with serving(*ONE_THREAD) as (port, _), ExitStack() as stack:
        [other] = connected(stack, port, 1)
        ask(other)
        began = time.monotonic()
        for _ in range(10):
            answered = spoken(stack, port, b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            assert heard(answered).startswith(b"HTTP/1.1 200 OK")
        ask(other)
        assert time.monotonic() - began < 10


def test_who_finds_no_thread_in_time_is_refused():
    with serving(*IMPATIENT) as (port, _), ExitStack() as stack:
        ask(*connected(stack, port, 1))
        slow = spoken(stack, port, b"GET /?5 HTTP/1.1\r\nHost: here\r\n\r\n")
        late, silent = connected(stack, port, 2)
        late.request("POST", "/", b"a body that nobody reads")
        refused = late.getresponse()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert json.load(refused)["error_code"] == "UNAVAILABLE"
        assert heard(silent.sock) == b""
        slow.recv(1)  # it is answered, and the thread has time again
        ask(*connected(stack, port, 1))


@pytest.mark.parametrize(
    "words",
    [
        b"GET / HTTP/1.1\r\nHost: h",
        b"GET / HTTP/1.1\r\nHost: here\r\n\r\nGET / HTTP/1.1\r\nHost: h",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nbody",
    ],
    ids=["first head", "second head", "body"],
)
def test_who_does_not_come_to_the_end_of_a_request_keeps_no_thread(words):
    with serving(*IMPATIENT) as (port, _), ExitStack() as stack:
        heard(spoken(stack, port, words))
        ask(*connected(stack, port, 1))


def test_a_body_that_has_come_in_time_may_be_worked_on_for_longer():
    with serving(*IMPATIENT) as (port, _), ExitStack() as stack:
        [connection] = connected(stack, port, 1)
        for _ in range(2):
            connection.request("POST", "/?3", b"body")
            assert connection.getresponse().read()


@pytest.mark.parametrize("option", [[], ["--worker-class=gthread"]])
def test_gunicorn_serves_the_project_that_way(option):
    asked = "from gunicorn.app.wsgiapp import WSGIApplication; print(WSGIApplication().cfg.worker_class)"
    arguments = [sys.executable, "-c", asked, *option, "duespark.wsgi"]
    shown = subprocess.run(arguments, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    assert "duespark.serving.ThreadWorker" in shown
