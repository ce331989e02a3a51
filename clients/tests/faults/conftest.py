"""A PostgreSQL of the tests' own, and the project served on it for as long as they last."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from clients.tests.faults.cluster import Cluster, new_folder
from clients.tests.faults.crowd import Crowd
from clients.tests.live import PATIENCE, served

PROMPTLY = 5  # seconds


@pytest.fixture(scope="package")
def cluster():
    """With a migrated database to copy; whoever breaks the server sees to it that it runs again."""
    folder = new_folder()
    cluster = Cluster(folder)
    try:
        cluster.start()
        cluster.query("CREATE DATABASE migrated")
        migrate = [sys.executable, settings.BASE_DIR / "manage.py", "migrate", "--verbosity=0"]
        environment = {**os.environ, "DATABASE_URL": cluster.url("migrated")}
        subprocess.run(migrate, env=environment, check=True, timeout=PATIENCE)
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="package")
def database(cluster):
    return cluster.copy("faults")


@pytest.fixture(scope="package")
def server(database, tmp_path_factory):
    """One server for all that befalls its database: nothing of ours is ever started again."""
    with served(tmp_path_factory.mktemp("faults") / "log", database.url) as server:
        yield server
        assert server.manage("check_totals") == "All totals are true.\n"


@pytest.fixture
def crowd(database, server, thorough):
    """Callers who by the end have seen nothing but success and 503, and soon; and what they were told is true."""
    crowd = Crowd(server.port)
    yield crowd
    print(crowd)
    assert set(crowd.statuses()) <= {200, 201, 503}
    away = [answer for answer in crowd.answers if answer.status == 503]
    assert {(answer.retry_after, answer.body["error_code"]) for answer in away} <= {("5", "UNAVAILABLE")}
    assert crowd.slowest() < PROMPTLY or not thorough  # every day the machine may be busy with other tests
    assert crowd.broken_promises(database.query) == {}
