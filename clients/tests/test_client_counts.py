"""How many clients an account is said to have is how many it has, whatever SQL has written them."""

import pytest
from django.db import connection, transaction
from django.db.models import Subquery

from clients.models import Client, ClientCount
from clients.tests.ledger import counted, run, wrong_totals
from clients.tests.statements import names_account

INSERT = "INSERT INTO clients_client (id, account_id, name, email, is_active) "
OFF = "UPDATE clients_client SET is_active = false"

# What one statement makes of (all, active) of alice's two clients and of the stranger's one.
STATEMENTS = {
    "nothing": ("SELECT", (2, 2), (1, 1)),
    "inserted": (
        f"{INSERT} SELECT gen_random_uuid(), account_id, 'N', 'n@n', true FROM clients_client WHERE name = 'Globex'",
        (3, 3),
    ),
    "inserted into two accounts, some of them deactivated": (
        f"""{INSERT} SELECT gen_random_uuid(), account_id, 'N', n || '@' || id, n = 1
        FROM clients_client, generate_series(1, 3) AS n""",
        (8, 4),
        (4, 2),
    ),
    "inserted or left as it is": (f"{INSERT} SELECT * FROM same ON CONFLICT DO NOTHING", (2, 2)),
    "inserted or deactivated": (
        f"{INSERT} SELECT * FROM same ON CONFLICT (id) DO UPDATE SET is_active = false",
        (2, 0),
        (1, 0),
    ),
    "renamed": ("UPDATE clients_client SET name = 'x', updated_at = now()", (2, 2)),
    "set to what it is": ("UPDATE clients_client SET is_active = true", (2, 2)),
    "deactivated": (f"{OFF} WHERE name = 'Globex'", (2, 1)),
    "all of two accounts deactivated": (OFF, (2, 0), (1, 0)),
    "moved to another account": (
        """UPDATE clients_client SET account_id = (SELECT account_id FROM clients_client WHERE name = 'Globex')
        WHERE name = 'Secret Holdings'""",
        (3, 3),
        (0, 0),
    ),
    "two exchanged between accounts": (
        """UPDATE clients_client AS c SET account_id = o.account_id, is_active = c.name = 'Globex'
        FROM clients_client AS o
        WHERE c.name IN ('Globex', 'Secret Holdings') AND o.name IN ('Globex', 'Secret Holdings') AND c.id <> o.id""",
        (2, 1),
    ),
    "deleted": ("DELETE FROM clients_client WHERE name <> 'Globex'", (1, 1), (0, 0)),
    "merged": (
        """MERGE INTO clients_client AS c USING (SELECT * FROM same UNION ALL
            SELECT gen_random_uuid(), account_id, 'New', 'new@example.com', true FROM same WHERE name = 'Globex') AS s
        ON c.id = s.id
        WHEN MATCHED AND s.name = 'Globex' THEN DELETE
        WHEN MATCHED THEN UPDATE SET is_active = false
        WHEN NOT MATCHED THEN INSERT (id, account_id, name, email) VALUES (s.id, s.account_id, s.name, s.email)""",
        (2, 1),
        (1, 0),
    ),
    "renamed and deactivated by one statement": (
        f"""WITH renamed AS (UPDATE clients_client SET name = 'x' WHERE name = 'Acme Corporation' RETURNING id),
        off AS ({OFF} WHERE name = 'Globex' RETURNING id) SELECT""",
        (2, 1),
    ),
    "deactivated and renamed by one statement": (
        f"""WITH off AS ({OFF} WHERE name = 'Globex' RETURNING id),
        renamed AS (UPDATE clients_client SET name = 'x' WHERE name = 'Acme Corporation' RETURNING id) SELECT""",
        (2, 1),
    ),
    "inserted, deactivated and deleted by one statement": (
        f"""WITH gone AS (DELETE FROM clients_client WHERE name = 'Secret Holdings' RETURNING *),
        off AS ({OFF} WHERE name = 'Globex' RETURNING *)
        {INSERT} SELECT gen_random_uuid(), account_id, 'New', 'new@example.com', true FROM off""",
        (3, 2),
        (0, 0),
    ),
    "truncated": ("TRUNCATE clients_client CASCADE", (0, 0), (0, 0)),
}


@pytest.fixture
def accounts(acme, globex, strangers_client):
    run("CREATE TEMPORARY VIEW same AS SELECT id, account_id, name, email, is_active FROM public.clients_client")
    run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
    return acme.account_id, strangers_client.account_id


@pytest.mark.parametrize("case", STATEMENTS)
def test_a_statement_moves_the_counts(accounts, case):
    statement, *expected = STATEMENTS[case]
    run(statement)
    assert [*map(counted, accounts)] == [*expected, (1, 1)][:2]
    assert wrong_totals() == []


def test_what_the_models_do_is_counted(alice, acme, globex):
    acme.deactivate()
    assert counted(alice.account.pk) == (2, 1)
    acme.deactivate()
    assert counted(alice.account.pk) == (2, 1)
    acme.reactivate()
    Client.add(alice.account.pk, name="New", email="new@example.com", is_active=False)
    assert counted(alice.account.pk) == (3, 2)


def test_copied_rows_are_counted(accounts):
    [(account,)] = run("SELECT account_id FROM clients_client WHERE name = 'Globex'")
    rows = [(f"01900000-0000-7000-8000-{n:012}", account, "N", f"{n}@example.com", n % 3 == 0) for n in range(3000)]
    columns = "id, account_id, name, email, is_active"
    with connection.cursor() as cursor, cursor.copy(f"COPY clients_client ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    assert [*map(counted, accounts)] == [(3002, 1002), (1, 1)]


def test_thousands_of_rows_of_two_accounts_in_one_statement(accounts):
    run(
        f"""{INSERT} SELECT gen_random_uuid(), account_id, 'N', n || '@' || id, true
        FROM clients_client, generate_series(1, 2000) AS n"""
    )
    assert [*map(counted, accounts)] == [(4002, 4002), (2001, 2001)]
    run(f"{OFF} WHERE email LIKE '1%'")
    run("DELETE FROM clients_client WHERE email LIKE '%7@%'")
    assert wrong_totals() == []


def test_what_is_rolled_back_was_never_counted(alice, acme):
    with transaction.atomic():
        acme.deactivate()
        Client.add(alice.account.pk, name="New", email="new@example.com")
        assert counted(alice.account.pk) == (2, 1)
        transaction.set_rollback(True)
    assert counted(alice.account.pk) == (1, 1)


def test_what_follows_a_rollback_is_counted(acme):
    with transaction.atomic():
        acme.deactivate()
        transaction.set_rollback(True)
    run("UPDATE clients_client SET notes = 'x'")
    run(OFF)
    assert counted(acme.account_id) == (1, 0)


@pytest.mark.parametrize("before", ["SELECT", f"{OFF} WHERE name = 'Globex'"])
def test_a_statement_that_moves_no_count_writes_none(accounts, before):
    run(before)
    slots = "SELECT account_id, slot, xmin, ctid FROM clients_clientcount ORDER BY account_id, slot"
    kept = run(slots)
    run("UPDATE clients_client SET name = 'x', total_invoiced = total_invoiced")
    run("UPDATE clients_client SET is_active = is_active")
    run("DELETE FROM clients_client WHERE name = 'nobody'")
    assert run(slots) == kept


def test_another_accounts_count_is_not_written(accounts):
    slots = "SELECT xmin, ctid FROM clients_clientcount WHERE account_id = %s"
    [(theirs,)] = run("SELECT account_id FROM clients_client WHERE name = 'Secret Holdings'")
    before = run(slots, theirs)
    run(f"{OFF} WHERE name <> 'Secret Holdings'")
    assert run(slots, theirs) == before


def test_one_writer_after_the_other_takes_the_same_slot(alice):
    for n in range(5):
        Client.add(alice.account.pk, name="N", email=f"{n}@example.com").deactivate()
    assert ClientCount.objects.for_account(alice.account).values_list("clients", "active").get() == (5, 0)


@pytest.mark.parametrize(("active", "expected"), [(None, 2), (True, 1), (False, 1)])
def test_a_total_is_read_by_account(alice, acme, globex, strangers_client, queries, active, expected):
    acme.deactivate()
    total = ClientCount.objects.for_account(alice.account).total(active=active)
    assert total.get() == {"total": expected}
    [statement] = queries(total.get)
    assert names_account(statement, alice.account.pk)
    assert "GROUP BY" not in statement


@pytest.mark.parametrize("active", [None, True, False])
def test_the_total_of_an_account_without_clients_is_0(alice, active):
    assert ClientCount.objects.for_account(alice.account).total(active=active).get() == {"total": 0}


def test_a_page_of_clients_brings_the_total_along(alice, acme, globex, strangers_client, queries):
    total = Subquery(ClientCount.objects.for_account(alice.account).total())
    page = Client.objects.for_account(alice.account).annotate(total=total)
    assert [(client.name, client.total) for client in page] == [("Globex", 2), ("Acme Corporation", 2)]
    none = Subquery(ClientCount.objects.for_account(alice.account).total(active=False))
    assert {*Client.objects.annotate(total=none).values_list("total", flat=True)} == {0}
