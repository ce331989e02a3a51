"""Tokens as a forger, or a clumsy service with our key, would make them."""

import base64
import json
import time

import jwt
from django.conf import settings

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


def signed(payload, key=KEY, algorithm="HS256", **headers):
    """The payload as it is, whatever its types: PyJWT's own encoder would refuse some."""
    return jwt.api_jws.encode(json.dumps(payload).encode(), key, algorithm=algorithm, headers=headers)


def signed_by(payload, key, **headers):
    """As we would sign it ourselves with a key of `JWT_KEYS`."""
    return signed(payload, key.signing, key.algorithm, **{"kid": key.kid, **headers})


def unsigned(head, payload, signature=""):
    return f"{segment(head)}.{segment(json.dumps(payload).encode())}.{signature}"


def segment(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def expired(token):
    """The same token, a second after its end."""
    payload = jwt.decode(token, KEY, ["HS256"])
    return signed({**payload, "exp": int(time.time()) - 1})
