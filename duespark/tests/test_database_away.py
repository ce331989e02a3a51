"""Requests while the database is away: a server process whose DATABASE_URL leads nowhere."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

NOWHERE = "postgresql://user@127.0.0.1:1/duespark"  # nobody listens there
ASK = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
from accounts.models import Account, Session, User
from accounts.tokens import pair

session = f"{settings.SESSION_COOKIE_NAME}=of-a-while-ago"
token = pair(Session(account_id=Account().id, user_id=User().id))["access_token"]
browser = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
credentials = {"username": "alice@example.com", "password": "x"}
answers = [
    browser.get("/clients/"),
    browser.post("/clients/", {}, content_type="application/json"),
    browser.post("/auth/login", credentials, content_type="application/json"),
    browser.get("/nowhere"),
    browser.get("/admin/login/", headers={"Cookie": f"{session}; {settings.CSRF_COOKIE_NAME}=" + "x" * 32}),
    browser.get("/admin/", headers={"Cookie": session}),
]
print(json.dumps([[a.status_code, a["Content-Type"], a.get("Retry-After"), a.content.decode()] for a in answers]))
"""


@pytest.fixture(scope="module", params=["", "1000/hour"], ids=["uncounted", "counted"])
def answers(request):
    environ = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "duespark.settings",
        "DEVELOPMENT": "false",
        "SECRET_KEY": "a long and random string of our own, for this test alone",
        "DATABASE_URL": NOWHERE,
        "ALLOWED_HOSTS": "testserver",
        "API_RATE_LIMIT": request.param,
    }
    process = subprocess.run(
        [sys.executable, "-c", ASK], cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, timeout=60
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["authenticating", "writing", "logging in"])
def test_it_is_unavailable_for_a_moment(answers, which):
    status, content_type, retry_after, body = answers[which]

    assert (status, content_type, retry_after) == (503, "application/problem+json", "5")
    assert json.loads(body)["error_code"] == "UNAVAILABLE"


@pytest.mark.parametrize("which", [4, 5], ids=["logging in", "at work"])
def test_so_is_the_back_office_in_words_for_people(answers, which):
    status, content_type, retry_after, body = answers[which]

    assert (status, content_type, retry_after) == (503, "text/html; charset=utf-8", "5")
    assert "unavailable for a moment" in body


def test_nothing_of_the_error_leaks(answers):
    for _, _, _, body in answers:
        assert not any(word in body for word in ("127.0.0.1", "psycopg", "refused", "user"))


def test_what_needs_no_database_is_answered_as_ever(answers):
    status, _, _, body = answers[3]

    assert (status, json.loads(body)["error_code"]) == (404, "NOT_FOUND")
