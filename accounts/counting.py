"""How many requests a caller has made in a window of time, right across processes and machines.

Counted in the database, or in Redis or Valkey where `CACHE_URL` names one. A window begins with its
first request, and each request is counted and compared in one step.
"""

import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError
from redis.retry import Retry

from accounts.models import RateWindow

logger = logging.getLogger("duespark.accounts")

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
LONGEST = timedelta(days=1)


@dataclass(frozen=True)
class Rate:
    """A limit such as `1000/hour`."""

    requests: int
    seconds: int

    @classmethod
    @cache
    def parse(cls, text: str) -> "Rate":
        match = re.fullmatch(r"([1-9]\d*)/(second|minute|hour|day)", text)
        if not match:
            raise ImproperlyConfigured(
                f"API_RATE_LIMIT must be like 1000/hour (second, minute, hour, day), not {text!r}."
            )
        return cls(int(match[1]), SECONDS[match[2]])

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Allowance:
    """What a caller has left: `reset` is the Unix time at which the window is over."""

    rate: Rate
    used: int
    reset: int

    @property
    def is_kept(self) -> bool:
        return self.used <= self.rate.requests

    @property
    def wait(self) -> float:
        """Seconds until the next window."""
        return min(max(1.0, self.reset - time.time()), self.rate.seconds)

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.rate.requests),
            "X-RateLimit-Remaining": str(max(0, self.rate.requests - self.used)),
            "X-RateLimit-Reset": str(self.reset),
        }


class Counters(Protocol):
    """Where callers are counted; None where that cannot be told, and then nobody is refused."""

    def count(self, caller: str, rate: Rate) -> Allowance | None: ...

    def left(self, caller: str, rate: Rate) -> Allowance | None:
        """What the caller has left, without counting anything."""


# The comparison and the count are one statement.
COUNT_REQUEST = """
    INSERT INTO accounts_ratewindow AS w (caller, started_at, requests)
    VALUES (%(caller)s, %(now)s, 1)
    ON CONFLICT (caller) DO UPDATE SET
        requests = CASE WHEN w.started_at <= %(over)s THEN 1 ELSE w.requests + 1 END,
        started_at = CASE WHEN w.started_at <= %(over)s THEN excluded.started_at ELSE w.started_at END
    RETURNING requests, started_at
"""
# Some at a time, and never one that is just being counted: sweepers do not wait for each other.
SWEEP = """
    DELETE FROM accounts_ratewindow WHERE caller IN (
        SELECT caller FROM accounts_ratewindow WHERE started_at <= %s ORDER BY started_at LIMIT 100
        FOR UPDATE SKIP LOCKED)
"""


class DatabaseCounters:
    """A row a caller."""

    def count(self, caller: str, rate: Rate) -> Allowance:
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(COUNT_REQUEST, {"caller": caller[:64], "now": now, "over": now - rate.window})
            used, started_at = cursor.fetchone()
            if used == 1:
                cursor.execute(SWEEP, [now - LONGEST])
        return self._allowance(rate, used, started_at)

    def left(self, caller: str, rate: Rate) -> Allowance:
        now = timezone.now()
        begun = RateWindow.objects.filter(caller=caller[:64], started_at__gt=now - rate.window).first()
        return self._allowance(rate, *((begun.requests, begun.started_at) if begun else (0, now)))

    def _allowance(self, rate: Rate, used: int, started_at: datetime) -> Allowance:
        return Allowance(rate, used, ceil((started_at + rate.window).timestamp()))


class RedisCounters:
    """A key a caller, which expires with the window; each call is one transaction and one round trip.

    While the server is away nobody is counted and nobody refused, and it is asked again every few
    seconds: the API does without a limit rather than without an answer, or the database with a
    write more for each request at a bad moment.
    """

    PATIENCE = 0.25  # seconds that a request waits for it
    AWAY = 5.0  # seconds until it is asked again

    def __init__(self, url: str) -> None:
        self.client = Redis.from_url(
            url,
            socket_timeout=self.PATIENCE,
            socket_connect_timeout=self.PATIENCE,
            retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionError,)),  # a kept connection may have died
        )
        self.away_until = 0.0

    def count(self, caller: str, rate: Rate) -> Allowance | None:
        return self._ask(caller, rate, counting=True)

    def left(self, caller: str, rate: Rate) -> Allowance | None:
        return self._ask(caller, rate, counting=False)

    def _ask(self, caller: str, rate: Rate, *, counting: bool) -> Allowance | None:
        if time.monotonic() < self.away_until:
            return None
        key = f"duespark:requests:{caller}"
        pipeline = self.client.pipeline(transaction=True)
        if counting:
            pipeline.set(key, 0, ex=rate.seconds, nx=True)
            pipeline.incr(key)
        else:
            pipeline.get(key)
        pipeline.pttl(key)
        try:
            *_, used, left = pipeline.execute()
        except RedisError:
            self.away_until = time.monotonic() + self.AWAY
            logger.exception("The cache is away: for a moment no request is counted")
            return None
        seconds = left / 1000 if left >= 0 else rate.seconds  # negative where no window has begun
        return Allowance(rate, int(used or 0), ceil(time.time() + seconds))


def api_counters() -> Counters:
    return _counters(settings.CACHE_URL)


@cache
def _counters(url: str) -> Counters:
    return RedisCounters(url) if url else DatabaseCounters()
