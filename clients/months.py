"""What a client's invoices of each month come to, so that statistics cost the same however many there are.

A month has the sums of the client's totals and two of its own. Statements that change invoices move
them as they move the totals, in the same triggers (clients/totals.py) and by the same differences: the
client's row is written first, and so locked, and who has it has all of its months. Therefore writers of
months never wait for each other anywhere else, and mending needs no other lock.

A month in which no invoice counts has no row.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from clients.differences import Difference
from duespark.ids import typeid_of, uuid_of

COUNTED = "cancelled_at IS NULL"


def month_of(day: str) -> str:
    """The first day of its month; by way of a timestamp without a zone, which that of whoever writes cannot move."""
    return f"date_trunc('month', {day}::timestamp)::date"


MONTH = month_of("issue_date")
PAID = "amount_paid >= amount"
# A column and the expression of an invoice's share in it.
SUMS = {
    "total_invoiced": "amount",
    "total_paid": "amount_paid",
    "invoice_count": "1",
    "paid_count": f"({PAID})::int",
    "payment_days": f"CASE WHEN {PAID} THEN coalesce(last_payment_date - issue_date, 0) ELSE 0 END",
}

# Both sides in one statement, and so as they are at one moment.
COMPARED = f"""
    SELECT client_id, month, {", ".join(f"coalesce(k.{column}, 0) AS kept_{column}" for column in SUMS)},
        {", ".join(f"coalesce(l.{column}, 0) AS true_{column}" for column in SUMS)}
    FROM (SELECT * FROM clients_clientmonth WHERE account_id = %(account)s) AS k FULL JOIN (
        SELECT client_id, {MONTH} AS month, {", ".join(f"sum({share}) AS {column}" for column, share in SUMS.items())}
        FROM clients_invoice WHERE account_id = %(account)s AND {COUNTED} GROUP BY client_id, {MONTH}
    ) AS l USING (client_id, month)
    WHERE {" OR ".join(f"coalesce(k.{column}, 0) <> coalesce(l.{column}, 0)" for column in SUMS)}"""

LOCK_CLIENTS = """
    SELECT FROM clients_client WHERE account_id = %(account)s AND id = ANY (%(clients)s)
    ORDER BY id FOR NO KEY UPDATE"""
WRITE_TRUE = f"""
    INSERT INTO clients_clientmonth (account_id, client_id, month, {", ".join(SUMS)})
    SELECT %(account)s, client_id, month, {", ".join(f"true_{column}" for column in SUMS)}
    FROM ({COMPARED}) AS d WHERE client_id = ANY (%(clients)s)
    ON CONFLICT (account_id, client_id, month)
    DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in SUMS)}"""
DELETE_EMPTY = """
    DELETE FROM clients_clientmonth
    WHERE account_id = %(account)s AND client_id = ANY (%(clients)s) AND invoice_count = 0"""


class MonthsOfClient:
    """The months of a client as part of what is kept of its invoices: a `Kept` of the client has the triggers."""

    month = MONTH
    sums = SUMS

    def add(self) -> str:
        """Adds the differences in `t`, an array a column, to the months of clients whose rows are locked.

        A month may come to nothing only where invoices have gone from it.
        """
        return f"""
            INSERT INTO public.clients_clientmonth AS m (account_id, client_id, month, {", ".join(SUMS)})
            SELECT t.account_id, d.* FROM unnest(t.ids, t.month, {", ".join(f"t.{column}" for column in SUMS)}) AS d
            ON CONFLICT (account_id, client_id, month)
            DO UPDATE SET {", ".join(f"{column} = m.{column} + excluded.{column}" for column in SUMS)};
            IF -1 >= ANY (t.invoice_count) THEN
                DELETE FROM public.clients_clientmonth AS m
                USING unnest(t.ids, t.month, t.invoice_count) AS d (id, month, invoice_count)
                WHERE m.account_id = t.account_id AND m.client_id = d.id AND m.month = d.month
                    AND d.invoice_count < 0 AND m.invoice_count = 0;
            END IF;"""

    def empty(self) -> str:
        """Leaves the account whose id is in `t` without months."""
        return "DELETE FROM public.clients_clientmonth WHERE account_id = t.id;"

    def differences(self, account_id: str) -> Iterator[Difference]:
        for client, month, kept, true in self._compared(account_id):
            pairs = dict(zip(SUMS, zip(kept, true, strict=True), strict=True))
            yield Difference(f"{typeid_of('client', client)} {month.isoformat()[:7]}", True, pairs)

    @transaction.atomic
    def mend(self, account_id: str) -> None:
        """Makes the account's months true.

        Right while others write, under READ COMMITTED: the truth is read anew once the clients are
        locked. A writer who was first has committed; the others' triggers wait for the client and
        then move the mended months by their difference.
        """
        wrong = sorted({client for client, *_ in self._compared(account_id)})
        given: dict[str, Any] = {"account": uuid_of(account_id), "clients": wrong}
        with connection.cursor() as cursor:
            for sql in (LOCK_CLIENTS, WRITE_TRUE, DELETE_EMPTY):
                cursor.execute(sql, given)

    def _compared(self, account_id: str) -> Iterator[tuple[UUID, date, list[Any], list[Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(f"{COMPARED} ORDER BY client_id, month", {"account": uuid_of(account_id)})
            for client, month, *values in cursor:
                yield client, month, values[: len(SUMS)], values[len(SUMS) :]


MONTHS_OF_CLIENT = MonthsOfClient()
