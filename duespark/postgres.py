"""What PostgreSQL says when it refuses: errors told apart, and deadlocks tried again."""

import functools
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import ParamSpec, TypeVar

from django.db import Error, InterfaceError, OperationalError, connection, transaction

UNIQUE_VIOLATION = "23505"
CHECK_VIOLATION = "23514"
DEADLOCK_DETECTED = "40P01"
FEATURE_NOT_SUPPORTED = "0A000"
LOCK_NOT_AVAILABLE = "55P03"

YIELD = 0.05  # seconds
TAKE_LONGER = (
    "SELECT set_config(bound, '10min', true) FROM unnest(%s::text[]) AS bound WHERE current_setting(bound) <> '0'"
)

P = ParamSpec("P")
R = TypeVar("R")


def sqlstate(error: Error) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def violates(error: Error, constraint: str) -> bool:
    """Whether the error is a violation of this constraint.

    The name is looked for in the message, where a distributed table's shard has added `_<digits>`.
    """
    violation = sqlstate(error) in (UNIQUE_VIOLATION, CHECK_VIOLATION)
    return violation and re.search(rf'"{re.escape(constraint)}(_\d+)?"', str(error)) is not None


def take_longer() -> None:
    """Gives what is left of the transaction more time than a request has, where it has a bound.

    For what many rows are made of: a statement may take ten minutes, and wait as long for its turn.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_LONGER, [["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]])


def savepoint() -> AbstractContextManager[None]:
    """Lets one statement fail alone: within a transaction by a savepoint, else it is a transaction of its own."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def reconnect_once(function: Callable[P, R]) -> Callable[P, R]:
    """Reads once more over a new connection when the kept one is dead: the server was restarted since.

    So a restart costs nobody an answer, and no request a question beforehand.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or connection.connection is None or connection.is_usable():
                raise
            connection.close()
            return function(*args, **kwargs)

    return call


def retry_deadlock(function: Callable[P, R]) -> Callable[P, R]:
    """Calls a whole transaction once more when PostgreSQL chose it to break a deadlock."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except OperationalError as error:
            # Within a larger transaction there is nothing left to try in.
            if sqlstate(error) != DEADLOCK_DETECTED or connection.in_atomic_block:
                raise
            time.sleep(YIELD)  # or the two would meet again before the other has woken up
            return function(*args, **kwargs)

    return call
