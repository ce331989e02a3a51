"""What PostgreSQL believes of the tables decides how an import goes about it, not what comes of it."""

import pytest

from clients.tests.commands import run
from clients.tests.ledger import run as sql

BELIEVE = """
    UPDATE pg_class SET reltuples = %s, relpages = %s
    WHERE oid = ANY (ARRAY['clients_client', 'clients_invoice', 'clients_payment']::regclass[])"""
ROWS = 5000
CLIENTS = "name,email\n" + "".join(f"C{n},c{n}@example.com\n" for n in range(ROWS))
INVOICES = "client_email,invoice_number,amount,paid_amount\n" + "".join(
    f"C{n}@example.com,I{n},{n + 2},{n % 2}\n" for n in range(ROWS)
)


@pytest.fixture
def load(alice, tmp_path):
    """Imports a file twice, the second time with one row more; what each run says of it."""

    def load(command, text, further):
        path = tmp_path / "rows.csv"
        path.write_text(text)
        first = run(command, str(path), account="alice@example.com")
        path.write_text(text + further)
        return first.out, run(command, str(path), account="alice@example.com", on_duplicate="skip").out

    return load


@pytest.mark.parametrize(("rows", "pages", "nested_loops"), [(-1, 0, "on"), (20_000, 1000, "on"), (2, 1000, "off")])
def test_rows_land_once_and_are_met_again(load, rows, pages, nested_loops):
    sql(BELIEVE, rows, pages)
    outcome = "5,000 rows: 5,000 created, 0 updated, 0 skipped, 0 refused.\n"
    again = "5,001 rows: 1 created, 0 updated, 5,000 skipped, 0 refused.\n"

    assert load("import_clients", CLIENTS, "One more,more@example.com\n") == (outcome, again)
    assert load("import_invoices", INVOICES, "more@example.com,I,3,2\n") == (outcome, again)

    assert sql("SELECT count(*), sum(amount_paid) FROM clients_invoice") == [(5001, 2502)]
    assert sql("SHOW enable_nestloop") == [(nested_loops,)]
