"""PostgreSQL goes and comes back while callers write; nothing of ours is started again."""

import signal

import pytest

pytestmark = pytest.mark.xdist_group("faults")  # which has one PostgreSQL


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_stopped_and_started(cluster, crowd, times, how):
    with crowd.at_work():
        for _ in range(times(3, thorough=20)):
            crowd.wait_for(201, 5)
            cluster.stop(how)
            crowd.wait_for(503, 5)
            cluster.start()
        crowd.wait_for(201)


def test_a_backend_killed(database, crowd, times):
    with crowd.at_work():
        for _ in range(times(3, thorough=20)):
            crowd.wait_for(201, 5)
            database.kill_backend()
        crowd.wait_for(201)
    assert crowd.statuses()[503]


def test_no_connection_left(cluster, crowd):
    """All have been taken by others when the server has lost its own."""
    cluster.stop()
    cluster.start()
    with cluster.all_connections_taken(), crowd.at_work():
        crowd.wait_for(503, 20)
    with crowd.at_work():
        crowd.wait_for(201)
