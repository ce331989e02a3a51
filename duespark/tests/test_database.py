from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.utils import ConnectionHandler

from duespark.database import PREPARE, REACH, from_url


def server():
    """Where this very test's database is, whichever server it is on: how libpq says it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, name = cursor.fetchone()
    info = connection.connection.info
    return {"user": user, "password": info.password, "host": info.host, "port": info.port, "name": name}


FORMS = {
    "a socket as a parameter": "postgresql://{user}@/{name}?host={host}&port={port}",
    "a socket as the host": "postgresql://{user}@{quoted}:{port}/{name}",
    "the older scheme": "postgres://{user}@/{name}?host={host}&port={port}",
    "a parameter of libpq's": "postgresql://{user}@/{name}?host={host}&port={port}&application_name=duespark",
    "space around it": " postgresql://{user}@/{name}?host={host}&port={port}\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_url_leads_to_its_database(db, form):
    here = server()
    if not here["host"].startswith("/"):
        pytest.skip("this server has no socket")
    url = form.format(quoted=quote(here["host"], safe=""), **here)
    other = ConnectionHandler({"default": from_url(url, pool_size=0)})["default"]
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == (here["name"],)
    finally:
        other.close()


def test_every_part_is_read():
    database = from_url("postgresql://us%40er:p%2Fa%3Ass@db.example.com:5433/name?sslmode=require", pool_size=0)

    assert database == {
        "ENGINE": "duespark.backend",
        "USER": "us@er",
        "PASSWORD": "p/a:ss",
        "HOST": "db.example.com",
        "PORT": 5433,
        "NAME": "name",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"sslmode": "require", **REACH, **PREPARE},
    }


def test_a_server_of_ip_version_6():
    database = from_url("postgresql://user@[::1]:5432/name", pool_size=0)

    assert (database["HOST"], database["PORT"]) == ("::1", 5432)


def test_a_pool_is_of_the_size_asked_for():
    database = from_url("postgresql://user@host/name", pool_size=7)

    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["pool"]["max_size"] == 7


def test_a_url_may_have_options_of_its_own():
    database = from_url("postgresql://user@host/name?options=-c%20work_mem%3D8MB", pool_size=0)

    assert database["OPTIONS"]["options"] == "-c plan_cache_mode=force_generic_plan -c work_mem=8MB"


def test_nothing_is_prepared_where_that_is_not_wanted():
    database = from_url("postgresql://user@host/name", pool_size=0, prepare=False, bounds={"lock_timeout": 9})

    assert database["OPTIONS"] == REACH


def test_bounds_are_what_a_connection_begins_with_and_the_url_has_the_last_word():
    url = "postgresql://user@host/name?options=-c%20lock_timeout%3D1s"
    database = from_url(url, pool_size=0, bounds={"statement_timeout": 30, "lock_timeout": 0})

    assert database["OPTIONS"]["options"] == (
        "-c plan_cache_mode=force_generic_plan -c statement_timeout=30s -c lock_timeout=0s -c lock_timeout=1s"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite:///db",
        "mysql://user@host/name",
        "postgresql://",
        "postgresql://host",
        "postgresql://host/",
        "postgresql://host:port/name",
        "postgresql://host:99999/name",
        "http://host/postgresql://name",
    ],
)
def test_what_names_no_postgresql_database_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must be like postgresql://"):
        from_url(url, pool_size=0)
