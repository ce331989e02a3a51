"""Conditional requests: RFC 9110, sections 8.8.3 and 13."""

import re
from collections.abc import Sequence

from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from duespark.api.exceptions import PreconditionFailed

HEADERS = {"If-Match": "HTTP_IF_MATCH", "If-None-Match": "HTTP_IF_NONE_MATCH"}
ANY = "*"
_TAG = re.compile(r'(?:W/)?"[!#-~\x80-\xff]*"')
_TAGS = re.compile(rf"[ \t,]*{_TAG.pattern}(?:[ \t]*,[ \t,]*{_TAG.pattern})*[ \t,]*")
INVALID_TAGS = 'Must be * or entity tags as they were answered, such as "1b2c3d", with commas between them.'


def is_conditional(request: Request) -> bool:
    given = request._request.META
    return "HTTP_IF_MATCH" in given or "HTTP_IF_NONE_MATCH" in given


def refuse_if_changed(request: Request, etag: str) -> None:
    """Raises `PreconditionFailed` unless the request is meant for what has this ETag, a strong one as all of ours."""
    wanted, known = tags(request, "If-Match"), tags(request, "If-None-Match")
    if wanted is not None and {ANY, etag}.isdisjoint(wanted):
        raise PreconditionFailed
    if known is not None and _is_among(known, etag):
        raise PreconditionFailed


def unless_known(request: Request, answer: HttpResponse) -> HttpResponse:
    """The answer to a GET; to a caller who has it already, a 304 without its body."""
    known = tags(request, "If-None-Match")
    if known is not None and _is_among(known, answer["ETag"]):
        answer["Content-Length"] = str(len(answer.content))  # or a middleware would say 0
        answer.status_code, answer.content = 304, b""
        del answer["Content-Type"]
    return answer


def _is_among(known: Sequence[str], etag: str) -> bool:
    """Compares weakly, as If-None-Match wants it."""
    return not {ANY, etag, f"W/{etag}"}.isdisjoint(known)


def tags(request: Request, header: str) -> Sequence[str] | None:
    """The entity tags that a header lists, or `*` alone; None where it was not sent."""
    value = request._request.META.get(HEADERS[header])
    if value is None:
        return None
    if value.strip(" \t") == ANY:
        return (ANY,)
    if not _TAGS.fullmatch(value):
        raise ValidationError({header: [INVALID_TAGS]})
    return _TAG.findall(value)
