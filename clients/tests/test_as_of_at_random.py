"""However clients, invoices and payments are changed, each moment is answered as it was told then."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.tests.ledger import attempt, run
from clients.tests.test_totals_at_random import STATEMENTS, of_some

CLIENTS = ("pay@globex.example", "billing@acme.com")
email = st.sampled_from(CLIENTS)
text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=5)


def of_a_client(column, values):
    return st.tuples(st.just(f"UPDATE clients_client SET {column} = %s WHERE email = %s"), st.tuples(values, email))


CHANGES = st.one_of(
    STATEMENTS,
    of_a_client("name", text),
    of_a_client("notes", text | st.none()),
    of_a_client("city", text | st.none()),
    of_a_client("payment_terms", st.integers(0, 365)),
    of_a_client("is_active", st.booleans()),
    of_a_client("updated_at", st.datetimes(timezones=st.timezones())),
    of_some("UPDATE clients_invoice SET notes = %s", text),
    of_some(
        "UPDATE clients_invoice SET due_date = %s, amount = amount + 1",
        st.dates(date(2024, 1, 28), date(2024, 2, 3)),
    ),
)


@settings(max_examples=60)
@given(statements=st.lists(CHANGES, min_size=1, max_size=12))
def test_a_moment_is_answered_as_it_was_told_then(alice, acme, globex, strangers_client, statements):
    paths = [f"/clients/{client.pk}" for client in (acme, globex)]
    told = []
    with transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
        for sql, values in statements:
            attempt(sql, *values)
            told.append((timezone.now(), [alice.get(path).content for path in paths]))
        for moment, answers in told:
            query = f"?as_of={moment.isoformat().replace('+00:00', 'Z')}"
            assert [alice.get(path + query).content for path in paths] == answers
        transaction.set_rollback(True)
