"""What a token says: `sub` the user, `account` the tenant, `sid` the session it lives and dies with.

Signing, expiry and the token types are simplejwt's; accounts/signing.py has the keys.
"""

import time
import uuid
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.signals import setting_changed
from django.dispatch import receiver
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError

from accounts.models import Session, User
from accounts.signing import Rotating
from duespark.api.exceptions import Unauthorized
from duespark.ids import uuid_of
from duespark.postgres import reconnect_once
from duespark.prepared import Prepared

REMEMBERED = 1024  # tokens


def _sessions(account: Any, session: Any) -> Any:
    return Session.objects.for_account(account).filter(pk=session).select_related("user__account").order_by()


def _callers(account: Any, session: Any) -> Any:
    return User.objects.for_account(account).with_live_session(session).select_related("account").order_by()


# Every request asks who is calling.
CALLER: Prepared[User] = Prepared(_callers)
LIVE_SESSION: Prepared[Session] = Prepared(lambda account, session: _sessions(account, session).live())
ANY_SESSION: Prepared[Session] = Prepared(_sessions)
AnyToken = TypeVar("AnyToken", bound=tokens.Token)


class AccessToken(Rotating, tokens.AccessToken):
    pass


class RefreshToken(Rotating, tokens.RefreshToken):  # type: ignore[misc]  # simplejwt has no types
    access_token_class = AccessToken

    @classmethod
    def for_session(cls, session: Session) -> "RefreshToken":
        """The session's one good refresh token; its `access_token` is the other half of the pair."""
        token = cls()
        token["sub"] = session.user_id
        token["account"] = session.account_id
        token["sid"] = session.id
        token["jti"] = session.refresh_id.hex
        return token


def pair(session: Session) -> dict[str, Any]:
    """What a login and a refresh answer."""
    refresh = RefreshToken.for_session(session)
    return {
        "access_token": str(refresh.access_token),
        "refresh_token": str(refresh),
        "token_type": "bearer",
        "expires_in": int(AccessToken.lifetime.total_seconds()),
    }


def verified(kind: type[AnyToken], raw: Any, *, expired_code: str = "TOKEN_EXPIRED") -> AnyToken:
    """The token that `raw` is; 401 when it is forged, of another kind, or expired."""
    try:
        token: AnyToken = _read(kind, raw)  # type: ignore[arg-type]  # a class is hashable
        if token["exp"] <= time.time():
            raise ExpiredTokenError
    except ExpiredTokenError:
        raise Unauthorized("The token has expired.", expired_code) from None
    except (TokenError, ValueError, TypeError, OverflowError, OSError):  # the last two: an `exp` beyond time
        raise invalid() from None
    return token


@lru_cache(maxsize=REMEMBERED)
def _read(kind: Any, raw: Any) -> Any:
    """Remembers good signatures: a token comes with every request of its hour, and stays signed.

    What may change, its expiry and its session, is asked each time. The keys are those of the process.
    """
    return kind(raw)


@receiver(setting_changed)
def _forget(setting: str, **kwargs: Any) -> None:
    """Other keys, as a test may have them, have signed nothing of what is remembered."""
    if setting == "JWT_KEYS":
        _read.cache_clear()


@reconnect_once
def caller(token: tokens.Token) -> User | None:
    """The user whom a verified token lets in, the account along; None when its session is over."""
    return CALLER.first(**_key(token))


@reconnect_once
def session_of(token: tokens.Token, *, live: bool = True) -> Session | None:
    """The session that a verified token names, its user and account along; None when it is over."""
    return (LIVE_SESSION if live else ANY_SESSION).first(**_key(token))


def _key(token: tokens.Token) -> dict[str, uuid.UUID]:
    try:
        return {"account": uuid_of(token["account"]), "session": uuid_of(token["sid"])}
    except (KeyError, ValidationError):
        raise invalid() from None


def rotated(raw: Any, **sighting: Any) -> Session:
    """The session of a refresh token that has now been used, for the last time."""
    token = verified(RefreshToken, raw, expired_code="REFRESH_TOKEN_EXPIRED")
    session = session_of(token)
    if session is None:
        raise invalid()
    if not session.rotate(_refresh_id(token), RefreshToken.lifetime, **sighting):
        session.end()
        raise invalid()
    return session


def _refresh_id(token: RefreshToken) -> uuid.UUID:
    try:
        return uuid.UUID(token["jti"])
    except ValueError:
        raise invalid() from None


def invalid() -> Unauthorized:
    return Unauthorized("The token is not valid.", "TOKEN_INVALID")
