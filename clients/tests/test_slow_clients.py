"""Clients that are slow to read hold nothing of the database's: seen from the server, before it has sent a byte."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from clients.tests.elsewhere import database_url

pytestmark = pytest.mark.django_db(transaction=True)

# Both have asked the database. The answer is there, and nobody has read or closed it yet.
LOGIN = {"REQUEST_METHOD": "POST", "PATH_INFO": "/auth/login", "CONTENT_TYPE": "application/json"}
EXPORT = {"REQUEST_METHOD": "GET", "PATH_INFO": "/clients/export"}
ANSWER_AND_LOOK = """
import io, json, sys
from wsgiref.util import setup_testing_defaults
from duespark.wsgi import application
from django.db import connection

body = json.dumps({"username": "nobody@example.com", "password": "wrong"}).encode()
environ = {"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
           "wsgi.input": io.BytesIO(body), **json.loads(sys.argv[1])}
setup_testing_defaults(environ)
status = []
answer = application(environ, lambda line, headers: status.append(line))
in_transaction = connection.connection is not None and connection.in_atomic_block
print(json.dumps([status[0], connection.connection is None, in_transaction]))
"""


def ask(request, **environment):
    environment = {"DATABASE_URL": database_url(), "DEVELOPMENT": "true", **environment}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ANSWER_AND_LOOK, json.dumps(request)],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def exporting(alice, acme):
    return {**EXPORT, "HTTP_AUTHORIZATION": f"Bearer {alice.tokens['access_token']}"}


def test_a_pooled_connection_is_back_before_anything_is_sent():
    assert ask(LOGIN, DATABASE_POOL_SIZE="1") == ["401 Unauthorized", True, False]


def test_a_threads_own_connection_is_in_no_transaction():
    assert ask(LOGIN) == ["401 Unauthorized", False, False]


def test_a_pooled_connection_is_back_before_any_of_a_file_is_sent(exporting):
    assert ask(exporting, DATABASE_POOL_SIZE="1") == ["200 OK", True, False]


def test_a_threads_own_connection_is_in_no_transaction_while_a_file_is_sent(exporting):
    assert ask(exporting) == ["200 OK", False, False]
