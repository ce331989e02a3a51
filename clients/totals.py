"""The triggers that keep what a parent row says of its children, and nothing else may.

An invoice's `amount_paid` and `last_payment_date` are kept from its payments, a client's totals
from its invoices. They fire once a statement, whoever writes: the API, the admin, an import,
`UPDATE` in psql. What a disabled trigger has missed, `check_totals` finds and mends.

The changed rows are folded, per account, into one array a column, and the parents updated by
`unnest`: a trigger never joins a transition table to a real one, and names the account in each
statement. A client's sums are moved by their difference, so writers of one parent need no more than its
row lock; the parents are locked in the order of their ids, so that two statements never wait for each
other. A latest date that may have moved back is looked up again, in a statement of its own, which
under READ COMMITTED sees what others committed before the lock was had.

An invoice has few payments, and is told anew what they come to. One that is inserted with that already,
as an import does, is not written again: each UPDATE costs it an entry in all its indexes, and its client
another UPDATE.

What a client keeps by the month (clients/months.py) goes the same way: then the differences are
folded by parent and month, and the parents take the sums of theirs. A parent is written even where
its months alone have moved, so that its lock is had before theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import connection, transaction

from clients.counts import CLIENTS_OF_ACCOUNT
from clients.differences import Comparable, Difference
from clients.months import COUNTED, MONTHS_OF_CLIENT, MonthsOfClient
from clients.sums import SUMS_OF_ACCOUNT
from clients.triggers import for_each_account, moving_triggers
from duespark.ids import typeid_of, uuid_of


@dataclass(frozen=True)
class Kept:
    """What `parent` keeps about its rows in `child`.

    `sums` maps a column of the parent to the expression of a child's share in it, `latest` is the
    pair (parent's column, child's date); only children for which `counted` holds have a share.
    `mendable` is what the constraints of the parent `p` ask of the true values `l`. `months` keep the
    same sums, and more, by the month. Children who are `few` are looked at again, all of a parent's.
    """

    parent: str
    child: str
    key: str
    sums: dict[str, str]
    latest: tuple[str, str]
    counted: str = "true"
    mendable: str = "true"
    months: MonthsOfClient | None = None
    few: bool = False

    @property
    def triggers(self) -> list[pgtrigger.Trigger]:
        name = f"{self.parent.rpartition('_')[2]}_totals"
        return moving_triggers(name, self._rows, self._fold, self._reset())

    @property
    def _folded(self) -> dict[str, str]:
        """The sums that are folded: for each parent, or for each of its months."""
        return self.sums | (self.months.sums if self.months else {})

    def _rows(self, table: str, sign: int) -> str:
        keys = f"{self.key} AS id" + (f", {self.months.month} AS month" if self.months else "")
        shares = ", ".join(f"{sign} * ({expression}) AS {column}" for column, expression in self._folded.items())
        come, gone = (self.latest[1], "NULL::date") if sign > 0 else ("NULL::date", self.latest[1])
        return f"SELECT account_id, {keys}, {shares}, {come} AS come, {gone} AS gone FROM {table} WHERE {self.counted}"

    def _fold(self, rows: str) -> str:
        """One pass over the changed rows: a difference for each parent, or month of it, in the order of their keys."""
        key = "id, month" if self.months else "id"
        columns = [*(["month"] if self.months else []), *self._folded, "come", "gone"]
        return f"""
            FOR t IN
                SELECT account_id, array_agg(id ORDER BY {key}) AS ids,
                    {", ".join(f"array_agg({column} ORDER BY {key}) AS {column}" for column in columns)},
                    bool_or(gone > coalesce(come, '-infinity')) AS moved_back
                FROM (
                    SELECT account_id, {key}, {", ".join(f"sum({column}) AS {column}" for column in self._folded)},
                        max(come) AS come, max(gone) AS gone
                    FROM ({rows}) AS changes GROUP BY account_id, {key}
                ) AS folded
                WHERE {" OR ".join(f"{column} <> 0" for column in self._folded)} OR come IS DISTINCT FROM gone
                GROUP BY account_id ORDER BY account_id
            LOOP
                {self._tell() if self.few else self._move()}
                {self.months.add() if self.months else ""}
            END LOOP;"""

    @property
    def _lock(self) -> str:
        return f"""
            PERFORM FROM public.{self.parent} AS p
            WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE;"""

    def _tell(self) -> str:
        """Tells the parents in `t` what all their children come to, as it is once they are locked."""
        [latest, day] = self.latest
        told = {column: f"sum({column})" for column in self.sums} | {"come": "max(come)"}
        arrays = (f"array_agg({column} ORDER BY id)" for column in ("id", *told))
        return f"""
            {self._lock}
            SELECT {", ".join(arrays)} INTO t.ids, {", ".join(f"t.{column}" for column in told)}
            FROM (
                SELECT id, {", ".join(f"{total} AS {column}" for column, total in told.items())} FROM (
                    SELECT id, {", ".join(f"0 AS {column}" for column in self.sums)}, NULL::date AS come
                    FROM unnest(t.ids) AS d (id)
                    UNION ALL SELECT {self.key}, {", ".join(self.sums.values())}, {day} FROM public.{self.child}
                    WHERE account_id = t.account_id AND {self.key} = ANY (t.ids) AND {self.counted}
                ) AS shares GROUP BY id
            ) AS l;
            UPDATE public.{self.parent} AS p
            SET {", ".join(f"{column} = d.{column}" for column in self.sums)}, {latest} = d.come
            FROM {self._by_parent(*told)}
            WHERE p.account_id = t.account_id AND p.id = d.id
                AND ({", ".join(f"p.{column}" for column in self.columns)})
                    IS DISTINCT FROM ({", ".join(f"d.{column}" for column in told)});"""

    def _move(self) -> str:
        """Moves the parents by the differences in `t`."""
        latest = self.latest[0]
        return f"""
            IF cardinality(t.ids) > 1 THEN {self._lock} END IF;
            UPDATE public.{self.parent} AS p SET
                {", ".join(f"{column} = p.{column} + d.{column}" for column in self.sums)},
                {latest} = greatest(p.{latest}, d.come)
            FROM {self._by_parent(*self.sums, "come", "gone")}
            WHERE p.account_id = t.account_id AND p.id = d.id;
            IF t.moved_back THEN
                UPDATE public.{self.parent} AS p SET {latest} = (
                    SELECT max(c.{self.latest[1]}) FROM public.{self.child} AS c
                    WHERE c.account_id = t.account_id AND c.{self.key} = p.id AND {self.counted}
                )
                FROM {self._by_parent("come", "gone")}
                WHERE p.account_id = t.account_id AND p.id = d.id
                    AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.{latest};
            END IF;"""

    def _by_parent(self, *columns: str) -> str:
        """The differences in `t` as rows, one a parent."""
        arrays = ", ".join(f"t.{column}" for column in ("ids", *columns))
        rows = f"unnest({arrays}) AS d (id, {', '.join(columns)})"
        if not self.months:
            return rows
        folded = (f"{'sum' if column in self.sums else 'max'}({column}) AS {column}" for column in columns)
        return f"(SELECT id, {', '.join(folded)} FROM {rows} GROUP BY id) AS d"

    def _reset(self) -> str:
        zeros = ", ".join(f"{column} = 0" for column in self.sums)
        empty = self.months.empty() if self.months else ""
        return for_each_account(
            f"UPDATE public.{self.parent} SET {zeros}, {self.latest[0]} = NULL WHERE account_id = t.id; {empty}"
        )

    @property
    def columns(self) -> list[str]:
        return [*self.sums, self.latest[0]]

    def ledger_sql(self) -> str:
        """One account's parents whose kept values are not the true ones: id, mendable, kept_…, true_…"""
        true = {column: f"coalesce(l.{column}, 0)" for column in self.sums} | {self.latest[0]: f"l.{self.latest[0]}"}
        return f"""
            SELECT p.id, {self.mendable} AS mendable,
                {", ".join(f"p.{column} AS kept_{column}" for column in self.columns)},
                {", ".join(f"{value} AS true_{column}" for column, value in true.items())}
            FROM {self.parent} AS p LEFT JOIN (
                SELECT account_id, {self.key} AS id, max({self.latest[1]}) AS {self.latest[0]},
                    {", ".join(f"sum({expression}) AS {column}" for column, expression in self.sums.items())}
                FROM {self.child} WHERE account_id = %(account)s AND {self.counted} GROUP BY account_id, {self.key}
            ) AS l ON l.account_id = p.account_id AND l.id = p.id
            WHERE p.account_id = %(account)s
                AND ({" OR ".join(f"p.{column} IS DISTINCT FROM {value}" for column, value in true.items())})"""

    def differences(self, account_id: str) -> Iterator[Difference]:
        kind, width = self.parent.rpartition("_")[2], len(self.columns)
        with connection.cursor() as cursor:
            cursor.execute(f"{self.ledger_sql()} ORDER BY p.id", {"account": uuid_of(account_id)})
            for key, mendable, *values in cursor:
                pairs = zip(values[:width], values[width:], strict=True)
                yield Difference(typeid_of(kind, key), mendable, dict(zip(self.columns, pairs, strict=True)))

    @transaction.atomic
    def mend(self, account_id: str) -> None:
        """Makes the account's kept values true, those apart that the parent's constraints forbid.

        Right while others write, under READ COMMITTED: the truth is read anew once the parents are
        locked. A writer who was first has committed; the others' triggers wait for the lock and
        then move the mended value by their difference.
        """
        wrong = [uuid_of(one.id) for one in self.differences(account_id) if one.mendable]
        given: dict[str, Any] = {"account": uuid_of(account_id), "ids": wrong}
        chosen = "account_id = %(account)s AND p.id = ANY (%(ids)s)"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT FROM {self.parent} AS p WHERE p.{chosen} ORDER BY p.id FOR NO KEY UPDATE", given)
            cursor.execute(
                f"""UPDATE {self.parent} AS p SET {", ".join(f"{column} = d.true_{column}" for column in self.columns)}
                FROM ({self.ledger_sql()}) AS d WHERE p.{chosen} AND d.id = p.id AND d.mendable""",
                given,
            )


INVOICE_FROM_PAYMENTS = Kept(
    parent="clients_invoice",
    child="clients_payment",
    key="invoice_id",
    sums={"amount_paid": "amount"},
    latest=("last_payment_date", "payment_date"),
    mendable="coalesce(l.amount_paid, 0) <= p.amount",
    few=True,
)
CLIENT_FROM_INVOICES = Kept(
    parent="clients_client",
    child="clients_invoice",
    key="client_id",
    sums={"total_invoiced": "amount", "total_paid": "amount_paid", "invoice_count": "1"},
    latest=("last_invoice_date", "issue_date"),
    counted=COUNTED,
    months=MONTHS_OF_CLIENT,
)
# In the order in which they are compared and mended: what an invoice keeps is part of what a client does.
KEPT: tuple[Comparable, ...] = (
    INVOICE_FROM_PAYMENTS,
    CLIENT_FROM_INVOICES,
    MONTHS_OF_CLIENT,
    CLIENTS_OF_ACCOUNT,
    SUMS_OF_ACCOUNT,
)
