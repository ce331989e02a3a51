"""The environment, as manage.py and a WSGI server meet it: in a process of their own, with nothing inherited."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from duespark.settings import cache_url, flag, folder, number
from duespark.wsgi import Handler

PRODUCTION = {
    "SECRET_KEY": "a long and random string of our own, for this test alone",
    "DATABASE_URL": "postgresql://user:password@localhost/duespark",
    "ALLOWED_HOSTS": "api.example.com",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the project without its .env."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(settings.BASE_DIR / "manage.py", folder)
    for room in ("duespark", "accounts", "clients", "static", "templates"):
        shutil.copytree(settings.BASE_DIR / room, folder / room, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    return folder


@pytest.fixture
def run(checkout):
    def run(*arguments, **environ):
        return subprocess.run(
            [sys.executable, *(arguments or ("manage.py", "check"))],
            cwd=checkout,
            env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environ},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def refusal(process):
    """The one sentence of a process that would not start."""
    assert process.returncode == 1
    assert process.stdout == ""
    (sentence,) = process.stderr.splitlines()
    return sentence


def test_production_names_all_that_it_needs_in_one_sentence(run):
    assert refusal(run()) == (
        "DueSpark needs SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS in the environment; "
        "for development on an embedded database, set DEVELOPMENT=true instead (make does)."
    )


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("name", PRODUCTION)
def test_production_names_the_one_that_is_missing_or_blank(run, name, value):
    environ = {**PRODUCTION, name: value}
    if value is None:
        del environ[name]

    assert refusal(run(**environ)).startswith(f"DueSpark needs {name} in the environment")


def test_production_has_nothing_to_be_warned_of(run):
    process = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert process.returncode == 0, process.stderr
    assert process.stdout == "System check identified no issues (4 silenced).\n"


@pytest.mark.parametrize("key", ["correct horse", "x" * 60])
def test_a_key_that_can_be_guessed_is_warned_of(run, key):
    process = run("manage.py", "check", "--deploy", **{**PRODUCTION, "SECRET_KEY": key})

    assert "security.W009" in process.stderr


def test_production_is_the_default_and_careful(run):
    look = (
        "from django.conf import settings as s; "
        "print(s.DEVELOPMENT, s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE); "
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_DOMAIN); "
        "print(s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_HTTPONLY, s.CSRF_COOKIE_SAMESITE, s.CSRF_COOKIE_DOMAIN)"
    )
    process = run("-c", look, DJANGO_SETTINGS_MODULE="duespark.settings", **PRODUCTION)

    assert process.stdout.splitlines() == [
        "False False ['api.example.com'] True True",
        "__Host-sessionid True Lax None",
        "__Host-csrftoken True Lax None",
    ]


def test_a_file_beside_manage_py_speaks_where_the_environment_does_not(run, checkout):
    said = {**PRODUCTION, "DEVELOPMENT": "nonsense"}
    (checkout / ".env").write_text("".join(f"{name}={value}\n" for name, value in said.items()))
    try:
        assert refusal(run()) == "DEVELOPMENT must be true or false."
        assert run(DEVELOPMENT="false").returncode == 0
        assert "DueSpark needs SECRET_KEY in" in refusal(run(DEVELOPMENT="false", SECRET_KEY=""))
    finally:
        (checkout / ".env").unlink()


def test_a_secret_may_begin_with_a_dollar(run):
    assert run(**{**PRODUCTION, "SECRET_KEY": "$omething long and random, of our own, for this test"}).returncode == 0


A_PATH = "{} must be a path of its own, such as admin/ or back/office/."
A_SWITCH = "{} must be true or false."
A_NUMBER = "{} must be a whole number."
A_CACHE = "{} must be like redis://HOST:6379/0."
OF_OUR_OWN = "A_VARIABLE"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ADMIN_PATH", "clients", A_PATH),
        ("DEVELOPMENT", "yes", A_SWITCH),
        ("DATABASE_PREPARE", "no", A_SWITCH),
        ("DATABASE_POOL_SIZE", "many", A_NUMBER),
        ("HSTS_SECONDS", "a year", A_NUMBER),
        ("TRUSTED_PROXIES", "-1", A_NUMBER),
        ("CACHE_URL", "https://secret@host", A_CACHE),
    ],
)
def test_what_a_variable_cannot_be_keeps_the_server_from_starting(run, name, value, sentence):
    assert refusal(run(**{**PRODUCTION, name: value})) == sentence.format(name)


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        *((flag, value, A_SWITCH) for value in ("yes", "1", "on", "truee", "0")),
        *((number, value, A_NUMBER) for value in ("many", "-1", "1.5", "\xb2")),
        *((folder, path, A_PATH) for path in ("clients", "static/admin", "a b", "../admin", "a//b", "admin?")),
        *((folder, path, A_PATH) for path in ("\u00e9", "(?P<x>)")),
        *((cache_url, url, A_CACHE) for url in ("memcached://host:11211", "localhost:6379", "redis://")),
    ],
)
def test_a_variable_is_what_it_must_be_or_refused(monkeypatch, read, value, sentence):
    monkeypatch.setenv(OF_OUR_OWN, value)
    default = {flag: False, number: 0, folder: "admin"}

    with pytest.raises(ImproperlyConfigured, match=f"^{re.escape(sentence.format(OF_OUR_OWN))}$"):
        read(OF_OUR_OWN, *([default[read]] if read in default else []))


@pytest.mark.parametrize("url", ["sqlite:///db", "mysql://user:password@localhost/db", "nonsense", "postgresql://host"])
def test_another_database_is_refused_and_its_password_is_not_repeated(run, url):
    sentence = refusal(run(**{**PRODUCTION, "DATABASE_URL": url}))

    assert sentence == "DATABASE_URL must be like postgresql://USER:PASSWORD@HOST:5432/DATABASE."


def test_a_key_that_does_not_do_keeps_the_server_from_starting(run):
    """Which ones do not, accounts/tests/test_signing_keys.py says."""
    too_short = refusal(run(**PRODUCTION, JWT_SIGNING_KEY="short", JWT_ALGORITHM="HS256"))

    assert too_short == "JWT_SIGNING_KEY must have at least 32 bytes, as RFC 7518 wants for HS256."


def test_keys_are_separated_by_commas(run):
    keys = {"JWT_SIGNING_KEY": "n" * 32, "JWT_PREVIOUS_SIGNING_KEYS": f"{'o' * 32}, {'p' * 32},"}
    look = "from django.conf import settings as s; print(*(key.signing.decode()[0] for key in s.JWT_KEYS))"
    process = run("-c", look, DJANGO_SETTINGS_MODULE="duespark.settings", **PRODUCTION, **keys)

    assert process.stdout == "n o p\n"


@pytest.mark.parametrize(
    ("url", "understood"),
    [("valkey://host/1", "redis://host/1"), ("valkeys://host", "rediss://host"), ("unix:///run/redis", None)],
)
def test_a_valkey_is_spoken_to_as_a_redis(monkeypatch, url, understood):
    monkeypatch.setenv(OF_OUR_OWN, url)

    assert cache_url(OF_OUR_OWN) == (understood or url)


@pytest.mark.parametrize(
    "rate", ["fast", "1000", "0/hour", "-1/hour", "1000/fortnight", "1000/hours", "1.5/hour", "/hour"]
)
@pytest.mark.parametrize("server", [Handler, lambda: Client().get("/")])
def test_a_rate_that_is_none_keeps_the_server_from_starting(settings, rate, server):
    settings.API_RATE_LIMIT = rate

    with pytest.raises(ImproperlyConfigured, match="API_RATE_LIMIT must be like 1000/hour"):
        server()
