"""What a client keeps by month is what its invoices of the month come to, whatever SQL has changed them."""

import pytest
from django.db import connection, transaction

from clients.tests.ledger import add_invoice, fill, months, run, wrong_totals

# Invoiced, paid, how many, how many fully paid, and in how many days.
ACME = {"01": (100, 0, 1, 0, 0), "03": (200, 200, 1, 1, 71)}
GLOBEX = {"05": (1000, 0, 1, 0, 0)}
SECRET = {"06": (7, 3, 1, 0, 0)}
JANUARY, MARCH = {"01": ACME["01"]}, {"03": ACME["03"]}

# What one statement makes of the months of Acme, Globex and the stranger's client.
STATEMENTS = {
    "nothing": ("SELECT", ACME),
    "amount raised": (
        "UPDATE clients_invoice SET amount = 150 WHERE invoice_number = 'A1'",
        {"01": (150, 0, 1, 0, 0)} | MARCH,
    ),
    "amount raised above what is paid": (
        "UPDATE clients_invoice SET amount = 201 WHERE invoice_number = 'A2'",
        JANUARY | {"03": (201, 200, 1, 0, 0)},
    ),
    "amount of a cancelled one raised": ("UPDATE clients_invoice SET amount = 999 WHERE invoice_number = 'A3'", ACME),
    "cancelled": ("UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'A2'", JANUARY),
    "cancellation undone": (
        "UPDATE clients_invoice SET cancelled_at = NULL WHERE invoice_number = 'A3'",
        ACME | {"02": (400, 100, 1, 0, 0)},
    ),
    "all cancelled": ("UPDATE clients_invoice SET cancelled_at = now()", {}, {}, {}),
    "issued on another day of the month": (
        "UPDATE clients_invoice SET issue_date = '2024-03-31' WHERE invoice_number = 'A2'",
        JANUARY | {"03": (200, 200, 1, 1, 50)},
    ),
    "issued in another month": (
        "UPDATE clients_invoice SET issue_date = '2024-02-29' WHERE invoice_number = 'A2'",
        JANUARY | {"02": (200, 200, 1, 1, 81)},
    ),
    "issued in a month that is there": (
        "UPDATE clients_invoice SET issue_date = '2024-01-31' WHERE invoice_number = 'A2'",
        {"01": (300, 200, 2, 1, 110)},
    ),
    "months exchanged": (
        """UPDATE clients_invoice SET issue_date = CASE invoice_number WHEN 'A1' THEN date '2024-03-10'
        ELSE date '2024-01-10' END WHERE invoice_number IN ('A1', 'A2')""",
        {"01": (200, 200, 1, 1, 131), "03": (100, 0, 1, 0, 0)},
    ),
    "all of two accounts changed": (
        "UPDATE clients_invoice SET amount = amount * 2, issue_date = issue_date - 10",
        {"02": (400, 200, 1, 0, 0)},
        {"04": (2000, 0, 1, 0, 0)},
        {"05": (14, 3, 1, 0, 0)},
    ),
    "moved to another client": (
        """UPDATE clients_invoice SET client_id = (SELECT id FROM clients_client WHERE name = 'Globex')
        WHERE invoice_number = 'A2'""",
        JANUARY,
        GLOBEX | MARCH,
    ),
    "moved to another client and cancelled": (
        """UPDATE clients_invoice SET client_id = (SELECT id FROM clients_client WHERE name = 'Globex'),
        cancelled_at = now() WHERE invoice_number = 'A2'""",
        JANUARY,
    ),
    "deleted": ("DELETE FROM clients_invoice WHERE invoice_number IN ('A1', 'G1')", MARCH, {}),
    "payments deleted": (
        "DELETE FROM clients_payment",
        JANUARY | {"03": (200, 0, 1, 0, 0)},
        GLOBEX,
        {"06": (7, 0, 1, 0, 0)},
    ),
    "paid on another day": (
        "UPDATE clients_payment SET payment_date = '2024-03-11' WHERE amount > 3",
        JANUARY | {"03": (200, 200, 1, 1, 1)},
    ),
    "paid before it was issued": (
        "UPDATE clients_payment SET payment_date = '2024-03-01' WHERE amount > 3",
        JANUARY | {"03": (200, 200, 1, 1, -9)},
    ),
    "a cent less paid": (
        "UPDATE clients_payment SET amount = amount - 1 WHERE amount = 50",
        JANUARY | {"03": (200, 199, 1, 0, 0)},
    ),
    "payment moved to another client's invoice": (
        """UPDATE clients_payment SET invoice_id = (SELECT id FROM clients_invoice WHERE invoice_number = 'G1')
        WHERE amount = 150""",
        JANUARY | {"03": (200, 50, 1, 0, 0)},
        {"05": (1000, 150, 1, 0, 0)},
    ),
    "fully paid": (
        """INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), account_id, id, amount - amount_paid, '2024-08-08' FROM clients_invoice
        WHERE amount > amount_paid AND cancelled_at IS NULL""",
        {"01": (100, 100, 1, 1, 211)} | MARCH,
        {"05": (1000, 1000, 1, 1, 90)},
        {"06": (7, 7, 1, 1, 59)},
    ),
    "payments truncated": (
        "TRUNCATE clients_payment",
        JANUARY | {"03": (200, 0, 1, 0, 0)},
        GLOBEX,
        {"06": (7, 0, 1, 0, 0)},
    ),
    "invoices truncated": ("TRUNCATE clients_invoice CASCADE", {}, {}, {}),
    "upsert": (
        """INSERT INTO clients_invoice
            (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date)
        SELECT gen_random_uuid(), account_id, client_id, n, 500, 'USD', '2024-04-04', '2024-04-04'
        FROM clients_invoice, unnest(ARRAY['A1', 'A9']) AS n WHERE invoice_number = 'A1'
        ON CONFLICT (account_id, invoice_number)
        DO UPDATE SET amount = excluded.amount, issue_date = excluded.issue_date""",
        {"04": (1000, 0, 2, 0, 0)} | MARCH,
    ),
    "merge": (
        """MERGE INTO clients_invoice AS i USING (VALUES ('A1'), ('A2'), ('G1')) AS v (n) ON i.invoice_number = v.n
        WHEN MATCHED AND i.amount > 500 THEN DELETE
        WHEN MATCHED AND i.amount = 200 THEN UPDATE SET issue_date = '2024-01-31'
        WHEN MATCHED THEN UPDATE SET amount = 5""",
        {"01": (205, 200, 2, 1, 110)},
        {},
    ),
    "several writes in one statement": (
        """WITH gone AS (DELETE FROM clients_payment WHERE amount = 50 RETURNING *),
        changed AS (UPDATE clients_invoice SET issue_date = '2024-03-31' WHERE invoice_number = 'A1')
        INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), gone.account_id, i.id, 49, '2024-09-09' FROM gone, clients_invoice AS i
        WHERE i.invoice_number = 'G1'""",
        {"03": (300, 150, 2, 0, 0)},
        {"05": (1000, 49, 1, 0, 0)},
    ),
}


@pytest.fixture
def clients(acme, globex, strangers_client):
    fill(acme, globex, strangers_client)
    run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
    return acme, globex, strangers_client


@pytest.mark.parametrize("case", STATEMENTS)
def test_a_statement_moves_the_months(clients, case):
    statement, *expected = STATEMENTS[case]
    run(statement)
    assert [*map(months, clients)] == [*expected, *(ACME, GLOBEX, SECRET)[len(expected) :]]
    assert wrong_totals() == []


@pytest.mark.drift
def test_what_is_written_on_an_invoice_itself_counts(clients):
    """With no payment there is no day on which it was paid."""
    run("UPDATE clients_invoice SET amount_paid = amount WHERE invoice_number = 'A1'")
    assert months(clients[0]) == {"01": (100, 100, 1, 1, 0)} | MARCH
    run("UPDATE clients_invoice SET last_payment_date = '2024-01-15' WHERE invoice_number = 'A1'")
    assert months(clients[0]) == {"01": (100, 100, 1, 1, 5)} | MARCH
    run("UPDATE clients_invoice SET amount_paid = 0, last_payment_date = NULL WHERE invoice_number = 'A1'")
    assert months(clients[0]) == ACME


def test_an_invoice_takes_its_months_share_to_another_account(clients):
    run(
        "UPDATE clients_invoice SET account_id = %s, client_id = %s WHERE invoice_number = 'A1'",
        *run("SELECT account_id, id FROM clients_client WHERE name = 'Secret Holdings'")[0],
    )
    assert [*map(months, clients)] == [MARCH, GLOBEX, SECRET | JANUARY]


def test_thousands_of_rows_of_two_accounts_in_one_statement(clients):
    run(
        """INSERT INTO clients_invoice
            (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date, cancelled_at)
        SELECT gen_random_uuid(), c.account_id, c.id, 'N' || c.name || n, n * 0.01, 'USD',
            date '2022-01-01' + n % 1000, '2025-01-01', CASE WHEN n % 3 = 0 THEN now() END
        FROM clients_client AS c, generate_series(1, 2000) AS n"""
    )
    assert wrong_totals() == []
    run(
        """INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), account_id, id, amount, issue_date + 9 FROM clients_invoice
        WHERE amount > 9 AND amount_paid = 0"""
    )
    assert wrong_totals() == []
    run("DELETE FROM clients_payment WHERE payment_date > '2024-08-01'")
    run("UPDATE clients_invoice SET issue_date = issue_date - 30, cancelled_at = NULL")
    assert wrong_totals() == []


def test_copied_rows_count(clients):
    [row] = run("SELECT account_id, client_id FROM clients_invoice WHERE invoice_number = 'A1'")
    columns = "id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date"
    with connection.cursor() as cursor, cursor.copy(f"COPY clients_invoice ({columns}) FROM STDIN") as copy:
        for n, day in enumerate(("2024-03-01", "2024-03-31", "2024-12-31")):
            copy.write_row((f"01900000-0000-7000-8000-{n:012}", *row, f"C{n}", "5", "USD", day, day))
    assert months(clients[0]) == JANUARY | {"03": (210, 200, 3, 1, 71), "12": (5, 0, 1, 0, 0)}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "America/Asuncion"])
def test_a_month_is_that_of_the_day_in_every_time_zone(clients, zone):
    run(f"SET LOCAL timezone = '{zone}'")
    run("UPDATE clients_invoice SET issue_date = '2024-10-01' WHERE invoice_number = 'A1'")
    run("UPDATE clients_invoice SET issue_date = '2024-09-30' WHERE invoice_number = 'A2'")
    run("SET LOCAL timezone = 'UTC'")
    assert months(clients[0]) == {"09": (200, 200, 1, 1, -133), "10": (100, 0, 1, 0, 0)}


def test_a_statement_that_moves_no_month_writes_none(clients):
    rows = "SELECT client_id, month, xmin, ctid FROM clients_clientmonth ORDER BY client_id, month"
    before = run(rows)
    run("UPDATE clients_invoice SET notes = 'x', due_date = due_date + 1")
    run("UPDATE clients_invoice SET issue_date = issue_date + 1, amount = 1000 WHERE cancelled_at IS NOT NULL")
    run("UPDATE clients_payment SET payment_method = 'cash'")
    assert run(rows) == before


def test_other_months_are_not_written(clients):
    rows = "SELECT client_id, month, xmin, ctid FROM clients_clientmonth WHERE month <> '2024-03-01' ORDER BY month"
    before = run(rows)
    run("UPDATE clients_invoice SET amount = 300 WHERE invoice_number = 'A2'")
    run("DELETE FROM clients_payment WHERE amount = 50")
    assert run(rows) == before


def test_what_is_rolled_back_never_counted(clients):
    with transaction.atomic():
        add_invoice(clients[0], "A4", 5000, 3, payments=[(1, 12)])
        assert months(clients[0]) == JANUARY | {"03": (5200, 201, 2, 1, 71)}
        transaction.set_rollback(True)
    assert months(clients[0]) == ACME


def test_a_client_whose_invoices_are_gone_can_go_too(clients):
    run("DELETE FROM clients_invoice WHERE invoice_number = 'G1'")
    assert run("DELETE FROM clients_client WHERE name = 'Globex'") == 1
