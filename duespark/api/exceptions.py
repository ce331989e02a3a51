"""The API's own exceptions, beside DRF's: one class a kind of refusal."""

from rest_framework import exceptions


class Unauthorized(exceptions.APIException):
    """401. Unlike DRF's own, it stays one on a view that authenticates nobody (a login)."""

    status_code = 401

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail, code)


class PayloadTooLarge(exceptions.APIException):
    status_code = 413

    def __init__(self, detail: str) -> None:
        super().__init__(detail, "PAYLOAD_TOO_LARGE")


class Missing(exceptions.APIException):
    """404 for one kind of thing: `Missing("Client")` is CLIENT_NOT_FOUND, "Client not found"."""

    status_code = 404

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind.capitalize()} not found", f"{kind.upper()}_NOT_FOUND")


class PreconditionFailed(exceptions.APIException):
    """412: what the request was meant for has changed since the caller read it."""

    status_code = 412

    def __init__(self) -> None:
        super().__init__("It has changed since it was read; read it again, then change it.", "PRECONDITION_FAILED")
