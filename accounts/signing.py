"""How tokens are signed, and by which of several keys each is verified, so that keys can be rotated."""

from functools import cache
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken
from rest_framework_simplejwt.settings import api_settings

from duespark.keys import Key


class RotatingBackend(TokenBackend):
    """simplejwt's backend, with a further one for each key: the first signs, and all verify.

    A token is verified by the key that its `kid` names and by that key's own algorithm, whatever it
    says itself. One without a `kid` may be any key's.
    """

    def __init__(self, keys: tuple[Key, ...]) -> None:
        newest = keys[0]
        leeway = api_settings.LEEWAY
        super().__init__(newest.algorithm, newest.signing, newest.verifying, leeway=leeway)
        self.kid = newest.kid
        self.verifiers = {
            key.kid: TokenBackend(key.algorithm, key.signing, key.verifying, leeway=leeway) for key in keys
        }

    def encode(self, payload: dict[str, Any]) -> str:
        return jwt.encode(payload, self.prepared_signing_key, self.algorithm, headers={"kid": self.kid})

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        for verifier in self._candidates(token):
            try:
                return verifier.decode(token, verify)
            except TokenBackendExpiredToken:  # and so verified
                raise
            except TokenBackendError:
                continue
        raise TokenBackendError("Token is invalid")

    def _candidates(self, token: Any) -> list[TokenBackend]:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            return []
        if "kid" not in header:
            return list(self.verifiers.values())
        named = self.verifiers.get(header["kid"])
        return [named] if named else []


@cache
def _backend(keys: tuple[Key, ...]) -> RotatingBackend:
    return RotatingBackend(keys)


class Rotating:
    """A simplejwt token that is signed and verified by the keys of the settings."""

    def get_token_backend(self) -> RotatingBackend:
        return _backend(settings.JWT_KEYS)
