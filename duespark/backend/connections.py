"""Connections to a server that may fall silent: its machine is gone, or hangs, and nobody says so.

A server that stops, crashes or refuses says so itself, and its own limits end a statement that takes too long. Of a
silent one only time tells. When a statement takes long, a new connection is tried beside it: a server that greets is
at work, and the statement goes on; one that does not is given up. For a moment after that nobody waits for it, so
that requests do not queue up, each for its own disappointment.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Self

import psycopg
from psycopg.errors import ConnectionTimeout, _WaitTimeout  # the latter is what `Connection.wait` documents
from psycopg_pool import PoolTimeout

# In seconds, and twice as many each time: the longer something has been going on, as the statements of an import do,
# the surer one has to be to give it up.
STATEMENT_PATIENCE = 1.0  # until it is asked whether the server is there
GREETING_PATIENCE = 3  # until that is answered; psycopg takes no fewer than 2

GIVE_UP = 4  # seconds in which there is a connection, or none to be had
PAUSE = 1  # seconds for which nobody waits again


class ServerSilent(psycopg.OperationalError):
    """A statement that has been given up."""


class Connection(psycopg.Connection[Any]):
    """A connection that gives a silent server up, and knows when the server has left it."""

    def __init__(self, pgconn: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(pgconn, *args, **kwargs)
        self._heard = select.poll()
        self._heard.register(pgconn.socket, select.POLLIN)

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        OUTAGE.is_unreachable = True
        connection = super().connect(conninfo, **kwargs)
        OUTAGE.is_unreachable = False
        return connection

    @property
    def is_left(self) -> bool:
        """Whether the server has ended it, as far as has been heard. It is not asked: that takes a microsecond."""
        try:
            while not self.closed and self._heard.poll(0):
                self.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
        return self.closed

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        for doubled in count():
            try:
                return super().wait(gen, interval, STATEMENT_PATIENCE * 2**doubled)
            except _WaitTimeout:
                if not self._server_greets(GREETING_PATIENCE * 2**doubled):
                    OUTAGE.begin()
                    self.pgconn.finish()
                    raise ServerSilent("the server is silent") from None

    def _server_greets(self, patience: int) -> bool:
        """Whether the server has anything to say to a newcomer, be it that it wants none."""
        try:
            psycopg.connect(self.info.dsn, connect_timeout=patience).close()
        except ConnectionTimeout:
            return False
        except psycopg.Error:
            pass
        return True


class Outage:
    """Whether somebody of this process has just waited for a connection in vain.

    Then the others are refused at once. After a pause one of them tries again, for all. A pool whose connections are
    only all at work is none.
    """

    def __init__(self) -> None:
        self.until: float | None = None
        self.is_unreachable = False  # as far as the last attempt to connect went

    def begin(self) -> None:
        self.until = time.monotonic() + PAUSE

    @contextmanager
    def heeded(self) -> Iterator[bool]:
        """Around an attempt to get a connection, new or from the pool; whether it is to find out if all is well."""
        tries = self.until is not None
        if self.until is not None:
            if time.monotonic() < self.until:
                raise psycopg.OperationalError("there was no connection to be had a moment ago")
            self.until = time.monotonic() + GIVE_UP
        try:
            yield tries
        except (ConnectionTimeout, PoolTimeout):
            if self.is_unreachable:
                self.begin()
            raise
        except ServerSilent:
            raise
        except psycopg.Error:  # refused, which is an answer
            self.until = None
            raise
        if tries:
            self.until = None


OUTAGE = Outage()
