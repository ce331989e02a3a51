"""How a client was at a moment: it as it is, with every change since taken back (clients/recording.py).

Its totals are counted anew, over its invoices and payments as they were then. What is not there any
more was then what the first change since replaced, be it the last, which deleted it. A row was there
from its `created_at` on.
"""

from datetime import UTC, datetime
from typing import Any

from clients.models import Client
from clients.months import COUNTED
from clients.recording import RECORDED_INVOICE, RECORDED_PAYMENT, Recorded
from duespark.api.json import decode
from duespark.ids import uuid_of
from duespark.prepared import execute
from duespark.records import Record
from duespark.times import Moment

AS_OF = Record({"as_of": Moment(zoned=True)})
KEY = ("id", "account_id")


def replaced(kind: str, row_id: str, moment: str) -> str:
    """What changes of a row since a moment have replaced: each column's first of these, as one object, or null.

    All three are expressions of the query that this becomes a part of.
    """
    return f"""
        SELECT jsonb_object_agg(o.key, o.value ORDER BY c.number DESC) AS columns
        FROM clients_change AS c CROSS JOIN jsonb_each(c.old_values) AS o
        WHERE c.account_id = %(account)s AND c.row_id = {row_id} AND c.kind = {kind} AND c.changed_at > {moment}"""


def _then(recorded: Recorded, parents: str, columns: dict[str, str]) -> str:
    """Rows as they were: those that belong to these parents, and those that did so then."""
    were = (
        f"CASE WHEN h.columns ? '{name}' THEN (h.columns ->> '{name}')::{kind} ELSE r.{name} END AS {name}"
        for name, kind in columns.items()
    )
    return f"""
        SELECT k.id, {", ".join(were)}
        FROM (
            SELECT id FROM {recorded.table} WHERE account_id = %(account)s AND {recorded.parent} IN ({parents})
            UNION
            SELECT row_id FROM clients_change WHERE account_id = %(account)s AND parent_id IN ({parents})
                AND kind = '{recorded.kind}' AND changed_at > %(moment)s
        ) AS k
        LEFT JOIN {recorded.table} AS r ON r.account_id = %(account)s AND r.id = k.id
        LEFT JOIN LATERAL ({replaced(f"'{recorded.kind}'", "k.id", "%(moment)s")}) AS h ON true"""


SINCE = f"""
    WITH invoices AS ({
    _then(
        RECORDED_INVOICE,
        "%(client)s",
        {"client_id": "uuid", "amount": "numeric", "cancelled_at": "timestamptz", "created_at": "timestamptz"},
    )
}), payments AS ({
    _then(
        RECORDED_PAYMENT,
        "SELECT id FROM invoices",
        {"invoice_id": "uuid", "amount": "numeric", "created_at": "timestamptz"},
    )
}), counted AS (
        SELECT id, amount FROM invoices
        WHERE client_id = %(client)s AND created_at <= %(moment)s AND {COUNTED}
    )
    SELECT h.columns::text, t.*, p.*
    FROM ({replaced("'client'", "%(client)s", "%(moment)s")}) AS h
    CROSS JOIN (SELECT coalesce(sum(amount), 0.00), count(*) FROM counted) AS t
    CROSS JOIN (
        SELECT coalesce(sum(p.amount), 0.00) FROM payments AS p JOIN counted AS i ON i.id = p.invoice_id
        WHERE p.created_at <= %(moment)s
    ) AS p"""


def as_of(client: Client, moment: datetime) -> Client:
    """The client made what it was; raises `Client.DoesNotExist` where that is before it was made."""
    given = {"account": uuid_of(client.account_id), "client": uuid_of(client.pk), "moment": moment}
    [[columns, invoiced, count, paid]] = execute(SINCE, given).fetchall()
    for name, value in decode((columns or "{}").encode()).items():
        if name not in KEY:
            setattr(client, name, _value(name, value))
    if client.created_at > moment:
        raise Client.DoesNotExist
    client.total_invoiced, client.invoice_count, client.total_paid = invoiced, count, paid
    return client


def _value(name: str, value: Any) -> Any:
    """The value of a column of the client that was kept as JSON."""
    field: Any = Client._meta.get_field(name)
    read = field.to_python(value)
    return read.astimezone(UTC) if isinstance(read, datetime) else read
