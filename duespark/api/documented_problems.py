"""The answers of duespark/api/problems.py as OpenAPI: every `error_code`, by its status, with an example."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from duespark.api.problems import CONTENT_TYPE, TITLES

FIELD_ERRORS = {"$ref": "#/components/schemas/FieldErrors"}


@dataclass(frozen=True)
class Error:
    """One `error_code`: its words, and by example and schema what it says beyond what every problem does.

    `headers` are those that it has and others of its status have not.
    """

    detail: str
    example: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)


SECONDS = {"type": "integer", "minimum": 0}
RETRY_AFTER = {"description": "Seconds to wait.", "schema": {**SECONDS, "minimum": 1}}


def of_field(name: str, message: str, detail: str | None = None) -> Error:
    """An error that names fields."""
    errors = {"errors": {name: [message]}}
    return Error(detail or f"Validation error: {name}: {message}", errors, {"errors": FIELD_ERRORS})


ERROR_CODES: dict[int, dict[str, Error]] = {
    400: {
        "VALIDATION_ERROR": of_field("email", "Must be a valid email address."),
        "MALFORMED_JSON": Error("Malformed JSON at line 1, column 2."),
        "WEAK_PASSWORD": of_field("password", "This password is too common."),
        "BAD_REQUEST": Error("The request is not one that this server takes."),
    },
    401: {
        "NOT_AUTHENTICATED": Error("Authentication credentials were not provided."),
        "TOKEN_INVALID": Error("The token is not valid."),
        "TOKEN_EXPIRED": Error("The token has expired."),
        "INVALID_CREDENTIALS": Error("The email or the password is wrong."),
        "REFRESH_TOKEN_EXPIRED": Error("The token has expired."),
    },
    403: {"PERMISSION_DENIED": Error("You do not have permission to do this.")},
    404: {
        "CLIENT_NOT_FOUND": Error("Client not found"),
        "INVOICE_NOT_FOUND": Error("Invoice not found"),
        "SESSION_NOT_FOUND": Error("Session not found"),
        "NOT_FOUND": Error("There is nothing at this path."),
    },
    405: {"METHOD_NOT_ALLOWED": Error('Method "DELETE" not allowed.')},
    406: {"NOT_ACCEPTABLE": Error("Could not satisfy the request Accept header.")},
    409: {
        "DUPLICATE_CLIENT": Error("Duplicate client: a client with this email already exists"),
        "DUPLICATE_INVOICE": Error("Duplicate invoice: an invoice with this number already exists"),
        "CONFLICT": Error("The invoice is paid; it takes no payment."),
        "REQUEST_IN_PROGRESS": Error(
            "A request with this Idempotency-Key is in progress.", headers={"Retry-After": RETRY_AFTER}
        ),
    },
    412: {"PRECONDITION_FAILED": Error("It has changed since it was read; read it again, then change it.")},
    413: {"PAYLOAD_TOO_LARGE": Error("The body is larger than 1 MB.")},
    415: {"UNSUPPORTED_MEDIA_TYPE": Error('Unsupported media type "text/plain" in request.')},
    422: {"IDEMPOTENCY_KEY_REUSED": Error("This Idempotency-Key came with another request before.")},
    429: {
        "RATE_LIMITED": Error("Request was throttled. Expected available in 1800 seconds."),
        "ACCOUNT_LOCKED": Error("Too many failed logins. Please try again later."),
    },
    500: {"INTERNAL_ERROR": Error("Something went wrong on our side.")},
    503: {"UNAVAILABLE": Error("The service is unavailable for a moment. Please try again.")},
}

MEMBERS = {
    "type": {"type": "string", "const": "about:blank"},
    "title": {"type": "string", "description": "The status in words.", "examples": ["Conflict"]},
    "status": {"type": "integer", "minimum": 400, "maximum": 599, "examples": [409]},
    "detail": {"type": "string", "description": "What went wrong, for people."},
    "error_code": {
        "type": "string",
        "description": "What went wrong, for programs.",
        "enum": [code for codes in ERROR_CODES.values() for code in codes],
    },
    "timestamp": {"type": "string", "format": "date-time"},
    "request_id": {"type": "string", "description": "The caller's own X-Request-ID where one was sent."},
}
SCHEMAS = {
    "Problem": {
        "type": "object",
        "description": "Every error, from whichever layer, is one (RFC 9457); some say more.",
        "required": list(MEMBERS),
        "properties": MEMBERS,
    },
    "FieldErrors": {
        "type": "object",
        "description": "Field to messages, nested as the body is.",
        "additionalProperties": {"anyOf": [{"type": "array", "items": {"type": "string"}}, FIELD_ERRORS]},
    },
}

HEADERS: dict[str, dict[str, Any]] = {
    "Retry-After": {**RETRY_AFTER, "required": True},
    "WWW-Authenticate": {
        "description": "What to log in by.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
    "X-RateLimit-Limit": {"description": "Requests a window, where there is a limit.", "schema": SECONDS},
    "X-RateLimit-Remaining": {"description": "Requests left in this window.", "schema": SECONDS},
    "X-RateLimit-Reset": {"description": "When the window is over, in Unix seconds.", "schema": SECONDS},
    "X-Request-ID": {"description": "The body's `request_id`.", "required": True, "schema": {"type": "string"}},
}
RATE_LIMIT = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
HEADERS_OF = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


def headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


ANY_OTHER = {
    "description": "Any other problem, such as 405 for a method that the path does not take.",
    "headers": headers(*RATE_LIMIT, "X-Request-ID"),
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def by_status(errors: Mapping[str, Error | None]) -> dict[int, dict[str, Error]]:
    """The errors under their statuses, in the table's order and, where they bring none, in its words."""
    found = {
        status: {code: errors[code] or usual for code, usual in table.items() if code in errors}
        for status, table in ERROR_CODES.items()
    }
    return {status: chosen for status, chosen in found.items() if chosen}


def answer(status: int, errors: Mapping[str, Error]) -> dict[str, Any]:
    """The answer of one status, which carries one of the codes."""
    narrowed: dict[str, Any] = {"status": {"const": status}, "error_code": {"enum": list(errors)}}
    of_codes: dict[str, Any] = {}
    for error in errors.values():
        narrowed.update(error.members)
        of_codes.update(error.headers)
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "object", "properties": narrowed}]}
    examples = {code: {"value": example(status, code, error)} for code, error in errors.items()}
    return {
        "description": " or ".join(f"`{code}`" for code in errors),
        "headers": {**of_codes, **headers(*HEADERS_OF.get(status, ()), *RATE_LIMIT, "X-Request-ID")},
        "content": {CONTENT_TYPE: {"schema": schema, "examples": examples}},
    }


def example(status: int, code: str, error: Error) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": error.detail,
        "error_code": code,
        "timestamp": "2024-01-15T10:30:00Z",
        "request_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        **error.example,
    }
