"""PostgreSQL is there and does not get round to it: others hold what is wanted, or a statement takes too long."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from clients.tests.live import PATIENCE, Wire, all_at_once, registered, served, wait_until

pytestmark = pytest.mark.xdist_group("faults")  # which has one PostgreSQL

THREADS = 8
OPTIONS = "&options=-c%20lock_timeout%3D{}%20-c%20statement_timeout%3D{}"
DAWDLE = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
    CREATE TRIGGER dawdle BEFORE INSERT ON clients_client FOR EACH ROW
    WHEN (NEW.name = 'Slow') EXECUTE FUNCTION dawdle()"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'busy' AND wait_event_type = 'Lock'"


@pytest.fixture(scope="module")
def database(cluster):
    database = cluster.copy("busy")
    database.query(DAWDLE)
    return database


@pytest.fixture(scope="module")
def limited(database, tmp_path_factory):
    """Where no statement may wait or last for long."""
    url = database.url + OPTIONS.format("1s", "2s")
    with served(tmp_path_factory.mktemp("limited") / "log", url) as server:
        yield server


@pytest.fixture(scope="module")
def crowded(database, tmp_path_factory):
    """Where a statement may wait for long, and a request for a thread may not."""
    url = database.url + OPTIONS.format("6s", "6s")
    with served(tmp_path_factory.mktemp("crowded") / "log", url, WEB_QUEUE_TIMEOUT="1") as server:
        yield server


@pytest.fixture(scope="module")
def pooled(database, tmp_path_factory):
    """One process whose eight threads share two connections, on which a statement may take its time."""
    url = database.url + OPTIONS.format("0", "0")
    settings = {"DATABASE_POOL_SIZE": "2", "WEB_CONCURRENCY": "1", "WEB_THREADS": str(THREADS)}
    with served(tmp_path_factory.mktemp("pooled") / "log", url, **settings) as server:
        yield server


@contextmanager
def crew(server, size=THREADS):
    """As many connections as there are threads, or more, of one user, who by the end can work again."""
    token = registered(server.port)["access_token"]
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.port, token)) for _ in range(size)]
        yield wires
        assert {answer.status for answer in all_at_once(wires, *[("GET", "/clients/")] * size)} == {200}


@pytest.fixture
def wires(limited):
    with crew(limited) as wires:
        yield wires


@contextmanager
def held(database, sql):
    """Another's transaction, which has done this and does not end."""
    with database.cluster.connect(database.name, autocommit=False) as other:
        other.execute(sql)
        yield
        other.rollback()


def are_unavailable(answers):
    return {(answer.status, answer.retry_after) for answer in answers} == {(503, "5")}


def client_of(wire, name="Acme"):
    return wire.ask("POST", "/clients/", {"name": name, "email": f"{name}@example.com"})


READ = ("GET", "/clients/")
WRITE = ("POST", "/clients/", {"name": "Acme", "email": "acme@example.com"})


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["reading", "writing"])
def test_a_table_that_somebody_has_locked(database, wires, asked):
    with held(database, "LOCK TABLE clients_client IN ACCESS EXCLUSIVE MODE"):
        assert are_unavailable(all_at_once(wires, *[asked] * THREADS))


def test_more_callers_than_threads_at_a_locked_table(database, crowded):
    """Those for whom there is no thread need not wait until there is one, and then for the table."""
    with crew(crowded, 5 * THREADS) as wires, held(database, "LOCK TABLE clients_client IN ACCESS EXCLUSIVE MODE"):
        answers = all_at_once(wires, *[READ] * len(wires))
    assert are_unavailable(answers)
    assert sum(answer.seconds < 5 for answer in answers) >= len(wires) - THREADS
    assert max(answer.seconds for answer in answers) < 20


def test_a_row_that_somebody_has_locked(database, wires):
    acme = client_of(wires[0]).body
    with held(database, "SELECT FROM clients_client FOR UPDATE"):
        answers = all_at_once(wires, *[("PUT", f"/clients/{acme['id']}", {"notes": "mine"})] * THREADS)
        assert are_unavailable(answers)
        assert wires[0].ask("GET", f"/clients/{acme['id']}").body == acme


def test_a_statement_that_takes_too_long(wires):
    assert are_unavailable([client_of(wires[0], "Slow")])
    assert client_of(wires[0], "Quick").status == 201
    assert wires[0].ask("GET", "/clients/").body["total"] == 1


def test_a_pool_whose_connections_are_all_at_work(database, pooled):
    """Two wait for a row for longer than the others wait for them."""
    with crew(pooled) as wires, ThreadPoolExecutor(2) as threads:
        acme = client_of(wires[0]).body
        with held(database, "SELECT FROM clients_client FOR UPDATE"):
            slow = [threads.submit(wire.ask, "PUT", f"/clients/{acme['id']}", {"notes": "mine"}) for wire in wires[:2]]
            wait_until(lambda: database.query(WAITING) == [(2,)])
            assert are_unavailable(all_at_once(wires[2:], *[("GET", "/clients/")] * (THREADS - 2)))
        assert [one.result(PATIENCE).status for one in slow] == [200, 200]
