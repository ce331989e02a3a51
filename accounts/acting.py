"""Who acts, for the history: said by whoever lets somebody in, and read where a row is written.

A user is named by the public id, a command by its name. Where nobody is said to act, as in plain SQL,
the history says that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ACTING: ContextVar[str | Callable[[], str | None] | None] = ContextVar("acting", default=None)


@contextmanager
def act_as(who: str | Callable[[], str | None] | None) -> Iterator[None]:
    """What this thread writes meanwhile is written by `who`; one that is called is called by each write."""
    token = _ACTING.set(who)
    try:
        yield
    finally:
        _ACTING.reset(token)


def actor() -> str | None:
    """Who acts; None where nobody is said to."""
    who = _ACTING.get()
    return who() if callable(who) else who
