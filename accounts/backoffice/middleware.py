"""What staff's cookies need: Django's own middleware, for the pages of the back office alone.

The API knows no cookie, so none of its requests pays for a session, a login or a form's token.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware as Authentication
from django.contrib.messages.middleware import MessageMiddleware as Message
from django.contrib.sessions.middleware import SessionMiddleware as Session
from django.db import connection
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware as CsrfView

from duespark.browsers import is_back_office


class BackOfficeAlone:
    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if is_back_office(request) else self.get_response(request)  # type: ignore[misc]


class SessionMiddleware(BackOfficeAlone, Session):
    def process_request(self, request: HttpRequest) -> None:
        connection.close_if_left()  # type: ignore[attr-defined]  # duespark.backend's
        super().process_request(request)


class CsrfViewMiddleware(BackOfficeAlone, CsrfView):
    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        return super().process_view(request, *args) if is_back_office(request) else None


class AuthenticationMiddleware(BackOfficeAlone, Authentication):
    pass


class MessageMiddleware(BackOfficeAlone, Message):
    pass
