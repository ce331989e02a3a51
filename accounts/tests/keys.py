"""Keys as an operator makes them, and the settings that name them."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from duespark.keys import token_keys

SECRET = "the first secret, which is long enough"
OTHER_SECRET = "another secret, which is long enough, too"
SECRET_KEY = "what signs where no other key is given"


@cache
def private(kind):
    """A key pair in PEM; `RS256`, `EdDSA`, or one that we do not take."""
    make = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "other RS256": lambda: rsa.generate_private_key(65537, 2048),
        "short RS256": lambda: rsa.generate_private_key(65537, 1024),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
        "other EdDSA": ed25519.Ed25519PrivateKey.generate,
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    }
    return make[kind]()


def pem(kind, password=None):
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return private(kind).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def public_pem(kind):
    """The public half of a pair, or a public key itself."""
    public = private(kind).public_key() if isinstance(kind, str) else kind
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def keys(signing=SECRET, *previous, algorithm="HS256"):
    """What `JWT_KEYS` is where the environment says so."""
    return token_keys(algorithm, signing, SECRET_KEY, previous)
