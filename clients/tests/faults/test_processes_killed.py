"""gunicorn's processes are killed while callers write: what was answered stays, the rest is whole or not there."""

import pytest

from clients.tests.faults.crowd import Crowd
from clients.tests.live import Served, served

pytestmark = pytest.mark.xdist_group("faults")  # which has one PostgreSQL


@pytest.fixture(scope="module")
def database(cluster):
    return cluster.copy("mortal")


@pytest.fixture(scope="module")
def server(database, tmp_path_factory):
    with served(tmp_path_factory.mktemp("mortal") / "log", database.url) as server:
        yield server
        assert server.manage("check_totals") == "All totals are true.\n"


@pytest.fixture
def crowd(database, server):
    """Callers some of whose connections break, and who see no other trouble; and what they were told is true."""
    crowd = Crowd(server.port)
    yield crowd
    print(crowd)
    assert set(crowd.statuses()) <= {200, 201, None}
    assert crowd.broken_promises(database.query) == {}


@pytest.mark.parametrize(("kill", "everyday"), [(Served.kill_a_worker, 4), (Served.kill_the_master, 1)])
def test_what_is_answered_outlives_the_process(server, crowd, times, kill, everyday):
    with crowd.at_work():
        for _ in range(times(everyday, thorough=20)):
            crowd.wait_for(201, 10)
            kill(server)
        crowd.wait_for(201, 10)
