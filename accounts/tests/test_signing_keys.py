"""Keys are changed without logging anybody out, and wrong ones keep the server from starting."""

import jwt
import pytest
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import OKPAlgorithm

from accounts.tests.forging import claims, signed
from accounts.tests.keys import OTHER_SECRET, SECRET, SECRET_KEY, keys, pem, public_pem
from conftest import Caller
from duespark.keys import KINDS, token_keys

# What signs by each algorithm, what verifies it later, and what takes its place.
SIGNING = {"HS256": SECRET, "EdDSA": pem("EdDSA"), "RS256": pem("RS256")}
VERIFYING = {"HS256": SECRET, "EdDSA": public_pem("EdDSA"), "RS256": public_pem("RS256")}
NEXT = {"HS256": OTHER_SECRET, "EdDSA": pem("other EdDSA"), "RS256": pem("other RS256")}

each_algorithm = pytest.mark.parametrize("algorithm", KINDS)


@pytest.fixture
def use(settings):
    """Restarts the server, so to say, with these keys."""

    def use(*texts, algorithm):
        settings.JWT_KEYS = keys(*texts, algorithm=algorithm)

    return use


def refreshed(caller):
    return caller.post("/auth/refresh", {"refresh_token": caller.tokens["refresh_token"]}, HTTP_AUTHORIZATION="")


def head(caller):
    return jwt.get_unverified_header(caller.tokens["access_token"])


@each_algorithm
def test_each_algorithm_signs_and_verifies(alice, use, algorithm):
    use(SIGNING[algorithm], algorithm=algorithm)
    caller = Caller(alice.user)

    assert head(caller)["alg"] == algorithm
    assert caller.get("/auth/me").status_code == 200
    assert refreshed(caller).status_code == 200


@each_algorithm
@pytest.mark.parametrize("before", KINDS)
def test_whoever_was_in_before_the_change_stays_in(alice, use, before, algorithm):
    use(SIGNING[before], algorithm=before)
    caller = Caller(alice.user)
    use(NEXT[algorithm], VERIFYING[before], algorithm=algorithm)

    assert caller.get("/auth/me").status_code == 200
    answer = refreshed(caller)
    assert answer.status_code == 200
    caller.tokens = answer.json()
    assert head(caller)["alg"] == algorithm
    assert caller.get("/auth/me").status_code == 200


@each_algorithm
def test_a_key_that_is_no_longer_named_is_dead(alice, use, algorithm):
    use(SIGNING[algorithm], algorithm=algorithm)
    caller = Caller(alice.user)
    assert caller.get("/auth/me").status_code == 200

    use(NEXT[algorithm], algorithm=algorithm)

    assert caller.get("/auth/me").json()["error_code"] == "TOKEN_INVALID"
    assert refreshed(caller).json()["error_code"] == "TOKEN_INVALID"


def test_a_key_lives_through_several_changes(alice, use):
    use(SECRET, algorithm="HS256")
    caller = Caller(alice.user)
    use(pem("EdDSA"), OTHER_SECRET, pem("RS256"), SECRET, algorithm="EdDSA")

    assert caller.get("/auth/me").status_code == 200


@pytest.mark.parametrize(
    "texts", [(SECRET, OTHER_SECRET), (OTHER_SECRET, SECRET), (OTHER_SECRET, pem("RS256"), SECRET)]
)
def test_a_token_of_before_keys_had_names_is_good_still(alice, use, texts):
    use(*texts, algorithm="HS256")
    token = signed(claims(alice.session), SECRET)

    assert "kid" not in jwt.get_unverified_header(token)
    assert alice.get("/auth/me", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 200


def test_an_old_one_that_is_expired_says_so_too(alice, use):
    use(OTHER_SECRET, SECRET, algorithm="HS256")
    token = signed(claims(alice.session, exp=1), SECRET)

    assert alice.get("/auth/me", HTTP_AUTHORIZATION=f"Bearer {token}").json()["error_code"] == "TOKEN_EXPIRED"


def test_a_key_may_be_in_a_file(tmp_path):
    (tmp_path / "jwt.pem").write_text(pem("EdDSA"))
    (tmp_path / "secret").write_text(f"{SECRET}, with a comma\n")

    signing, previous = keys(f"file:{tmp_path}/jwt.pem", f"file:{tmp_path}/secret", algorithm="EdDSA")

    assert (signing.algorithm, signing.kid) == ("EdDSA", keys(pem("EdDSA"), algorithm="EdDSA")[0].kid)
    assert (previous.algorithm, previous.signing) == ("HS256", f"{SECRET}, with a comma".encode())


def test_the_secret_key_signs_where_no_other_does():
    assert token_keys("HS256", "", SECRET_KEY, [])[0].signing == SECRET_KEY.encode()


def test_a_short_secret_key_signs_all_the_same():
    """It is Django's, whose `check --deploy` warns of it."""
    assert token_keys("HS256", "", "short", [])[0].signing == b"short"


# The name of a key


def test_the_name_of_a_public_key_is_its_thumbprint():
    """The example of RFC 8037, appendix A.3."""
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    public = OKPAlgorithm.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": x})

    named = keys(SECRET, public_pem(public))[1].kid

    assert named == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("kind", ["EdDSA", "RS256"])
def test_both_halves_of_a_pair_have_one_name(kind):
    private_half, public_half = keys(SECRET, pem(kind), public_pem(kind))[1:]

    assert private_half.kid == public_half.kid


def test_the_name_of_a_secret_is_its_own_and_tells_nothing(alice, use):
    first, second = keys(SECRET, OTHER_SECRET)

    assert first.kid != second.kid
    assert first.kid == keys(SECRET)[0].kid
    assert len(first.kid) == 22
    use(SECRET, algorithm="HS256")
    assert head(Caller(alice.user)) == {"alg": "HS256", "kid": first.kid, "typ": "JWT"}


def test_a_key_is_not_shown_by_accident():
    shown = repr(keys(SECRET, pem("RS256")))

    assert SECRET not in shown
    assert "object at" not in shown


# Keys that keep the server from starting


@pytest.mark.parametrize("algorithm", ["", "none", "HS512", "ES256", "hs256"])
def test_an_algorithm_is_one_of_three(algorithm):
    with pytest.raises(ImproperlyConfigured, match=r"^JWT_ALGORITHM must be one of HS256, EdDSA, RS256\.$"):
        keys(algorithm=algorithm)


@pytest.mark.parametrize(
    ("algorithm", "texts", "sentence"),
    [
        ("HS256", ["x" * 31], "JWT_SIGNING_KEY must have at least 32 bytes, as RFC 7518 wants for HS256."),
        ("HS256", ["é" * 15], "JWT_SIGNING_KEY must have at least 32 bytes, as RFC 7518 wants for HS256."),
        (
            "HS256",
            [SECRET, OTHER_SECRET, "short"],
            "JWT_PREVIOUS_SIGNING_KEYS must have at least 32 bytes, as RFC 7518 wants for HS256.",
        ),
        (
            "HS256",
            [pem("RS256")],
            "JWT_ALGORITHM=HS256 wants a secret as JWT_SIGNING_KEY; JWT_SIGNING_KEY is an RSA key.",
        ),
        (
            "HS256",
            ['{"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"}'],
            "JWT_SIGNING_KEY must be a secret or a key in PEM; it is one in another form.",
        ),
        (
            "EdDSA",
            [SECRET],
            "JWT_ALGORITHM=EdDSA wants an Ed25519 key as JWT_SIGNING_KEY; JWT_SIGNING_KEY is a secret.",
        ),
        ("RS256", [""], "JWT_ALGORITHM=RS256 wants an RSA key as JWT_SIGNING_KEY; SECRET_KEY is a secret."),
        (
            "RS256",
            [pem("EdDSA")],
            "JWT_ALGORITHM=RS256 wants an RSA key as JWT_SIGNING_KEY; JWT_SIGNING_KEY is an Ed25519 key.",
        ),
        ("EdDSA", [public_pem("EdDSA")], "JWT_SIGNING_KEY must be a private key; it is a public one."),
        ("EdDSA", [pem("ES256")], "JWT_SIGNING_KEY must be an Ed25519 or RSA key in PEM."),
        ("RS256", ["-----BEGIN PRIVATE KEY-----\nx"], "JWT_SIGNING_KEY must be an Ed25519 or RSA key in PEM."),
        ("RS256", [pem("RS256", b"x")], "JWT_SIGNING_KEY must not be encrypted with a password."),
        ("RS256", ["file:/nowhere/jwt.pem"], "JWT_SIGNING_KEY names a file that cannot be read as text."),
        ("RS256", ["file:/"], "JWT_SIGNING_KEY names a file that cannot be read as text."),
        (
            "RS256",
            [pem("short RS256")],
            "JWT_SIGNING_KEY is too short. The RSA key is 1024 bits long, which is below the minimum recommended size "
            "of 2048 bits. See NIST SP 800-131A.",
        ),
    ],
)
def test_a_key_that_does_not_do_is_refused_in_words(algorithm, texts, sentence):
    with pytest.raises(ImproperlyConfigured) as refusal:
        keys(*texts, algorithm=algorithm)

    assert str(refusal.value) == sentence


def test_without_cryptography_a_pem_is_refused_in_words(monkeypatch):
    monkeypatch.setattr("duespark.keys.has_crypto", False)
    words = "JWT_SIGNING_KEY is a key in PEM, which wants the package cryptography to be installed."
    with pytest.raises(ImproperlyConfigured, match=words):
        keys(pem("EdDSA"), algorithm="EdDSA")
