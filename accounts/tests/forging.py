"""Tokens as a forger, or a clumsy service with our key, would make them."""

import json
import time

import jwt
from django.conf import settings

from accounts.tokens import AccessToken, RefreshToken

KEY = settings.JWT_KEYS[0].signing.decode()


def claims(session, **changed):
    """What an access token of the session says; a claim changed to `...` is left out."""
    said = {
        "token_type": "access",
        "exp": int(time.time()) + 60,
        "iat": int(time.time()),
        "jti": session.refresh_id.hex,
        "sub": session.user_id,
        "account": session.account_id,
        "sid": session.id,
        **changed,
    }
    return {name: value for name, value in said.items() if value is not ...}


def signed(payload, key=KEY, algorithm="HS256"):
    """The payload as it is, whatever its types: PyJWT's own encoder would refuse some."""
    return jwt.api_jws.encode(json.dumps(payload).encode(), key, algorithm=algorithm)


def expired(token):
    """The same token, a second after its end."""
    for kind in (AccessToken, RefreshToken):
        if jwt.decode(token, KEY, ["HS256"])["token_type"] == kind.token_type:
            return signed({**kind(token).payload, "exp": int(time.time()) - 1})
    raise AssertionError("neither an access nor a refresh token")
