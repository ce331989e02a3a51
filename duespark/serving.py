"""How a gunicorn process shares its connections: with its siblings, and among its threads.

gunicorn's threaded worker leaves both to chance. Whichever process wakes first may take every connection of a
client that keeps them, while its siblings idle; and between two requests of one connection it hands the connection
from the thread to the main loop and back, which costs as much as a query.

It also waits: a request for a thread, for as long as others keep them; a thread for the rest of a request; and its
main loop, in which all others are accepted, for callers to hang up. Here each of these has an end.
"""

import os
import select
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers import gthread

from duespark.api.unparsed import write_unavailable

PATIENCE = 0.001  # seconds
USUAL = 1_000_000  # bytes that a body in chunks is taken to have


class ThreadWorker(gthread.ThreadWorker):
    """gunicorn's `gthread`, but that a busy process lets others go first, and nobody waits for ever."""

    alive: bool
    # In seconds.
    queue_timeout = float(os.environ.get("WEB_QUEUE_TIMEOUT") or 10)  # that a request waits for a thread
    head_timeout = 10  # that a request's head may take
    body_timeout = 30  # that its body may, and a second more for as many bytes:
    bytes_a_second = 10_000
    linger = 2  # that a caller has to hang up, who would lose the end of the answer otherwise

    def init_process(self) -> None:
        self.waiting: deque[tuple[float, Any, Future[Any]]] = deque()  # for a thread, until then
        self.heads: dict[Any, float] = {}  # being read, until then
        self.bodies: dict[Any, float] = {}  # likewise
        self.leaving: dict[Any, float] = {}  # answered; to hang up, until then
        super().init_process()

    @property
    def busy(self) -> int:
        """How many connections a thread serves, or waits to serve."""
        return int(self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns) - len(self.leaving))

    def accept(self, listener: Any) -> None:
        """Takes a connection; with every thread at work, only if no sibling wants it."""
        if self.busy >= self.cfg.threads:
            time.sleep(PATIENCE)
        super().accept(listener)

    def is_parent_alive(self) -> bool:
        """An orphan answers what it was asked already, and ends; gunicorn's goes on with whoever keeps asking."""
        self.alive = self.alive and super().is_parent_alive()
        return self.alive

    def enqueue_req(self, conn: Any) -> None:
        future = self.tpool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))
        self.waiting.append((time.monotonic() + self.queue_timeout, conn, future))

    def handle(self, conn: Any) -> Any:
        """Serves a connection while its requests follow each other and no other connection needs the thread."""
        while True:
            self.heads[conn] = time.monotonic() + self.head_timeout
            kept = super().handle(conn)
            self.heads.pop(conn, None)
            self.bodies.pop(conn, None)
            if kept is not True or not self.alive or self.busy > self.cfg.threads:
                return kept
            if has_read(conn) or not readable(conn, PATIENCE):  # the former is for gunicorn to go on with
                return kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        length = getattr(req.body.reader, "length", USUAL)
        self.bodies[conn] = time.monotonic() + self.body_timeout + length / self.bytes_a_second
        self.heads.pop(conn, None)
        return super().handle_request(req, conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """As gunicorn's, but that the main loop does not wait for a caller to hang up."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.drain, conn))
        except (OSError, ValueError):  # it is closed already
            self.nr_conns -= 1
            conn.close()
        else:
            self.leaving[conn] = time.monotonic() + self.linger

    def drain(self, conn: Any, sock: socket.socket) -> None:
        """Takes what a caller still sends, so that the answer is not lost on its way, until there is no more."""
        try:
            more = sock.recv(65536)
        except OSError:
            more = b""
        if not more:
            self.let_go(conn)

    def let_go(self, conn: Any) -> None:
        del self.leaving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """What the main loop comes by at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        self.refuse_waiting(now)
        self.end_late_requests(now)
        for conn in overdue(self.leaving, now):
            self.let_go(conn)

    def end_late_requests(self, now: float) -> None:
        """Has the threads that read them read the end."""
        late = [*overdue(self.heads, now), *filter(lacks_end, overdue(self.bodies, now))]
        for conn in late:
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)

    def refuse_waiting(self, now: float) -> None:
        """Answers 503 to those whom no thread has had the time for; who has not asked yet is just let go."""
        while self.waiting:
            until, conn, future = self.waiting[0]
            if until > now and not (future.running() or future.done()):
                return
            self.waiting.popleft()
            if future.cancel() and (has_read(conn) or readable(conn, 0)):
                self.log.warning("A request has waited %g seconds for a thread, and is refused", self.queue_timeout)
                with suppress(OSError):
                    write_unavailable(conn.sock)


def overdue(times: dict[Any, float], now: float) -> list[Any]:
    return [conn for conn, until in list(times.items()) if until < now]


def lacks_end(conn: Any) -> bool:
    """Whether the body of the present request has not been read to its end."""
    reader = conn.parser.mesg.body.reader
    return bool(reader.length if hasattr(reader, "length") else reader.parser)


def has_read(conn: Any) -> bool:
    """Whether some of the next request has been read already, with the one before it."""
    return bool(conn.parser and conn.parser.unreader.buf.getvalue())


def readable(conn: Any, seconds: float) -> bool:
    """Whether something, be it the end, comes within a moment."""
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
