"""What became of a client or an invoice: its making and every change of it, and an invoice's payments likewise.

A change is as it was recorded (clients/recording.py). That a row was made is recorded nowhere: it is
told from the row, with all its changes taken back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from accounts.models import User
from clients.entries import EntrySerializer, Recording, is_user
from clients.past import replaced
from clients.recording import RECORDED_CLIENT, RECORDED_INVOICE, RECORDED_PAYMENT, Recorded
from duespark.api.lists import Page, Position
from duespark.ids import uuid_of
from duespark.prepared import execute


def _changes(recorded: Recorded, column: str) -> str:
    return f"""
        SELECT kind, row_id, number, changed_at AS at, changed_by AS by, old_values, new_values FROM clients_change
        WHERE account_id = %(account)s AND {column} = %(row)s AND kind = '{recorded.kind}'"""


def _making(recorded: Recorded, column: str) -> str:
    return f"""
        SELECT '{recorded.kind}', r.id, 0, r.created_at, r.created_by, NULL, {recorded.values("r")}
        FROM {recorded.table} AS r WHERE r.account_id = %(account)s AND r.{column} = %(row)s"""


PLACE = ("at", "number", "row_id")


@dataclass(frozen=True)
class Log:
    """The entries of a kind of row: as much as a page needs of a `Listing`."""

    parts: tuple[str, ...]
    serializer = EntrySerializer

    def identity(self, values: Mapping[str, Any]) -> list[Any]:
        return [self.serializer.__name__, *values.values()]

    def of(self, row: Any) -> "Entries":
        return Entries(self, {"account": uuid_of(row.account_id), "row": uuid_of(row.pk)})

    def sql(self, *, descending: bool, after: bool) -> str:
        """A row an entry, and at least one, with the number of all beside each."""
        order = ", ".join(f"{name} {'DESC' if descending else 'ASC'}" for name in PLACE)
        beyond = f"WHERE ({', '.join(PLACE)}) {'<' if descending else '>'} (%(at)s, %(number)s, %(id)s)"
        first = replaced("e.kind", "e.row_id", "'-infinity'")
        return f"""
            WITH entries AS MATERIALIZED ({" UNION ALL ".join(self.parts)})
            SELECT t.total, e.kind, e.row_id, e.number, e.at, e.by, e.old_values::text,
                CASE WHEN e.number > 0 THEN e.new_values
                    ELSE e.new_values || coalesce(({first}), '{{}}') END::text
            FROM (SELECT count(*) AS total FROM entries) AS t
            LEFT JOIN (
                SELECT * FROM entries {beyond if after else ""} ORDER BY {order} LIMIT %(limit)s OFFSET %(start)s
            ) AS e ON true
            ORDER BY {order}"""


def own_names(account: Any, users: set[str]) -> dict[str, str]:
    """The names of users by their ids, but only of the account's own."""
    return {user.pk: user.get_full_name() for user in User.objects.for_account(account).filter(pk__in=users)}


@dataclass(frozen=True)
class Entries:
    """The entries of one client or invoice: as much as a paginator needs of `Rows`. `names` says who users are."""

    listing: Log
    values: Mapping[str, Any]
    descending: bool = True
    fields: tuple[str, ...] = ()
    names: Callable[[Any, set[str]], Mapping[str, str]] = own_names
    sort_by = "at"

    def showing(self, fields: tuple[str, ...]) -> Self:
        return replace(self, fields=fields)

    def backwards(self) -> Self:
        return replace(self, descending=not self.descending)

    def page(self, start: int, limit: int) -> Page:
        return self._read({"start": start, "limit": limit})

    def after(self, position: Position | None, limit: int, *, places: bool = False) -> Page:
        place: dict[str, Any] = {}
        if position:
            number, _, row_id = position.id.partition(".")
            place = {"at": datetime.fromisoformat(position.key), "number": int(number), "id": UUID(row_id)}
        return self._read({"start": 0, "limit": limit, **place})

    def _read(self, given: Mapping[str, Any]) -> Page:
        sql = self.listing.sql(descending=self.descending, after="at" in given)
        rows = execute(sql, {**self.values, **given}).fetchall()
        found = [Recording(*row) for _, *row in rows if row[0]]
        users = {one.by for one in found if one.by and is_user(one.by)}
        names = self.names(self.values["account"], users) if users else {}
        serializer = self.listing.serializer
        shown = [(name, read) for name, read in serializer.readers() if name in (self.fields or serializer.names())]
        return Page(
            [{name: read(entry) for name, read in shown} for entry in (one.entry(names) for one in found)],
            total=rows[0][0],
            keys=[one.at.isoformat() for one in found],
            ids=[f"{one.number}.{one.row_id}" for one in found],
        )


PAYMENT_LOG = Log((_changes(RECORDED_PAYMENT, "row_id"), _making(RECORDED_PAYMENT, "id")))
CLIENT_LOG = Log((_changes(RECORDED_CLIENT, "row_id"), _making(RECORDED_CLIENT, "id")))
INVOICE_LOG = Log(
    (
        _changes(RECORDED_INVOICE, "row_id"),
        _making(RECORDED_INVOICE, "id"),
        _changes(RECORDED_PAYMENT, "parent_id"),
        _making(RECORDED_PAYMENT, "invoice_id"),
    )
)
