"""The cast, the same in every test: alice owns an account, bob is her colleague, charlie is a stranger.

Each has a `Caller`, which speaks to the API as they do.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from hypothesis import HealthCheck
from hypothesis import settings as properties
from psycopg.pq import TransactionStatus

from accounts.models import Account, Session, User
from accounts.tokens import RefreshToken, pair
from clients.models import Client
from clients.totals import KEPT

PASSWORD = "correct horse battery staple"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}

# A machine that is busy with other things makes no property false; and what a test's fixtures have made stays for all
# of its examples.
LENIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
properties.register_profile("lenient", deadline=None, suppress_health_check=LENIENT)
properties.load_profile("lenient")

# What is slow on purpose, or safer than a test has need of. Each test has browsers of its own, each of which would make
# a list of all static files.
settings.WHITENOISE_AUTOREFRESH = True
Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 64, 1
OPTIONS = connection.settings_dict["OPTIONS"]
OPTIONS["options"] = f"{OPTIONS.get('options', '')} -c synchronous_commit=off"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="all rounds of races and faults, which take minutes")


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--thorough"))


@pytest.fixture(scope="session")
def times(request: pytest.FixtureRequest) -> Callable[..., int]:
    """How often something is tried: so often every day, more when it is to be thorough."""
    asked = request.config.getoption("--thorough")
    return lambda everyday, thorough: thorough if asked else everyday


class Caller:
    """Somebody with an access token, or nobody; a body is sent as JSON unless it is bytes."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user
        self.account = user and user.account
        self.session = user and Session.begin(user, RefreshToken.lifetime)
        self.tokens = pair(self.session) if self.session else {}
        self.browser = Browser(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **extra: Any) -> HttpResponse:
        if self.tokens:
            extra.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.tokens['access_token']}")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        content_type = extra.pop("content_type", "application/json")
        response = self.browser.generic(method, path, data, content_type=content_type, **extra)
        if response.streaming:  # read to its end, which closes the file behind it
            response.streaming_content = [response.getvalue()]
        return response

    def get(self, path: str, **extra: Any) -> HttpResponse:
        return self.call("GET", path, **extra)

    def post(self, path: str, body: Any = None, **extra: Any) -> HttpResponse:
        return self.call("POST", path, body, **extra)

    def put(self, path: str, body: Any = None, **extra: Any) -> HttpResponse:
        return self.call("PUT", path, body, **extra)

    def patch(self, path: str, body: Any = None, **extra: Any) -> HttpResponse:
        return self.call("PATCH", path, body, **extra)

    def delete(self, path: str, **extra: Any) -> HttpResponse:
        return self.call("DELETE", path, **extra)


@pytest.fixture(autouse=True)
def totals_are_true(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test has written and however: the kept totals are those of the rows when it is over."""
    uses_database = request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(request.fixturenames)
    if not uses_database or request.node.get_closest_marker("drift"):
        yield
        return
    request.getfixturevalue("db")  # set up first, so that its rows are still there at the end
    yield
    if connection.connection is None or connection.connection.info.transaction_status == TransactionStatus.INERROR:
        return  # the test has left nothing that could be read
    accounts = list(Account.objects.values_list("pk", flat=True))
    assert [str(wrong) for kept in KEPT for pk in accounts for wrong in kept.differences(pk)] == []


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The cast shares one hash of one password."""
    return make_password(PASSWORD)


def member(account: Account, email: str, password_hash: str, **fields: Any) -> User:
    return User.objects.create(account=account, email=email, password=password_hash, **fields)


@pytest.fixture
def alice(db: None, password_hash: str) -> Caller:
    account = Account.objects.create(name="Alice & Co")
    return Caller(member(account, "alice@example.com", password_hash, full_name="Alice Archer"))


@pytest.fixture
def bob(alice: Caller, password_hash: str) -> Caller:
    return Caller(member(alice.account, "bob@example.com", password_hash, full_name="Bob Baker"))


@pytest.fixture
def charlie(db: None, password_hash: str) -> Caller:
    account = Account.objects.create(name="Charlie Ltd")
    return Caller(member(account, "charlie@example.com", password_hash, full_name="Charlie Cole"))


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller()


@pytest.fixture
def boss(db: None, password_hash: str) -> Browser:
    """The browser of a superuser, logged in to the back office."""
    account = Account.objects.create(name="DueSpark")
    return logged_in(member(account, "boss@duespark.example", password_hash, is_staff=True, is_superuser=True))


@pytest.fixture
def clerk(db: None, password_hash: str) -> Browser:
    """The browser of one of the staff to whom nothing has been permitted yet."""
    account = Account.objects.create(name="DueSpark")
    return logged_in(member(account, "clerk@duespark.example", password_hash, is_staff=True))


def logged_in(user: User) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def acme(alice: Caller) -> Client:
    """A client of alice's with every field set."""
    return Client.add(
        account_id=alice.account.pk,
        name="Acme Corporation",
        email="billing@acme.com",
        phone="+1-555-123-4567",
        street="123 Business Ave",
        city="New York",
        state="NY",
        zip_code="10001",
        country="US",
        tax_id="12-3456789",
        payment_terms=30,
        notes="Important client - priority support",
    )


@pytest.fixture
def strangers_client(charlie: Caller) -> Client:
    """A client of charlie's, whom alice must never see."""
    return Client.add(account_id=charlie.account.pk, name="Secret Holdings", email="ceo@secret.example")
