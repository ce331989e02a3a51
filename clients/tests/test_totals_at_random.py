"""Any sequence of statements, good and bad, leaves totals that a brute-force count agrees with."""

from datetime import date

from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from clients.tests.ledger import attempt, run, wrong_totals

POOL = 6  # rows that statements may meet again


def row_id(number):
    return f"01900000-0000-7000-8000-{number:012}"


one = st.integers(1, POOL).map(row_id)
some = st.sets(one, min_size=1).map(sorted)
client = st.integers(0, 2)
amount = st.decimals("0.01", "50.00", places=2)
day = st.dates(date(2024, 1, 28), date(2024, 2, 3))
cancelled = st.sampled_from([None, "2024-12-01T00:00:00Z"])

INVOICES = """
    INSERT INTO clients_invoice
        (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date, cancelled_at)
    SELECT v.id, c.account_id, c.id, v.id::text, v.amount, 'USD', v.day, v.day, v.cancelled
    FROM unnest(%s::uuid[], %s::int[], %s::numeric[], %s::date[], %s::timestamptz[])
            AS v (id, nth, amount, day, cancelled)
        JOIN (SELECT *, row_number() OVER (ORDER BY email) - 1 AS nth FROM clients_client) AS c USING (nth)
    ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, issue_date = excluded.issue_date,
        client_id = excluded.client_id, cancelled_at = excluded.cancelled_at"""
PAYMENTS = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
    SELECT v.id, i.account_id, i.id, v.amount, v.day
    FROM unnest(%s::uuid[], %s::uuid[], %s::numeric[], %s::date[]) AS v (id, invoice_id, amount, day)
        JOIN clients_invoice AS i ON i.id = v.invoice_id
    ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, payment_date = excluded.payment_date,
        invoice_id = excluded.invoice_id"""

REST = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
    SELECT gen_random_uuid(), account_id, id, amount - amount_paid, %s FROM clients_invoice
    WHERE id = ANY (%s::uuid[]) AND amount > amount_paid"""


def columns(*values):
    """Rows of distinct ids, as one array a column."""
    distinct = st.dictionaries(one, st.tuples(*values), min_size=1, max_size=POOL)
    return distinct.map(lambda drawn: [list(drawn), *map(list, zip(*drawn.values(), strict=True))])


def of_some(sql, *values):
    """A statement on some of the rows."""
    return st.tuples(st.just(f"{sql} WHERE id = ANY (%s::uuid[])"), st.tuples(*values, some))


STATEMENTS = st.one_of(
    st.tuples(st.just(INVOICES), columns(client, amount, day, cancelled)),
    st.tuples(st.just(PAYMENTS), columns(one, amount, day)),
    st.tuples(st.just(REST), st.tuples(day, some)),
    of_some("UPDATE clients_invoice SET amount = amount + %s", amount),
    of_some("UPDATE clients_invoice SET due_date = %s", day),
    of_some("UPDATE clients_invoice SET issue_date = %s, cancelled_at = %s", day, cancelled),
    of_some(
        "UPDATE clients_invoice SET client_id = (SELECT id FROM clients_client ORDER BY email OFFSET %s LIMIT 1)",
        client,
    ),
    of_some("UPDATE clients_payment SET amount = %s, payment_date = %s", amount, day),
    of_some("UPDATE clients_payment SET invoice_id = %s", one),
    of_some("DELETE FROM clients_payment"),
    of_some("DELETE FROM clients_invoice"),
    st.just(("TRUNCATE clients_payment", ())),
)


@given(statements=st.lists(STATEMENTS, min_size=1, max_size=12))
def test_totals_are_the_brute_force_count(acme, globex, strangers_client, statements):
    with transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
        for sql, values in statements:
            attempt(sql, *values)
            assert wrong_totals() == []
        transaction.set_rollback(True)
