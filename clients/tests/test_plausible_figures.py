"""A file of clients and one of their invoices go in; what the API then says is what SQL adds up."""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from clients.tests.ledger import run

pytestmark = pytest.mark.django_db

TOTALS = """
    SELECT coalesce(sum(i.amount), 0), coalesce(sum(p.paid), 0), count(*)
    FROM clients_invoice AS i
    LEFT JOIN (SELECT invoice_id, sum(amount) AS paid FROM clients_payment GROUP BY 1) AS p ON p.invoice_id = i.id
    WHERE i.cancelled_at IS NULL AND i.client_id = (SELECT id FROM clients_client WHERE email = %s)
"""
YEAR = f"{TOTALS} AND i.issue_date >= date_trunc('month', now() AT TIME ZONE 'UTC') - interval '11 months'"


@pytest.fixture
def ten_emails(alice, tmp_path):
    """Of ten clients among 1,000 with 8,000 invoices."""
    clients, invoices = str(tmp_path / "clients.csv"), str(tmp_path / "invoices.csv")
    call_command("make_csv", "clients", "1000", "--to", clients)
    call_command("make_csv", "invoices", "8000", "--clients", "1000", "--to", invoices)
    call_command("import_clients", clients, "--account", "alice@example.com")
    call_command("import_invoices", invoices, "--account", "alice@example.com")
    return [email for (email,) in run("SELECT email FROM clients_client ORDER BY md5(email) LIMIT 10")]


def exactly(response):
    return json.loads(response.content, parse_float=Decimal)


def test_list_search_and_statistics_agree_with_sums_in_sql(alice, ten_emails):
    assert exactly(alice.get("/clients/"))["total"] == 1000
    for email in ten_emails:
        [client] = exactly(alice.get(f"/clients/?search={email}"))["items"]
        assert (client["total_invoiced"], client["total_paid"], client["invoice_count"]) == run(TOTALS, email)[0]

        stats = exactly(alice.get(f"/clients/{client['id']}/stats?period=12m"))
        revenue, paid, count = run(YEAR, email)[0]
        assert (stats["total_revenue"], stats["outstanding_amount"], stats["total_invoices"]) == (
            revenue,
            revenue - paid,
            count,
        )
