"""The keys that sign and verify tokens, as the environment gives them, checked before anything starts.

A key is a secret, for HS256, or PEM, for EdDSA and RS256. It is given as it is or, as
`file:/run/secrets/jwt.pem`, by the file that holds it. PEM wants the package `cryptography`.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import get_default_algorithms, has_crypto
from jwt.exceptions import InvalidKeyError
from jwt.utils import base64url_encode

BY_SECRET = "HS256"
BY_PEM = ("EdDSA", "RS256")
KINDS = {"HS256": "a secret", "EdDSA": "an Ed25519 key", "RS256": "an RSA key"}
METHODS: dict[str, Any] = get_default_algorithms()
MIN_SECRET = 32  # bytes: RFC 7518, 3.2
FILE = "file:"


@dataclass(frozen=True, eq=False)
class Key:
    """A key, good for one algorithm alone, and the `kid` by which tokens refer to it.

    Of a pair, `verifying` is the public half; `signing` is None where the private one is not known.
    """

    algorithm: str
    kid: str
    verifying: Any = field(repr=False)
    signing: Any = field(repr=False)


def token_keys(algorithm: str, signing_key: str, secret_key: str, previous: Iterable[str]) -> tuple[Key, ...]:
    """The key that signs, by this algorithm, then those that only verify yet, of whatever algorithm.

    The secret key signs where there is no signing key. Raises `ImproperlyConfigured`, in words that
    never repeat a key.
    """
    if algorithm not in KINDS:
        raise ImproperlyConfigured(f"JWT_ALGORITHM must be one of {', '.join(KINDS)}.")
    name, text = ("JWT_SIGNING_KEY", signing_key) if signing_key else ("SECRET_KEY", secret_key)
    key = _key(name, text)
    if key.algorithm != algorithm:
        wanted, found = KINDS[algorithm], KINDS[key.algorithm]
        raise ImproperlyConfigured(f"JWT_ALGORITHM={algorithm} wants {wanted} as JWT_SIGNING_KEY; {name} is {found}.")
    if key.signing is None:
        raise ImproperlyConfigured(f"{name} must be a private key; it is a public one.")
    return (key, *(_key("JWT_PREVIOUS_SIGNING_KEYS", text) for text in previous))


def _key(name: str, text: str) -> Key:
    if text.startswith(FILE):
        try:
            text = Path(text.removeprefix(FILE)).read_text().strip()
        except (OSError, ValueError):
            raise ImproperlyConfigured(f"{name} names a file that cannot be read as text.") from None
    return _pem(name, text) if "-----BEGIN " in text else _secret(name, text)


def _secret(name: str, text: str) -> Key:
    """Its `kid` is a MAC made with it, which tells no more of the secret than any signature does."""
    secret = text.encode()
    if len(secret) < MIN_SECRET and name != "SECRET_KEY":  # of which `check --deploy` warns
        raise ImproperlyConfigured(f"{name} must have at least {MIN_SECRET} bytes, as RFC 7518 wants for {BY_SECRET}.")
    try:
        METHODS[BY_SECRET].prepare_key(secret)
    except InvalidKeyError:
        raise ImproperlyConfigured(f"{name} must be a secret or a key in PEM; it is one in another form.") from None
    kid = hmac.digest(secret, b"kid", hashlib.sha256)[:16]
    return Key(BY_SECRET, base64url_encode(kid).decode(), secret, secret)


def _pem(name: str, text: str) -> Key:
    """Its `kid` is the thumbprint of its public half (RFC 7638)."""
    if not has_crypto:
        raise ImproperlyConfigured(f"{name} is a key in PEM, which wants the package cryptography to be installed.")
    for algorithm in BY_PEM:
        method = METHODS[algorithm]
        try:
            key = method.prepare_key(text)
        except (InvalidKeyError, ValueError):  # of another kind, or nothing at all
            continue
        except TypeError:  # cryptography's, where a password is missing
            raise ImproperlyConfigured(f"{name} must not be encrypted with a password.") from None
        if too_short := method.check_key_length(key):
            raise ImproperlyConfigured(f"{name} is too short. {too_short}")
        private, public = (key, key.public_key()) if hasattr(key, "sign") else (None, key)
        return Key(algorithm, _thumbprint(method.to_jwk(public, as_dict=True)), public, private)
    raise ImproperlyConfigured(f"{name} must be an Ed25519 or RSA key in PEM.")


def _thumbprint(jwk: dict[str, Any]) -> str:
    required = {name: value for name, value in jwk.items() if name in ("crv", "e", "kty", "n", "x")}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True)
    return base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()
