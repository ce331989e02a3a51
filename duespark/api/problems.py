"""Every error of the API as application/problem+json (RFC 9457), whichever layer it comes from."""

import logging
import re
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults
from rest_framework import exceptions
from rest_framework.request import Request

from duespark.api.exceptions import Missing
from duespark.api.json import encode
from duespark.browsers import is_back_office
from duespark.errors import Conflict
from duespark.records import validation_detail

logger = logging.getLogger("duespark.api")

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_UNAVAILABLE = 5  # seconds
UNAVAILABLE = "The service is unavailable for a moment. Please try again."

# error_code by status, where the exception names none of its own.
CODES = {
    400: "BAD_REQUEST",
    401: "NOT_AUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    409: "CONFLICT",
    412: "PRECONDITION_FAILED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RATE_LIMITED",
    500: "INTERNAL_ERROR",
    503: "UNAVAILABLE",
}
# DRF's own repeat what was sent.
OWN_WORDS: dict[type[Exception], str] = {
    exceptions.MethodNotAllowed: "This path does not take this method.",
    exceptions.UnsupportedMediaType: "This path does not take a body of this media type.",
}
# RFC 9110's; the standard library's depend on its version.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_REQUEST_ID = re.compile(r"[\w.:+/=-]{1,128}", re.ASCII)


def problem(
    request: HttpRequest | Request, status: int, detail: str, *, code: str | None = None, **members: Any
) -> HttpResponse:
    """One problem as an answer; `members` follow RFC 9457's and the house's own."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    body = problem_body(status, detail, code, given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
    headers = {"X-Request-ID": body["request_id"]}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return HttpResponse(encode({**body, **members}), status=status, content_type=CONTENT_TYPE, headers=headers)


def problem_body(status: int, detail: str, code: str | None, request_id: str) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "error_code": code or CODES[status],
        "timestamp": datetime.now(UTC).replace(microsecond=0),
        "request_id": request_id,
    }


def plain(errors: Any) -> Any:
    """A tree of errors in the types that JSON has: DRF's messages are a class of their own."""
    if isinstance(errors, Mapping):
        return {str(key): plain(value) for key, value in errors.items()}
    if isinstance(errors, list):
        return [plain(value) for value in errors]
    return str(errors)


def handle(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER: the answer to what a view raised; None hands it on to Django's 500."""
    request: Request = context["request"]
    if isinstance(exc, Http404):
        exc = _missing_from(context["view"])
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, SuspiciousOperation):  # a form of too many fields or files
        return bad_request(request, exc)

    if isinstance(exc, Conflict):
        response = problem(request, 409, exc.detail, code=exc.code, **exc.members)
    elif isinstance(exc, OperationalError | InterfaceError):
        response = unavailable(request, exc)
    elif isinstance(exc, exceptions.ValidationError):
        response = _validation_problem(request, exc)
    elif isinstance(exc, exceptions.APIException):
        response = _api_problem(request, exc, context["view"])
    else:
        return None
    return response


def unavailable(request: HttpRequest | Request, error: BaseException) -> HttpResponse:
    """Logged in one line: while the database is away, every request comes by here."""
    logger.error("%s %r: the database is away: %s", request.method, request.path, " ".join(str(error).split()))
    if is_back_office(request):
        response = HttpResponse(render_to_string("503.html"), status=503)
    else:
        response = problem(request, 503, UNAVAILABLE)
    response["Retry-After"] = str(RETRY_AFTER_UNAVAILABLE)
    return response


def _missing_from(view: Any) -> exceptions.APIException:
    queryset = getattr(view, "queryset", None)
    return exceptions.NotFound() if queryset is None else Missing(queryset.model._meta.verbose_name)


def _validation_problem(request: Request, exc: exceptions.ValidationError) -> HttpResponse:
    errors = plain(exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail})
    code = getattr(exc, "error_code", "VALIDATION_ERROR")
    return problem(request, 400, validation_detail(errors), code=code, errors=errors)


def _api_problem(request: Request, exc: exceptions.APIException, view: Any) -> HttpResponse:
    code = exc.get_codes()
    own_code = code if isinstance(code, str) and code.isupper() else None
    detail = OWN_WORDS.get(type(exc), str(exc.detail))
    response = problem(request, exc.status_code, detail, code=own_code, **getattr(exc, "members", {}))
    if isinstance(exc, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(view.allowed_methods)
    if wait := getattr(exc, "wait", None):
        response["Retry-After"] = str(ceil(wait))
    return response


# What Django answers outside the views of the API (duespark/urls.py); the back office speaks to people.


def bad_request(request: HttpRequest | Request, exception: Exception) -> HttpResponse:
    is_too_large = isinstance(exception, RequestDataTooBig)
    if is_back_office(request):
        return HttpResponse(render_to_string("400.html"), status=413 if is_too_large else 400)
    if is_too_large:
        return problem(request, 413, "The body is larger than 1 MB.")
    return problem(request, 400, "The request is not one that this server takes.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_back_office(request):
        return defaults.permission_denied(request, exception)
    return problem(request, 403, "You do not have permission to do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_back_office(request):
        return defaults.page_not_found(request, exception)
    return problem(request, 404, "There is nothing at this path.")


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request, error)
    if is_back_office(request):
        return defaults.server_error(request)
    return problem(request, 500, "Something went wrong on our side.")
