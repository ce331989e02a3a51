"""What an account keeps by the day is what its invoices and payments come to, whatever SQL has changed them.

So say clients/tests/ledger.py's brute force and `check_totals` after every test of the suite; here is what it means.
"""

import pytest
from django.db import transaction

from clients.models import AccountSum
from clients.tests.ledger import add_invoice, fill, run, sums, wrong_totals

INVOICED = {"invoiced 01-01": 100, "invoiced 03-01": 200, "invoiced 05-01": 1000}
COLLECTED = {"collected 04-01": 50, "collected 05-01": 150}
DUE = {"due 12-31": 1100}
FILLED = INVOICED | COLLECTED | DUE

# What one statement makes of the sums of Alice's account.
STATEMENTS = {
    "nothing": ("SELECT", FILLED),
    "amount raised": (
        "UPDATE clients_invoice SET amount = 150 WHERE invoice_number = 'A1'",
        FILLED | {"invoiced 01-01": 150, "due 12-31": 1150},
    ),
    "due on another day": (
        "UPDATE clients_invoice SET due_date = '2024-06-30' WHERE invoice_number IN ('A1', 'A2', 'A3')",
        FILLED | {"due 06-30": 100, "due 12-31": 1000},
    ),
    "issued in another month": (
        "UPDATE clients_invoice SET issue_date = '2024-02-29' WHERE invoice_number = 'A1'",
        COLLECTED | DUE | {"invoiced 02-01": 100, "invoiced 03-01": 200, "invoiced 05-01": 1000},
    ),
    "received in another month": (
        "UPDATE clients_payment SET payment_date = '2024-04-30' WHERE amount = 150",
        INVOICED | DUE | {"collected 04-01": 200},
    ),
    "two payments exchange their months": (
        """UPDATE clients_payment SET payment_date = CASE amount WHEN 50 THEN date '2024-05-20'
        ELSE date '2024-04-20' END WHERE amount IN (50, 150)""",
        INVOICED | DUE | {"collected 04-01": 150, "collected 05-01": 50},
    ),
    "payment moved to a cancelled invoice": (
        """UPDATE clients_payment SET invoice_id = (SELECT id FROM clients_invoice WHERE invoice_number = 'A3')
        WHERE amount = 150""",
        INVOICED | {"collected 04-01": 50, "due 12-31": 1250},
    ),
    "payment moved from a cancelled invoice": (
        """UPDATE clients_payment SET invoice_id = (SELECT id FROM clients_invoice WHERE invoice_number = 'G1')
        WHERE amount = 100""",
        INVOICED | COLLECTED | {"collected 03-01": 100, "due 12-31": 1000},
    ),
    "paid on a cancelled one": (
        """INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
        SELECT gen_random_uuid(), account_id, id, 9, '2024-08-08' FROM clients_invoice WHERE invoice_number = 'A3'""",
        FILLED,
    ),
    "payments deleted": ("DELETE FROM clients_payment", INVOICED | {"due 12-31": 1300}),
    "cancelled": (
        "UPDATE clients_invoice SET cancelled_at = now() WHERE invoice_number = 'A2'",
        {"invoiced 01-01": 100, "invoiced 05-01": 1000, "due 12-31": 1100},
    ),
    "cancellation undone": (
        "UPDATE clients_invoice SET cancelled_at = NULL",
        FILLED | {"invoiced 02-01": 400, "collected 03-01": 100, "due 12-31": 1400},
    ),
    "cancelled anew": ("UPDATE clients_invoice SET cancelled_at = now() WHERE cancelled_at IS NOT NULL", FILLED),
    "all cancelled": ("UPDATE clients_invoice SET cancelled_at = now()", {}),
    "payments truncated": ("TRUNCATE clients_payment", INVOICED | {"due 12-31": 1300}),
    "invoices truncated": ("TRUNCATE clients_invoice CASCADE", {}),
}


@pytest.fixture
def account(alice, acme, globex, strangers_client):
    fill(acme, globex, strangers_client)
    run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no check to be pending
    return alice.account.pk


@pytest.mark.parametrize("case", STATEMENTS)
def test_a_statement_moves_the_sums(account, case):
    statement, expected = STATEMENTS[case]
    run(statement)
    assert sums(account) == expected
    assert wrong_totals() == []


def test_what_comes_to_nothing_is_not_kept(account, invoice):
    invoice.pay()
    assert not AccountSum.objects.filter(account=account, amount=0).exists()
    assert not AccountSum.objects.filter(account=account, kind="due", day=invoice.due_date).exists()


def test_a_statement_that_moves_no_sum_writes_none(account):
    rows = "SELECT kind, day, xmin, ctid FROM clients_accountsum ORDER BY account_id, kind, day"
    before = run(rows)
    run("UPDATE clients_invoice SET notes = 'x', issue_date = '2024-01-31' WHERE invoice_number = 'A1'")
    run("UPDATE clients_invoice SET amount = 1000, due_date = due_date + 1 WHERE cancelled_at IS NOT NULL")
    run("UPDATE clients_payment SET payment_method = 'cash', payment_date = payment_date + 1")
    assert run(rows) == before


def test_what_is_rolled_back_never_counted(account, acme):
    with transaction.atomic():
        add_invoice(acme, "A4", 5000, 3, payments=[(1, 12)])
        assert sums(account)["due 12-31"] == 6099
        transaction.set_rollback(True)
    assert sums(account) == FILLED


@pytest.mark.drift
def test_what_one_statement_writes_and_takes_away_is_left_to_the_check(account):
    """As the module says: nobody can tell in which order the two were meant."""
    run(
        """WITH paid AS (
            INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date)
            SELECT gen_random_uuid(), account_id, id, 5, '2024-09-09' FROM clients_invoice
            WHERE invoice_number = 'A2'
        ) UPDATE clients_invoice SET cancelled_at = now(), amount = 205 WHERE invoice_number = 'A2'"""
    )
    assert wrong_totals() == ["collected 2024-09-01"]


def test_an_account_without_invoices_has_none(charlie, account):
    run("DELETE FROM clients_payment WHERE amount = 3")
    run("DELETE FROM clients_invoice WHERE invoice_number = 'S1'")
    assert not AccountSum.objects.filter(account=charlie.account.pk).exists()
