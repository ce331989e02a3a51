"""How often one may try: wrong passwords, new passwords, and requests when `API_RATE_LIMIT` is set.

Passwords count in the database, whatever `CACHE_URL` says: they ask it anyway, and nobody gets more
tries because a cache has been emptied.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.exceptions import APIException, Throttled
from rest_framework.throttling import BaseThrottle

from accounts.counting import Allowance, DatabaseCounters, Rate, api_counters
from accounts.models import FailedLogin

logger = logging.getLogger("duespark.accounts")

WINDOW = timedelta(minutes=15)
MAX_FAILURES_PER_EMAIL = 10
MAX_FAILURES_PER_ADDRESS = 100
RESETS_PER_EMAIL = Rate(5, 3600)
RESETS_PER_ADDRESS = Rate(50, 3600)


class Locked(APIException):
    """Too many wrong passwords; `wait` is in seconds."""

    status_code = 429

    def __init__(self, wait: float) -> None:
        super().__init__("Too many failed logins. Please try again later.", "ACCOUNT_LOCKED")
        self.wait = wait


class LoginGuard:
    """Counts an attempt as failed before it is made, so that guesses in parallel count too.

    Raises `Locked` while the email or the address has failed too often in the last 15 minutes;
    attempts made then are not counted, so that nobody can keep somebody else out for ever.
    """

    def __init__(self, email: str, address: str) -> None:
        limits = {
            _digest("email", _folded(email)): MAX_FAILURES_PER_EMAIL,
            _digest("address", address): MAX_FAILURES_PER_ADDRESS,
        }
        now = timezone.now()
        FailedLogin.objects.filter(failed_at__lt=now - WINDOW).delete()
        self.email_key = next(iter(limits))
        self.attempts = FailedLogin.objects.bulk_create(FailedLogin(key=key, failed_at=now) for key in limits)
        self._refuse_if_locked(limits, now)

    def _refuse_if_locked(self, limits: dict[bytes, int], now: datetime) -> None:
        failures: dict[bytes, list[datetime]] = {key: [] for key in limits}
        rows = FailedLogin.objects.filter(key__in=list(limits)).order_by("failed_at")
        for key, failed_at in rows.values_list("key", "failed_at"):
            failures[bytes(key)].append(failed_at)
        waits = [
            (times[-limit - 1] + WINDOW - now).total_seconds()
            for key, limit in limits.items()
            if len(times := failures[key]) > limit
        ]
        if waits:
            self._forget()
            raise Locked(max(1.0, *waits))

    def succeeded(self) -> None:
        self._forget()
        FailedLogin.objects.filter(key=self.email_key).delete()

    def _forget(self) -> None:
        FailedLogin.objects.filter(pk__in=[attempt.pk for attempt in self.attempts]).delete()


def count_reset_request(email: str, address: str) -> None:
    """Raises DRF's `Throttled` when a new password has been asked for too often, be the email anybody's or not.

    The address first: whoever asks too often must not use up what others may ask for.
    """
    asked = {
        _digest("reset from", address): RESETS_PER_ADDRESS,
        _digest("reset of", _folded(email)): RESETS_PER_EMAIL,
    }
    for key, rate in asked.items():
        allowance = DatabaseCounters().count(key.hex(), rate)
        if not allowance.is_kept:
            raise Throttled(allowance.wait)


def _folded(email: str) -> str:
    """Lower case as PostgreSQL's `lower` has it, a letter at a time.

    Python's own turns the one letter İ into two, so that its other spellings would not be counted together.
    """
    return "".join(letter.lower()[0] for letter in email)


def _digest(kind: str, value: str) -> bytes:
    return hashlib.blake2b(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=16).digest()


def client_address(request: HttpRequest) -> str:
    """Where the request came from, behind as many proxies as `TRUSTED_PROXIES` says."""
    return BaseThrottle().get_ident(request)  # type: ignore[arg-type]


def counted_address(request: HttpRequest) -> str:
    """By what its requests are counted; of IPv6 the network of 64 bits: whoever has one address of it has them all."""
    given = client_address(request)
    try:
        address = ip_address(given)
    except ValueError:  # a socket's, or a proxy's own words
        return given
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(IPv6Network((address, 64), strict=False))


class UserThrottle(BaseThrottle):
    """Counts a request against its user, or its address where nobody is logged in."""

    def allow_request(self, request: Any, view: Any) -> bool:
        if not settings.API_RATE_LIMIT:
            return True
        user = request.user
        caller = user.pk if user and user.is_authenticated else counted_address(request)
        self.allowance = api_counters().count(caller, Rate.parse(settings.API_RATE_LIMIT))
        request._request.allowance = self.allowance
        return self.allowance is None or self.allowance.is_kept

    def wait(self) -> float | None:
        return self.allowance.wait if self.allowance else None


class RateLimitHeaders:
    """Tells every caller of the API what is left.

    An answer that no view has counted (a 401, a 404) spends nothing: whoever sends bad tokens must
    not lock their neighbours at one address out of the login.
    """

    def __init__(self, get_response: Any) -> None:
        if not settings.API_RATE_LIMIT:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.rate = Rate.parse(settings.API_RATE_LIMIT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        counted: Allowance | None = getattr(request, "allowance", None)
        if counted or response.get("Content-Type", "").startswith(("application/json", "application/problem+json")):
            try:
                allowance = counted or api_counters().left(counted_address(request), self.rate)
            except (OperationalError, InterfaceError):  # the answer itself, a 503 or not, is good without them
                logger.exception("What a caller has left could not be read")
            else:
                for name, value in allowance.headers.items() if allowance else ():
                    response[name] = value
        return response
