"""PostgreSQL stays where it is and answers nobody, as when its machine or its disk hangs."""

import time

import pytest

pytestmark = pytest.mark.xdist_group("faults")  # which has one PostgreSQL

LONG = 3  # seconds: so that after a pause it is tried again, in vain


def test_all_of_it(cluster, crowd, times):
    with crowd.at_work():
        for _ in range(times(1, thorough=5)):
            crowd.wait_for(201, 10)
            cluster.silence()
            crowd.wait_for(503)
            time.sleep(LONG)
            cluster.speak()
            crowd.wait_for(201, 10)
