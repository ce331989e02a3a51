"""A connection that died while nobody used it: the server was restarted since."""

import psycopg
import pytest
from django.db import connection

from conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def end_connection():
    """As a restart of the server does, seen from this connection."""
    parameters = connection.get_connection_params()
    names = {"host", "port", "user", "password", "dbname"}
    with psycopg.connect(**{name: parameters[name] for name in names & parameters.keys()}, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def test_a_restart_costs_nobody_an_answer(alice):
    end_connection()

    assert alice.get("/clients/").status_code == 200


def test_nor_a_write(alice):
    end_connection()

    assert alice.post("/clients/", {"name": "Acme", "email": "billing@acme.com"}).status_code == 201


def test_nor_who_logs_in(alice):
    end_connection()

    credentials = {"username": "alice@example.com", "password": PASSWORD}
    assert alice.post("/auth/login", credentials).status_code == 200


def test_nor_staff(boss):
    end_connection()

    assert boss.get("/admin/").status_code == 200
