"""The triggers that keep what an account's invoices come to, so that its figures are read, never added up.

`AccountSum` says what is kept. The triggers fire once a statement, whoever writes, and fold the changed
rows per account, like those of clients/totals.py. The sums are spread over slots, so that writers of one
account never wait for each other, be it behind a long import, and never deadlock. A statement may move
many sums, so a slot is claimed for all of them: it is the first of the account's locks that nobody has,
until the transaction ends. Slots become as many as there were writers at once. One below zero is a single
connection's: it is for transactions under REPEATABLE READ and above, to which a sum that somebody has
changed since their snapshot is an error.

Whether a payment counts is its invoice's to say, which is asked once the invoice is locked: by the triggers
of its totals where anything is paid on it or no longer is, and here where payments change among themselves.
What was paid on an invoice goes when it is cancelled. A single statement that writes an invoice's payments and
cancels it, or takes it away cancelled, is beyond that: what it leaves, `check_totals` finds and mends.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pgtrigger
from django.db import connection, transaction

from clients.counts import SHARED
from clients.differences import Difference
from clients.months import COUNTED, MONTH, month_of
from clients.triggers import for_each_account, moving_triggers, one_line
from duespark.ids import uuid_of

NAME = "sums_of_account"  # after invoice_totals: triggers fire in the order of their names
SLOT = [("s", "integer")]
CLAIM_A_SLOT = f"""
    s := CASE WHEN {SHARED} THEN 0 ELSE -pg_backend_pid() END;
    WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP;"""

PAID_IN = month_of("payment_date")
COMES_OR_GOES = "NEW.amount_paid > 0 AND (OLD.cancelled_at IS NULL) <> (NEW.cancelled_at IS NULL)"
PAYMENTS_OF_ONE = f"""
    SELECT account_id, array_agg(day) AS days, array_agg(amount) AS amounts FROM (
        SELECT account_id, {PAID_IN} AS day, CASE WHEN NEW.{COUNTED} THEN sum(amount) ELSE -sum(amount) END AS amount
        FROM public.clients_payment WHERE account_id = NEW.account_id AND invoice_id = NEW.id GROUP BY account_id, day
    ) AS folded GROUP BY account_id"""
LOCK_INVOICES = """
    PERFORM FROM public.clients_invoice AS i
    WHERE i.account_id = t.account_id AND i.id = ANY (t.ids) ORDER BY i.id FOR NO KEY UPDATE;"""
CANCELLED = """ARRAY(
    SELECT i.id FROM public.clients_invoice AS i
    WHERE i.account_id = t.account_id AND i.id = ANY (t.ids) AND i.cancelled_at IS NOT NULL)"""

# A day's sum of one kind, as rows of what is in `t`.
OF_INVOICES = "unnest(t.days, t.kinds, t.amounts) AS d (day, kind, amount)"
OF_PAYMENTS = f"""(
    SELECT p.day, 'collected', sum(p.amount) FROM unnest(t.ids, t.days, t.amounts) AS p (id, day, amount)
    WHERE p.id <> ALL ({CANCELLED}) GROUP BY p.day HAVING sum(p.amount) <> 0
) AS d (day, kind, amount)"""
OF_ONE_INVOICE = "(SELECT p.*, 'collected' FROM unnest(t.days, t.amounts) AS p) AS d (day, amount, kind)"

# Both sides in one statement, and so as they are at one moment.
COMPARED = f"""
    SELECT day, kind, coalesce(k.amount, 0) AS kept_amount, coalesce(l.amount, 0) AS true_amount
    FROM (
        SELECT day, kind, sum(amount) AS amount FROM clients_accountsum
        WHERE account_id = %(account)s GROUP BY day, kind
    ) AS k FULL JOIN (
        SELECT day, kind, sum(amount) AS amount FROM (
            SELECT {MONTH} AS day, 'invoiced' AS kind, amount FROM clients_invoice
            WHERE account_id = %(account)s AND {COUNTED}
            UNION ALL SELECT due_date, 'due', amount - amount_paid FROM clients_invoice
            WHERE account_id = %(account)s AND {COUNTED}
            UNION ALL SELECT {PAID_IN}, 'collected', p.amount
            FROM clients_payment AS p JOIN clients_invoice AS i ON i.account_id = p.account_id AND i.id = p.invoice_id
            WHERE p.account_id = %(account)s AND {COUNTED}
        ) AS shares GROUP BY day, kind
    ) AS l USING (day, kind)
    WHERE coalesce(k.amount, 0) <> coalesce(l.amount, 0)"""


def _add(sums: str) -> str:
    """Adds these to a slot of the account in `t`; what comes to nothing by it, goes."""
    return f"""
        {CLAIM_A_SLOT}
        INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount)
        SELECT t.account_id, d.day, d.kind, s, d.amount FROM {sums}
        ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount;
        IF 0 > ANY (t.amounts) THEN
            DELETE FROM public.clients_accountsum AS m
            WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0;
        END IF;"""


def _fold(columns: str, rows: str, body: str) -> str:
    """One pass over the changed rows: those of an account as an array a column."""
    names = columns.split(", ")
    return f"""
        FOR t IN
            SELECT account_id, {", ".join(f"array_agg({name}) AS {name}s" for name in [*names, "amount"])}
            FROM (
                SELECT account_id, {columns}, sum(amount) AS amount FROM ({rows}) AS changes
                GROUP BY account_id, {columns} HAVING sum(amount) <> 0
            ) AS folded GROUP BY account_id ORDER BY account_id
        LOOP
            {body}
        END LOOP;"""


def _triggers(
    columns: str, rows: Callable[[str, int], str], add: str, *, lock: str = "", emptied: str = ""
) -> list[pgtrigger.Trigger]:
    empty = for_each_account(f"DELETE FROM public.clients_accountsum WHERE account_id = t.id{emptied};")

    def fold(changed: str, before: str = "") -> str:
        return _fold(columns, changed, before + add)

    return moving_triggers(NAME, rows, fold, empty, fold_moved=partial(fold, before=lock), declare=SLOT)


def _invoices(table: str, sign: int) -> str:
    return f"""
        SELECT account_id, {MONTH} AS day, 'invoiced' AS kind, {sign} * amount AS amount
        FROM {table} WHERE {COUNTED}
        UNION ALL SELECT account_id, due_date, 'due', {sign} * (amount - amount_paid) FROM {table} WHERE {COUNTED}"""


def _payments(table: str, sign: int) -> str:
    return f"SELECT account_id, invoice_id AS id, {PAID_IN} AS day, {sign} * amount AS amount FROM {table}"


class SumsOfAccount:
    """What an account's invoices come to by the day: the sums of its slots."""

    @property
    def invoice_triggers(self) -> list[pgtrigger.Trigger]:
        cancelled = pgtrigger.Trigger(
            name=f"{NAME}_cancelled",
            level=pgtrigger.Row,
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("cancelled_at"),
            condition=pgtrigger.Condition(COMES_OR_GOES),
            declare=[("t", "record"), *SLOT],
            func=one_line(f"FOR t IN {PAYMENTS_OF_ONE} LOOP {_add(OF_ONE_INVOICE)} END LOOP; RETURN NULL;"),
        )
        return [*_triggers("day, kind", _invoices, _add(OF_INVOICES)), cancelled]

    @property
    def payment_triggers(self) -> list[pgtrigger.Trigger]:
        emptied = " AND kind = 'collected'"
        return _triggers("id, day", _payments, _add(OF_PAYMENTS), lock=LOCK_INVOICES, emptied=emptied)

    def differences(self, account_id: str) -> Iterator[Difference]:
        with connection.cursor() as cursor:
            cursor.execute(f"{COMPARED} ORDER BY day, kind", {"account": uuid_of(account_id)})
            for day, kind, kept, true in cursor:
                yield Difference(f"{account_id} {day}", True, {kind: (kept, true)})

    @transaction.atomic
    def mend(self, account_id: str) -> None:
        """Adds what the slots lack, in the connection's own.

        Right while others write, as is that of clients/counts.py, and for the same reasons.
        """
        with connection.cursor() as cursor:
            given = {"account": uuid_of(account_id)}
            cursor.execute("SELECT FROM accounts_account WHERE id = %(account)s FOR NO KEY UPDATE", given)
            cursor.execute(
                f"""INSERT INTO clients_accountsum AS m (account_id, day, kind, slot, amount)
                SELECT %(account)s, day, kind, -pg_backend_pid(), true_amount - kept_amount FROM ({COMPARED}) AS d
                ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount""",
                given,
            )


SUMS_OF_ACCOUNT = SumsOfAccount()
