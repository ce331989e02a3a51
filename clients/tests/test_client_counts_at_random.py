"""Any sequence of statements, good and bad, leaves counts that a brute-force count agrees with."""

from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from clients.tests.ledger import run, wrong_totals

POOL = 8  # rows that statements may meet again


def row_id(number):
    return f"01900000-0000-7000-8000-{number:012}"


ids = st.sets(st.integers(1, POOL).map(row_id), min_size=1).map(sorted)
nth = st.integers(0, 1)

# Into both accounts in turn; a row that is there already is turned on or off.
UPSERT = """
    INSERT INTO clients_client (id, account_id, name, email, is_active)
    SELECT v.id, a.id, 'N', v.id::text, %s
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS v (id, place)
        JOIN (SELECT id, row_number() OVER (ORDER BY name) AS nth FROM accounts_account) AS a ON place %% 2 + 1 = nth
    ON CONFLICT (id) DO UPDATE SET is_active = excluded.is_active"""
BOTH = """
    WITH off AS (UPDATE clients_client SET is_active = NOT is_active WHERE id = ANY (%s::uuid[]) RETURNING id)
    UPDATE clients_client SET name = 'x' WHERE id <> ALL (%s::uuid[]) AND email > ''"""
MOVE = """
    UPDATE clients_client SET account_id = (SELECT id FROM accounts_account ORDER BY name OFFSET %s LIMIT 1)
    WHERE id = ANY (%s::uuid[])"""

STATEMENTS = st.one_of(
    st.tuples(st.just(UPSERT), st.tuples(st.booleans(), ids)),
    st.tuples(st.just(BOTH), ids.map(lambda some: (some, some))),
    st.tuples(st.just(MOVE), st.tuples(nth, ids)),
    st.tuples(
        st.just("UPDATE clients_client SET is_active = %s WHERE id = ANY (%s::uuid[])"), st.tuples(st.booleans(), ids)
    ),
    st.tuples(st.just("DELETE FROM clients_client WHERE id = ANY (%s::uuid[])"), st.tuples(ids)),
    st.just(("TRUNCATE clients_client CASCADE", ())),
)


@given(attempts=st.lists(st.tuples(STATEMENTS, st.booleans()), min_size=1, max_size=12))
def test_counts_are_the_brute_force_count(alice, charlie, attempts):
    with transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
        for (sql, values), undone in attempts:
            try:
                with transaction.atomic():
                    run(sql, *values)
                    transaction.set_rollback(undone)
            except IntegrityError:  # an email that the account has already: refused, and nothing has moved
                pass
            assert wrong_totals() == []
        transaction.set_rollback(True)
