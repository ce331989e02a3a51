"""Requests that truly meet: each on a connection of its own, all held up by one lock."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

PATIENCE = 60  # seconds, on a machine that has other things to do

WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
"""


def race(hold, *calls):
    """What the calls answer, started while `hold` has what each must wait for, which is then undone.

    So whatever a call reads before it writes, it has read when the first of them writes.
    """
    with ThreadPoolExecutor(len(calls)) as pool:
        with transaction.atomic():
            hold()
            answers = [pool.submit(on_own_connection, call) for call in calls]
            wait_until_blocked(len(calls))
            transaction.set_rollback(True)
        return [answer.result(PATIENCE) for answer in answers]


def on_own_connection(call, *args):
    try:
        return call(*args)
    finally:
        connection.close()


def wait_until_blocked(count=1):
    """Waits until as many other connections wait for a lock."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            (blocked,) = cursor.fetchone()
            if blocked == count:
                return
            assert time.monotonic() < deadline, f"{blocked} of {count} calls wait for the lock"
            time.sleep(0.01)
