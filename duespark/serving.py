"""How a gunicorn process shares its connections: with its siblings, and among its threads.

gunicorn's threaded worker leaves both to chance. Whichever process wakes first may take every connection of a
client that keeps them, while its siblings idle; and between two requests of one connection it hands the connection
from the thread to the main loop and back, which costs as much as a query.
"""

import select
from time import sleep
from typing import Any

from gunicorn.workers import gthread

PATIENCE = 0.001  # seconds


class ThreadWorker(gthread.ThreadWorker):
    """gunicorn's `gthread`, but that a busy process lets others go first, and a thread waits a moment for more."""

    alive: bool

    @property
    def busy(self) -> int:
        """How many connections a thread serves, or waits to serve."""
        return int(self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns))

    def accept(self, listener: Any) -> None:
        """Takes a connection; with every thread at work, only if no sibling wants it."""
        if self.busy >= self.cfg.threads:
            sleep(PATIENCE)
        super().accept(listener)

    def is_parent_alive(self) -> bool:
        """An orphan answers what it was asked already, and ends; gunicorn's goes on with whoever keeps asking."""
        self.alive = self.alive and super().is_parent_alive()
        return self.alive

    def handle(self, conn: Any) -> Any:
        """Serves a connection while its requests follow each other and no other connection needs the thread."""
        while True:
            kept = super().handle(conn)
            if kept is not True or not self.alive or self.busy > self.cfg.threads or not readable(conn):
                return kept


def readable(conn: Any) -> bool:
    """Whether the next request comes within a moment; one already read is for gunicorn to go on with."""
    if conn.parser.unreader.buf.getvalue():
        return False
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(PATIENCE * 1000))
