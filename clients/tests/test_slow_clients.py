"""Clients that are slow to read hold nothing of the database's: seen from the server, before it has sent a byte."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from clients.tests.elsewhere import database_url

pytestmark = pytest.mark.django_db(transaction=True)

# A login that fails has asked the database. The answer is there, and nobody has read or closed it yet.
ANSWER_AND_LOOK = """
import io, json
from wsgiref.util import setup_testing_defaults
from duespark.wsgi import application
from django.db import connection

body = json.dumps({"username": "nobody@example.com", "password": "wrong"}).encode()
environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/auth/login", "CONTENT_TYPE": "application/json",
           "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
           "wsgi.input": io.BytesIO(body)}
setup_testing_defaults(environ)
status = []
answer = application(environ, lambda line, headers: status.append(line))
in_transaction = connection.connection is not None and connection.in_atomic_block
print(json.dumps([status[0], connection.connection is None, in_transaction]))
"""


def ask(**environment):
    environment = {"DATABASE_URL": database_url(), "DEVELOPMENT": "true", **environment}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ANSWER_AND_LOOK],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_pooled_connection_is_back_before_anything_is_sent():
    assert ask(DATABASE_POOL_SIZE="1") == ["401 Unauthorized", True, False]


def test_a_threads_own_connection_is_in_no_transaction():
    assert ask() == ["401 Unauthorized", False, False]
