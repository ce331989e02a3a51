"""The totals that triggers keep are those of the rows, whatever SQL has changed them."""

import pytest
from django.db import IntegrityError, transaction

from clients.tests.ledger import add_invoice, fill, paid, run, totals, wrong_totals

ACME, GLOBEX, SECRET = (300, 200, 2, "03-10"), (1000, 0, 1, "05-10"), (7, 3, 1, "06-10")
NONE = (0, 0, 0, None)

# What one statement makes of the totals of Acme, Globex and the stranger's client.
STATEMENTS = {
    "nothing": ("SELECT", ACME, GLOBEX, SECRET),
    "amount raised": ("UPDATE clients_invoice SET amount = 150 WHERE invoice_number = 'A1'", (350, *ACME[1:])),
    "amount of a cancelled one raised": ("UPDATE clients_invoice SET amount = 999 WHERE invoice_number = 'A3'", ACME),
    "cancelled": (
        "UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'A2'",
        (100, 0, 1, "01-10"),
    ),
    "cancellation undone": (
        "UPDATE clients_invoice SET cancelled_at = NULL WHERE invoice_number = 'A3'",
        (700, 300, 3, "03-10"),
    ),
    "all cancelled": ("UPDATE clients_invoice SET cancelled_at = now()", NONE, NONE, NONE),
    "issued earlier": (
        "UPDATE clients_invoice SET issue_date = '2024-01-02' WHERE invoice_number = 'A2'",
        (300, 200, 2, "01-10"),
    ),
    "issued later": (
        "UPDATE clients_invoice SET issue_date = '2024-12-24' WHERE invoice_number = 'A1'",
        (300, 200, 2, "12-24"),
    ),
    "days exchanged": (
        """UPDATE clients_invoice SET issue_date = CASE invoice_number WHEN 'A1' THEN date '2024-03-10'
        ELSE date '2024-01-10' END WHERE invoice_number IN ('A1', 'A2')""",
        ACME,
    ),
    "all of two accounts changed": (
        "UPDATE clients_invoice SET amount = amount * 2, issue_date = issue_date - 1",
        (600, 200, 2, "03-09"),
        (2000, 0, 1, "05-09"),
        (14, 3, 1, "06-09"),
    ),
    "moved to another client": (
        """UPDATE clients_invoice SET client_id = (SELECT id FROM clients_client WHERE name = 'Globex')
        WHERE invoice_number = 'A2'""",
        (100, 0, 1, "01-10"),
        (1200, 200, 2, "05-10"),
    ),
    "moved to another client and cancelled": (
        """UPDATE clients_invoice SET client_id = (SELECT id FROM clients_client WHERE name = 'Globex'),
        cancelled_at = now() WHERE invoice_number = 'A2'""",
        (100, 0, 1, "01-10"),
        GLOBEX,
    ),
    "deleted": ("DELETE FROM clients_invoice WHERE invoice_number IN ('A1', 'G1')", (200, 200, 1, "03-10"), NONE),
    "payments deleted": ("DELETE FROM clients_payment", (300, 0, 2, "03-10"), GLOBEX, (7, 0, 1, "06-10")),
    "payments lowered": (
        "UPDATE clients_payment SET amount = 1",
        (300, 2, 2, "03-10"),
        GLOBEX,
        (7, 1, 1, "06-10"),
    ),
    "payment moved to another client's invoice": (
        """UPDATE clients_payment SET invoice_id = (SELECT id FROM clients_invoice WHERE invoice_number = 'G1')
        WHERE amount = 150""",
        (300, 50, 2, "03-10"),
        (1000, 150, 1, "05-10"),
    ),
    "payments truncated": ("TRUNCATE clients_payment", (300, 0, 2, "03-10"), GLOBEX, (7, 0, 1, "06-10")),
    "invoices truncated": ("TRUNCATE clients_invoice CASCADE", NONE, NONE, NONE),
    "upsert": (
        """INSERT INTO clients_invoice
            (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date)
        SELECT gen_random_uuid(), account_id, client_id, n, 500, 'USD', '2024-04-04', '2024-04-04'
        FROM clients_invoice, unnest(ARRAY['A1', 'A9']) AS n WHERE invoice_number = 'A1'
        ON CONFLICT (account_id, invoice_number) DO UPDATE SET amount = excluded.amount""",
        (1200, 200, 3, "04-04"),
    ),
    "merge": (
        """MERGE INTO clients_invoice AS i USING (VALUES ('A1'), ('G1')) AS v (n) ON i.invoice_number = v.n
        WHEN MATCHED AND i.amount > 500 THEN DELETE WHEN MATCHED THEN UPDATE SET amount = 5""",
        (205, 200, 2, "03-10"),
        NONE,
    ),
    "several writes in one statement": (
        """WITH gone AS (DELETE FROM clients_payment WHERE amount = 50 RETURNING *),
        changed AS (UPDATE clients_invoice SET amount = 20 WHERE invoice_number = 'A1')
        INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), gone.account_id, i.id, 49, '2024-09-09' FROM gone, clients_invoice AS i
        WHERE i.invoice_number = 'G1'""",
        (220, 150, 2, "03-10"),
        (1000, 49, 1, "05-10"),
    ),
}


@pytest.fixture
def clients(acme, globex, strangers_client):
    fill(acme, globex, strangers_client)
    run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
    return acme, globex, strangers_client


@pytest.mark.parametrize("case", STATEMENTS)
def test_a_statement_moves_the_totals(clients, case):
    statement, *expected = STATEMENTS[case]
    run(statement)
    assert totals(*clients) == [*expected, *(ACME, GLOBEX, SECRET)[len(expected) :]]
    assert wrong_totals() == []


def test_an_invoice_keeps_what_is_paid_on_it(clients):
    assert [paid(number) for number in ("A1", "A2", "A3", "S1")] == [
        (0, None),
        (200, "05-20"),
        (100, "03-20"),
        (3, "07-20"),
    ]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE clients_payment SET payment_date = '2024-04-01' WHERE amount = 150", (200, "04-20")),
        ("UPDATE clients_payment SET payment_date = '2024-11-01' WHERE amount = 50", (200, "11-01")),
        ("DELETE FROM clients_payment WHERE amount = 150", (50, "04-20")),
        ("UPDATE clients_payment SET amount = amount - 1 WHERE amount > 3", (198, "05-20")),
        ("TRUNCATE clients_payment", (0, None)),
    ],
)
def test_a_statement_moves_what_is_paid(clients, statement, expected):
    run(statement)
    assert paid("A2") == expected
    assert wrong_totals() == []


def test_an_invoice_moves_to_another_account_with_its_amount(clients):
    acme, _, secret = clients
    run(
        "UPDATE clients_invoice SET account_id = %s, client_id = %s WHERE invoice_number = 'A1'",
        *run("SELECT account_id, id FROM clients_client WHERE name = 'Secret Holdings'")[0],
    )
    assert totals(acme, secret) == [(200, 200, 1, "03-10"), (107, 3, 2, "06-10")]


def test_thousands_of_rows_of_two_accounts_in_one_statement(clients):
    made = run(
        """INSERT INTO clients_invoice
            (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date, cancelled_at)
        SELECT gen_random_uuid(), c.account_id, c.id, 'N' || c.name || n, n * 0.01, 'USD',
            date '2024-01-01' + n %% 300, '2025-01-01', CASE WHEN n %% 3 = 0 THEN now() END
        FROM clients_client AS c, generate_series(1, 2000) AS n WHERE n > %s""",
        0,
    )
    assert (made, wrong_totals()) == (6000, [])
    run(
        """INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), account_id, id, amount / 2, issue_date + 9 FROM clients_invoice
        WHERE amount > 9 AND amount_paid = 0"""
    )
    assert run("SELECT count(*) FROM clients_payment")[0][0] > 3000
    assert wrong_totals() == []
    run("DELETE FROM clients_payment WHERE payment_date > '2024-08-01'")
    run("UPDATE clients_invoice SET issue_date = issue_date - 30, cancelled_at = NULL")
    assert wrong_totals() == []


def test_copied_rows_count(clients):
    acme = clients[0]
    [row] = run("SELECT account_id, client_id FROM clients_invoice WHERE invoice_number = 'A1'")
    columns = "id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date"
    with (
        transaction.get_connection().cursor() as cursor,
        cursor.copy(f"COPY clients_invoice ({columns}) FROM STDIN") as copy,
    ):
        copy.write_row(("01900000-0000-7000-8000-000000000000", *row, "C1", "0.5", "USD", "2024-08-08", "2024-08-08"))
    acme.refresh_from_db()
    assert (str(acme.total_invoiced), acme.invoice_count, acme.last_invoice_date.month) == ("300.50", 3, 8)


def test_a_statement_that_moves_no_total_writes_no_client(clients):
    before = run("SELECT id, xmin, ctid FROM clients_client ORDER BY id")
    run("UPDATE clients_invoice SET notes = 'x', due_date = due_date + 1")
    run("UPDATE clients_payment SET payment_method = 'cash'")
    assert run("SELECT id, xmin, ctid FROM clients_client ORDER BY id") == before


def test_another_accounts_clients_are_not_written(clients):
    before = run("SELECT xmin, ctid FROM clients_client WHERE name = 'Secret Holdings'")
    run("UPDATE clients_invoice SET amount = amount + 1 WHERE invoice_number <> 'S1'")
    assert run("SELECT xmin, ctid FROM clients_client WHERE name = 'Secret Holdings'") == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clients_payment SET amount = 60 WHERE amount = 50",
        "UPDATE clients_invoice SET amount = 199.99 WHERE invoice_number = 'A2'",
        "UPDATE clients_invoice SET amount_paid = -1 WHERE invoice_number = 'A2'",
        "UPDATE clients_payment SET amount = 0 WHERE amount = 50",
    ],
)
def test_the_database_itself_refuses_more_payment_than_is_due(clients, statement):
    with pytest.raises(IntegrityError), transaction.atomic():
        run(statement)
    assert totals(*clients) == [ACME, GLOBEX, SECRET]


def test_what_is_rolled_back_never_counted(clients):
    with transaction.atomic():
        add_invoice(clients[0], "A4", 5000, 12, payments=[(1, 12)])
        assert totals(clients[0]) == [(5300, 201, 3, "12-10")]
        transaction.set_rollback(True)
    assert totals(*clients) == [ACME, GLOBEX, SECRET]


INVOICE_THAT_TELLS = """
    INSERT INTO clients_invoice (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date,
        amount_paid, last_payment_date)
    SELECT '01900000-0000-7000-8000-000000000001', account_id, client_id, 'A5', 40, currency, '2024-02-02',
        '2024-02-02', %s, '2024-08-08'
    FROM clients_invoice WHERE invoice_number = 'A1'"""
ITS_PAYMENT = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
    SELECT '01900000-0000-7000-8000-000000000002', account_id, id, 30, '2024-08-08'
    FROM clients_invoice WHERE invoice_number = 'A5'"""


@pytest.mark.parametrize("told", [30, 0, 31])
def test_an_invoice_tells_what_its_payments_come_to_whatever_it_came_with(clients, told):
    with transaction.atomic():
        run(INVOICE_THAT_TELLS, told)
        run(ITS_PAYMENT)
    assert totals(clients[0]) == [(340, 230, 3, "03-10")]
    assert wrong_totals() == []


def test_an_invoice_that_comes_with_what_is_paid_on_it_is_written_once(clients):
    place = "SELECT i.ctid, c.ctid FROM clients_invoice AS i JOIN clients_client AS c ON c.id = i.client_id"
    with transaction.atomic():
        run(INVOICE_THAT_TELLS, 30)
        before = run(place)
        run(ITS_PAYMENT)
    assert run(place) == before
