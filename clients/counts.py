"""The triggers that keep how many clients an account has, so that a list's total is read, never counted.

They fire once a statement, whoever writes, and fold the changed rows per account, like those of
clients/totals.py. What they count is spread over slots: a writer adds to the first slot that nobody
has locked, and makes one where all are locked. So writers of one account never wait for each other,
be it behind a long import, and never deadlock; slots become about as many as there were writers at
once, and only their sums mean anything.

Slots from zero are anybody's. The first one free is taken, so that a long transaction comes back to
its own; a new one is numbered by its transaction, so that two never make the same. A slot below zero
is a single connection's: it is for transactions under REPEATABLE READ and above, to which a slot
that somebody has changed since their snapshot is an error.
"""

from collections.abc import Iterator

import pgtrigger
from django.db import connection, transaction

from clients.differences import Difference
from clients.triggers import for_each_account, statement_trigger
from duespark.ids import uuid_of

# What the note says holds to the end of the transaction, or of the savepoint that is rolled back.
CHANGED = "(OLD.account_id, OLD.is_active) IS DISTINCT FROM (NEW.account_id, NEW.is_active)"
NOTED = "current_setting('duespark.client_count', true) = 'changed'"
NOTE = "set_config('duespark.client_count', 'changed', true)"

# Under READ COMMITTED a writer may add to what others have changed since its snapshot.
SHARED = "starts_with(current_setting('transaction_isolation'), 'read')"

ADD_TO_A_SLOT = f"""
    UPDATE public.clients_clientcount AS c SET clients = c.clients + t.clients, active = c.active + t.active
    WHERE c.account_id = t.account_id AND c.slot = (
        SELECT s.slot FROM public.clients_clientcount AS s
        WHERE s.account_id = t.account_id AND s.slot >= 0 AND {SHARED}
        ORDER BY s.slot LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    );
    IF NOT FOUND THEN
        INSERT INTO public.clients_clientcount AS c (account_id, slot, clients, active)
        VALUES (
            t.account_id,
            CASE WHEN {SHARED} THEN pg_current_xact_id()::text::bigint ELSE -pg_backend_pid() END,
            t.clients,
            t.active
        )
        ON CONFLICT (account_id, slot) DO UPDATE
        SET clients = c.clients + excluded.clients, active = c.active + excluded.active;
    END IF;"""

# Both sides in one statement, and so as they are at one moment.
COMPARED = """
    SELECT kept.clients AS kept_clients, counted.clients AS true_clients,
        kept.active AS kept_active, counted.active AS true_active
    FROM (
        SELECT coalesce(sum(clients), 0)::bigint AS clients, coalesce(sum(active), 0)::bigint AS active
        FROM clients_clientcount WHERE account_id = %(account)s
    ) AS kept, (
        SELECT count(*) AS clients, count(*) FILTER (WHERE is_active) AS active
        FROM clients_client WHERE account_id = %(account)s
    ) AS counted
    WHERE (kept.clients, kept.active) <> (counted.clients, counted.active)"""


def _rows(table: str, sign: int) -> str:
    return f"SELECT account_id, {sign} AS clients, {sign} * is_active::int AS active FROM {table}"


def _fold(rows: str) -> str:
    """One pass over the changed rows: a difference for each account, in the order of their ids."""
    return f"""
        FOR t IN
            SELECT account_id, sum(clients) AS clients, sum(active) AS active FROM ({rows}) AS changes
            GROUP BY account_id HAVING sum(clients) <> 0 OR sum(active) <> 0 ORDER BY account_id
        LOOP
            {ADD_TO_A_SLOT}
        END LOOP;"""


EMPTY_ALL = for_each_account("DELETE FROM public.clients_clientcount WHERE account_id = t.id;")


class ClientsOfAccount:
    """How many clients an account has, and how many of them are active: the sums of its slots.

    Nearly every UPDATE of a client leaves both as they are, the totals' own among them, and must not
    pay for a look at its rows. So `updated` is called only once its transaction has changed an
    `is_active`. That `noted` takes a note of, row by row, in its condition, which is never met:
    nothing is called and nothing queued. (`UPDATE OF is_active` on the statement alone would not
    do: of two UPDATEs in one query PostgreSQL looks at the columns of one.)
    """

    @property
    def triggers(self) -> list[pgtrigger.Trigger]:
        new, old = _rows("new_rows", 1), _rows("old_rows", -1)
        return [
            statement_trigger(
                "client_count_inserted", pgtrigger.Insert, _fold(new), rows=pgtrigger.Referencing(new="new_rows")
            ),
            pgtrigger.Trigger(
                name="client_count_noted",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("account_id", "is_active"),
                condition=pgtrigger.Condition(f"CASE WHEN {CHANGED} THEN {NOTE} IS NULL ELSE false END"),
                func="RETURN NULL;",
            ),
            statement_trigger(
                "client_count_updated",
                pgtrigger.Update,
                _fold(f"{new} UNION ALL {old}"),
                rows=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                condition=pgtrigger.Condition(NOTED),
            ),
            statement_trigger(
                "client_count_deleted", pgtrigger.Delete, _fold(old), rows=pgtrigger.Referencing(old="old_rows")
            ),
            statement_trigger("client_count_truncated", pgtrigger.Truncate, EMPTY_ALL),
        ]

    def differences(self, account_id: str) -> Iterator[Difference]:
        with connection.cursor() as cursor:
            cursor.execute(COMPARED, {"account": uuid_of(account_id)})
            for kept_clients, true_clients, kept_active, true_active in cursor:
                columns = {"clients": (kept_clients, true_clients), "active": (kept_active, true_active)}
                yield Difference(account_id, True, columns)

    @transaction.atomic
    def mend(self, account_id: str) -> None:
        """Adds what the slots lack, in the connection's own.

        Right while others write, and it waits for none of them: rows and slots are compared as they
        were at one moment, and the difference is added. The account is locked, or another mend of
        the same difference would add it again.
        """
        with connection.cursor() as cursor:
            given = {"account": uuid_of(account_id)}
            cursor.execute("SELECT FROM accounts_account WHERE id = %(account)s FOR NO KEY UPDATE", given)
            cursor.execute(
                f"""INSERT INTO clients_clientcount AS c (account_id, slot, clients, active)
                SELECT %(account)s, -pg_backend_pid(), true_clients - kept_clients, true_active - kept_active
                FROM ({COMPARED}) AS d
                ON CONFLICT (account_id, slot) DO UPDATE
                SET clients = c.clients + excluded.clients, active = c.active + excluded.active""",
                given,
            )


CLIENTS_OF_ACCOUNT = ClientsOfAccount()
