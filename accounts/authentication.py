"""Who is calling."""

from ipaddress import ip_address
from typing import Any

from django.contrib.auth.backends import ModelBackend
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import Session, User
from accounts.throttling import client_address
from accounts.tokens import AccessToken, caller, invalid, verified


class BearerAuthentication(BaseAuthentication):
    """The user of a live session, by the access token in `Authorization: Bearer`.

    One indexed query, and every few minutes a note that the session was seen. A token whose session
    has ended, whose user is inactive or whose account is closed is as dead as a forged one.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        raw = bearer_token(request)
        if raw is None:
            return None
        token = verified(AccessToken, raw)
        user = caller(token)
        if user is None:
            raise invalid()
        if user.sighting_due:
            Session.objects.for_account(user.account_id).filter(pk=token["sid"]).see(**sighting(request))
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def bearer_token(request: Request) -> bytes | None:
    """The raw token of the Authorization header; None where there is none of this scheme."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace").partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None


def sighting(request: Request) -> dict[str, str | None]:
    """From where a request comes, as its session keeps it."""
    agent = request.META.get("HTTP_USER_AGENT", "")[: Session.MAX_DEVICE]
    return {"device": "".join(filter(str.isprintable, agent)) or None, "address": _address(request)}


def _address(request: Request) -> str | None:
    """None where it is not known: a proxy has said something else, or the server listens on a Unix socket."""
    try:
        return str(ip_address(client_address(request).partition("%")[0]))  # without the zone that IPv6 may name
    except ValueError:
        return None


class EmailBackend(ModelBackend):
    """Logs in by email and password, in the API and the admin alike; a closed account's users are out."""

    def get_user(self, user_id: Any) -> Any:
        user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return user.may_enter


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access_token` that `/auth/login` answers.",
        }
