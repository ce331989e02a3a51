"""`Idempotency-Key`: a request that is sent again is done once, and answered as the first time.

The header of https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/, and what Stripe
makes of it. A key is the account's, shared by its users. The work and its answer are kept in one
transaction, so that a server that dies leaves both or neither. What came of doing the work is kept,
a conflict or a missing row too; what kept it from being done is not, so that a mended request may
have the key. `accounts/viewsets.py` puts `once` around the requests that have one.
"""

import hashlib
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpResponse, QueryDict
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from accounts.models import KeptAnswer
from duespark.api.json import encode
from duespark.errors import Conflict
from duespark.postgres import LOCK_NOT_AVAILABLE, retry_deadlock, sqlstate
from duespark.prepared import execute

METHODS = frozenset({"POST", "PATCH"})  # those of HTTP that are not idempotent by themselves
KEPT_REFUSALS = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT})
PATIENCE = 2.0  # seconds that a request waits for another with its key, and so holds a thread

_KEY = re.compile(r"[!-~]{1,255}")
_QUOTED = re.compile(r'"(?:[ !#-\[\]-~]|\\["\\])*"')  # a String of RFC 9651
INVALID_KEY = "Must be 1 to 255 visible ASCII characters, in double quotes or not."


class KeyReused(APIException):
    status_code = 422

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another request before.", "IDEMPOTENCY_KEY_REUSED")


class InProgress(APIException):
    """Another request with the key is at work; `wait` is in seconds."""

    status_code = 409
    wait = 1

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is in progress.", "REQUEST_IN_PROGRESS")


def once(view: Any, work: Callable[..., HttpResponse], request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
    """Does the work of a view's request, unless it has been done under the request's key: then answers again."""
    key = key_of(request.META["HTTP_IDEMPOTENCY_KEY"])
    return _once(view, key, fingerprint(request), partial(work, request, *args, **kwargs))


@retry_deadlock
@transaction.atomic
def _once(view: Any, key: str, asked: bytes, work: Callable[[], HttpResponse]) -> HttpResponse:
    account_id = view.account.pk
    _take(account_id, key)
    kept = KeptAnswer.find(account_id, key)
    if kept:
        if bytes(kept.fingerprint) != asked:
            raise KeyReused
        return kept.replayed()
    answer = _answer(view, work)
    if answer.status_code < 300 or answer.status_code in KEPT_REFUSALS:
        KeptAnswer.keep(account_id, key, asked, answer)
    return answer


def _answer(view: Any, work: Callable[[], HttpResponse]) -> HttpResponse:
    """A refusal undoes the work and is an answer; any other exception ends the whole transaction."""
    try:
        with transaction.atomic():
            return work()
    except (APIException, Conflict, Http404) as refusal:
        return view.handle_exception(refusal)


def _take(account_id: str, key: str) -> None:
    """Has the key to itself until the transaction ends; `InProgress` if another has it for longer than our patience."""
    digest = hashlib.blake2b(f"{account_id} {key}".encode(), digest_size=8).digest()
    lock = [int.from_bytes(digest, signed=True)]
    if execute("SELECT pg_try_advisory_xact_lock(%s)", lock).fetchone() == (True,):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE * 1000:.0f}ms"])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", lock)
        except OperationalError as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            raise InProgress from None
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")  # the work's own patience is another


def key_of(header: str) -> str:
    """The key that a header names: as the draft has it, a String of RFC 9651, or bare, as most clients do."""
    text = header.strip(" \t")
    if _QUOTED.fullmatch(text):
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    elif text.startswith('"'):
        text = ""
    if not _KEY.fullmatch(text):
        raise ValidationError({"Idempotency-Key": [INVALID_KEY]})
    return text


class _Digested:
    """A request's body, digested as it is read."""

    def __init__(self, stream: Any, digest: Any) -> None:
        self.stream = stream
        self.digest = digest

    def read(self, *size: int) -> bytes:
        chunk: bytes = self.stream.read(*size)
        self.digest.update(chunk)
        return chunk


def fingerprint(request: Request) -> bytes:
    """A digest of all that was asked for, bodies as they came; and what parsing the body raises.

    Of a form it is that of its fields and files, for each try to send one has another boundary.
    """
    media_type = request.content_type.partition(";")[0].strip().lower()
    asked = [request.method, request.path.rstrip("/"), request.META.get("QUERY_STRING", ""), media_type]
    digest = hashlib.blake2b(encode(asked), digest_size=32)
    of_body = digest.copy()
    if request.stream is not None:
        request._stream = _Digested(request.stream, of_body)  # type: ignore[assignment]  # parsers only read it
    if not isinstance(request.data, QueryDict):
        return of_body.digest()
    for name, values in sorted(request.data.lists()):
        for value in values:
            _digest_part(digest, name, value)
    return digest.digest()


def _digest_part(digest: Any, name: str, value: Any) -> None:
    """A field of a form, or a file without the name it has on the caller's disk."""
    is_file = isinstance(value, UploadedFile)
    digest.update(encode([name, is_file, value.size if is_file else value]))
    for chunk in value.chunks() if is_file else ():
        digest.update(chunk)
