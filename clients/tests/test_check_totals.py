"""manage.py check_totals [--repair] [--account EMAIL_OR_ID]"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from clients.counts import CLIENTS_OF_ACCOUNT
from clients.models import Client, Invoice
from clients.tests.ledger import add_invoice, counted, fill, run, totals, wrong_totals
from clients.tests.races import wait_until_blocked
from clients.totals import CLIENT_FROM_INVOICES, INVOICE_FROM_PAYMENTS

TRUE = (0, "All totals are true.\n")
WRONG_TOTAL = "UPDATE clients_client SET total_invoiced = 999 WHERE name = 'Acme Corporation'"
WRONG_COUNT = "UPDATE clients_clientcount SET clients = 9"


def check(*arguments):
    """The exit code and what is said."""
    out = StringIO()
    try:
        call_command("check_totals", *arguments, stdout=out)
    except SystemExit as error:
        return error.code, out.getvalue()
    return 0, out.getvalue()


def drift(sql):
    """What a restore without triggers, or a mistake of somebody's, would do."""
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run(sql)
        run("SET LOCAL session_replication_role = origin")


@pytest.fixture
def clients(acme, globex, strangers_client):
    fill(acme, globex, strangers_client)
    return acme, globex, strangers_client


def test_true_totals_are_said_to_be_so(clients):
    assert check() == TRUE


def test_there_is_nothing_to_compare_without_accounts(db):
    assert check() == TRUE


@pytest.mark.drift
def test_every_difference_is_shown_with_what_is_kept_and_what_is_true(alice, charlie, clients):
    drift("DELETE FROM clients_payment WHERE amount = 150")
    drift("UPDATE clients_invoice SET issue_date = '2024-02-10' WHERE invoice_number = 'S1'")
    a2, secret = Invoice.objects.get(invoice_number="A2").pk, clients[2].pk
    ours, theirs = alice.account.pk, charlie.account.pk
    assert check() == (
        1,
        f"{a2}: amount_paid is 200.00, not 50.00, last_payment_date is 2024-05-20, not 2024-04-20\n"
        f"{ours} 2024-05-01: collected is 150.00, not 0\n"
        f"{secret}: last_invoice_date is 2024-06-10, not 2024-02-10\n"
        f"{secret} 2024-02: total_invoiced is 0, not 7.00, total_paid is 0, not 3.00, invoice_count is 0, not 1\n"
        f"{secret} 2024-06: total_invoiced is 7.00, not 0, total_paid is 3.00, not 0, invoice_count is 1, not 0\n"
        f"{theirs} 2024-02-01: invoiced is 0, not 7.00\n"
        f"{theirs} 2024-06-01: invoiced is 7.00, not 0\n"
        "Rows with wrong totals: 7. --repair mends them.\n",
    )


@pytest.mark.drift
def test_a_wrong_count_is_shown_with_the_true_one(alice, clients):
    drift(f"{WRONG_COUNT} WHERE account_id = (SELECT account_id FROM clients_client WHERE name = 'Globex')")
    assert check() == (
        1,
        f"{alice.account.pk}: clients is 9, not 2\nRows with wrong totals: 1. --repair mends them.\n",
    )


@pytest.mark.drift
def test_looking_mends_nothing(clients):
    drift(WRONG_TOTAL)
    assert [check()[0], check()[0]] == [1, 1]


@pytest.mark.parametrize(
    "sql",
    [
        WRONG_TOTAL,
        "UPDATE clients_client SET total_invoiced = 0, total_paid = 0, invoice_count = 0, last_invoice_date = NULL",
        "UPDATE clients_client SET last_invoice_date = '2030-01-01', invoice_count = 77",
        "UPDATE clients_invoice SET amount_paid = 1, last_payment_date = '2020-01-01'",
        "UPDATE clients_invoice SET cancelled_at = CASE WHEN cancelled_at IS NULL THEN now() END",
        """UPDATE clients_invoice SET client_id = (SELECT id FROM clients_client WHERE name = 'Globex')
        WHERE invoice_number LIKE 'A_'""",
        "DELETE FROM clients_payment",
        "DELETE FROM clients_payment; DELETE FROM clients_invoice",
        "TRUNCATE clients_payment",
        "UPDATE clients_clientmonth SET invoice_count = 0, payment_days = -7",
        "UPDATE clients_clientmonth SET month = '2023-01-01' WHERE month >= '2024-05-01'",
        "UPDATE clients_clientmonth SET client_id = account_id",
        "DELETE FROM clients_clientmonth",
        "UPDATE clients_accountsum SET amount = -amount",
        "UPDATE clients_accountsum SET day = day - 40, slot = 5 WHERE kind = 'due'",
        "DELETE FROM clients_accountsum",
        "UPDATE clients_clientcount SET clients = clients + 5, active = -2",
        "DELETE FROM clients_clientcount",
        "UPDATE clients_client SET is_active = false",
        "INSERT INTO clients_client (id, account_id, name, email) SELECT id, id, 'N', 'n' FROM accounts_account",
        "DELETE FROM clients_payment; DELETE FROM clients_invoice; DELETE FROM clients_client",
    ],
)
def test_repair_makes_any_drift_true(clients, sql):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    drift(sql)
    assert wrong_totals() != []
    code, said = check("--repair")
    assert (code, said.splitlines()[-1].endswith(" are mended.")) == (0, True)
    assert wrong_totals() == []
    assert check() == TRUE


def test_what_an_invoice_is_mended_by_reaches_its_client(clients):
    drift("UPDATE clients_payment SET amount = 30 WHERE amount = 50")
    code, said = check("--repair")
    assert (code, said.splitlines()[-1]) == (0, "Rows with wrong totals: 2, of which 2 are mended.")
    assert totals(clients[0]) == [(300, 180, 2, "03-10")]


def test_repair_writes_wrong_rows_alone(clients):
    drift(WRONG_TOTAL)
    others = "SELECT xmin, ctid FROM clients_client WHERE name <> 'Acme Corporation' ORDER BY id"
    before = run(others)
    check("--repair")
    assert run(others) == before


@pytest.mark.parametrize("name", ["alice@example.com", "ALICE@example.com", "id"])
@pytest.mark.drift
def test_it_keeps_to_the_account_that_is_named(alice, charlie, clients, name):
    drift("UPDATE clients_client SET invoice_count = 5")
    account = alice.account.pk if name == "id" else name
    code, said = check("--repair", "--account", account)
    assert (code, said.splitlines()[-1]) == (0, "Rows with wrong totals: 2, of which 2 are mended.")
    assert check("--account", "charlie@example.com")[0] == 1


def test_an_account_that_is_not_there_is_an_error_of_its_own(alice):
    with pytest.raises(CommandError, match=r"There is no account 'nobody@example\.com'") as error:
        call_command("check_totals", "--account", "nobody@example.com")
    assert error.value.returncode == 2


@pytest.mark.drift
def test_the_first_twenty_differences_are_shown_and_all_are_counted(alice):
    for n in range(23):
        Client.add(alice.account.pk, name=f"C{n}", email=f"{n}@example.com")
    drift("UPDATE clients_client SET invoice_count = 1")
    code, said = check()
    assert code == 1
    assert said.splitlines()[20:] == ["… and 3 more.", "Rows with wrong totals: 23. --repair mends them."]


@pytest.mark.drift
def test_an_invoice_on_which_too_much_is_paid_is_left_and_said(clients):
    """Its constraint forbids the truth; whoever put the payment there must decide, and the rest is mended."""
    drift("UPDATE clients_payment SET amount = 5000 WHERE amount = 50")
    drift("UPDATE clients_client SET invoice_count = 5")
    code, said = check("--repair")
    assert code == 1
    assert said.splitlines()[-1] == (
        "Rows with wrong totals: 5, of which 4 are mended. Those left have more paid on them than their amount."
    )
    assert wrong_totals() == ["A2", "Acme Corporation", "Acme Corporation 2024-03", "due 2024-12-31"]


@pytest.mark.parametrize("rows", [1, 30])
def test_mending_takes_as_many_statements_for_thirty_rows_as_for_one(alice, queries, rows):
    for n in range(rows):
        Client.add(alice.account.pk, name=f"C{n}", email=f"{n}@example.com")
    drift("UPDATE clients_client SET invoice_count = 1")
    _, lock, update = queries(CLIENT_FROM_INVOICES.mend, alice.account.pk)
    assert lock.endswith("ORDER BY p.id FOR NO KEY UPDATE")
    assert update.startswith("UPDATE clients_client")


@pytest.mark.django_db(transaction=True)
def test_mending_counts_a_writer_who_was_first(alice, clients, in_thread):
    drift(WRONG_TOTAL)
    with transaction.atomic():
        add_invoice(clients[0], "A4", 40, 7)
        repair = in_thread(check, "--repair", "--account", alice.account.pk)
        wait_until_blocked()
    assert repair.result()[0] == 0
    assert totals(clients[0]) == [(340, 200, 3, "07-10")]


@pytest.mark.django_db(transaction=True)
def test_a_writer_who_comes_later_adds_to_what_is_mended(alice, clients, in_thread):
    drift(WRONG_TOTAL)
    with transaction.atomic():
        CLIENT_FROM_INVOICES.mend(alice.account.pk)
        writer = in_thread(add_invoice, clients[0], "A4", 40, 7)
        wait_until_blocked()
    writer.result()
    assert totals(clients[0]) == [(340, 200, 3, "07-10")]


@pytest.mark.django_db(transaction=True)
def test_payments_of_the_same_moment_are_neither_lost_nor_counted_twice(alice, clients, in_thread):
    drift("UPDATE clients_invoice SET amount_paid = 1 WHERE invoice_number = 'G1'")
    drift("UPDATE clients_client SET total_paid = 0")
    invoice = Invoice.objects.get(invoice_number="G1")
    path = f"/invoices/{invoice.pk}/payments"
    payments = [in_thread(alice.post, path, {"amount": 10}) for _ in range(10)]
    repairs = [in_thread(check, "--repair") for _ in range(4)]
    assert {call.result().status_code for call in payments} == {201}
    assert [call.result()[0] for call in repairs] == [0] * 4
    assert totals(clients[1]) == [(1000, 100, 1, "05-10")]


@pytest.mark.django_db(transaction=True)
def test_two_mends_of_one_drift_mend_it_once(alice, clients, in_thread):
    drift(WRONG_COUNT)
    with transaction.atomic():
        CLIENTS_OF_ACCOUNT.mend(alice.account.pk)
        other = in_thread(check, "--repair")
        wait_until_blocked()
    assert other.result()[0] == 0
    assert counted(alice.account.pk) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_count_is_mended_while_a_writers_transaction_is_open(alice, clients, in_thread):
    drift(WRONG_COUNT)
    with transaction.atomic():
        Client.add(alice.account.pk, name="New", email="new@example.com")
        clients[0].deactivate()
        assert in_thread(check, "--repair").result(10)[0] == 0
    assert counted(alice.account.pk) == (3, 2)


@pytest.mark.drift
def test_the_suites_own_comparison_would_notice(alice, acme):
    """What the `totals_are_true` fixture asks after each test."""
    drift(WRONG_TOTAL)
    assert [str(one) for one in CLIENT_FROM_INVOICES.differences(alice.account.pk)] == [
        f"{acme.pk}: total_invoiced is 999.00, not 0"
    ]
    assert list(INVOICE_FROM_PAYMENTS.differences(alice.account.pk)) == []
