"""manage.py import_invoices: invoices, and what was paid on them, to the clients of an account."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.models import Invoice, Payment
from clients.tests.commands import run
from duespark.clock import today

HEADER = "client_email,invoice_number,issue_date,due_date,amount,status,payment_date,paid_amount"
SUMMARY = "{} rows: {} created, {} updated, {} skipped, {} refused.\n"


@pytest.fixture
def import_rows(alice, acme, tmp_path):
    def import_rows(*rows, header=HEADER, **options):
        path = tmp_path / "invoices.csv"
        path.write_text("\n".join([header, *rows]))
        return run("import_invoices", str(path), **{"account": "alice@example.com", **options})

    return import_rows


def invoices_of(caller):
    return Invoice.objects.for_account(caller.account)


def test_an_invoice_lands_with_its_payment(alice, acme, import_rows):
    outcome = import_rows("Billing@ACME.com,INV-1,2024-01-15,2024-02-14,1250.50,paid,2024-02-01,1250.50")

    assert (outcome.code, outcome.out, outcome.err) == (0, SUMMARY.format(1, 1, 0, 0, 0), "")
    invoice = invoices_of(alice).get()
    assert (invoice.client_id, invoice.invoice_number, invoice.currency) == (acme.pk, "INV-1", "USD")
    assert (invoice.issue_date, invoice.due_date) == (date(2024, 1, 15), date(2024, 2, 14))
    assert (invoice.amount, invoice.amount_paid, invoice.status) == (Decimal("1250.50"), Decimal("1250.50"), "paid")
    assert invoice.last_payment_date == date(2024, 2, 1)


def test_the_clients_totals_follow(alice, acme, import_rows):
    import_rows(
        "billing@acme.com,INV-1,2024-01-15,,100,paid,2024-02-01,100",
        "billing@acme.com,INV-2,2024-03-15,,50.25,overdue,,0.00",
        "billing@acme.com,INV-3,2024-04-15,,999,cancelled,,",
    )

    acme.refresh_from_db()
    assert (acme.total_invoiced, acme.total_paid, acme.invoice_count) == (Decimal("150.25"), Decimal("100.00"), 2)
    assert acme.last_invoice_date == date(2024, 3, 15)


def test_dates_left_out_are_today_and_the_clients_terms(alice, acme, import_rows):
    acme.edit(payment_terms=10)

    import_rows("billing@acme.com,INV-1,,,100,,,")

    invoice = invoices_of(alice).get()
    assert (invoice.issue_date, invoice.due_date) == (today(), today() + timedelta(days=10))


@pytest.mark.parametrize(
    ("status", "payment_date", "paid", "derived"),
    [
        ("paid", "", "", "overdue"),
        ("pending", "", "", "overdue"),
        ("", "2024-02-01", "", "paid"),
        ("overdue", "2024-02-01", "100.00", "paid"),
        ("paid", "2024-02-01", "40", "overdue"),
        ("", "", "100", "paid"),
        ("cancelled", "", "", "cancelled"),
        ("Canceled", "", "", "cancelled"),
        ("CANCELLED", "2024-02-01", "40", "cancelled"),
    ],
)
def test_cancelled_cancels_and_any_other_status_is_derived(alice, import_rows, status, payment_date, paid, derived):
    import_rows(f"billing@acme.com,INV-1,2024-01-15,,100,{status},{payment_date},{paid}")

    assert invoices_of(alice).get().status == derived


def test_a_payment_without_a_date_came_on_the_day_of_issue(alice, import_rows):
    import_rows("billing@acme.com,INV-1,2024-01-15,,100,,,40")

    payment = Payment.objects.for_account(alice.account).get()
    assert (payment.amount, payment.payment_date) == (Decimal("40.00"), date(2024, 1, 15))


def test_a_deactivated_client_keeps_its_history(alice, acme, import_rows):
    acme.deactivate()

    assert import_rows("billing@acme.com,INV-1,2024-01-15,,100,,,").code == 0


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("who@example.com,INV-1,,,100,,,", "Validation error: client_email: No client has this email."),
        ("ceo@secret.example,INV-1,,,100,,,", "Validation error: client_email: No client has this email."),
        ("billing@acme.com,,,,100,,,", "Validation error: invoice_number: Must not be empty."),
        ("billing@acme.com,INV-1,,,0,,,", "Validation error: amount: Must be at least 0.01."),
        ("billing@acme.com,INV-1,,,,,,", "Validation error: amount: Must be an amount such as 1250.00."),
        ("billing@acme.com,INV-1,,,1.005,,,", "Validation error: amount: Must have at most two decimals."),
        ('billing@acme.com,INV-1,,,"1,000",,,', "Validation error: amount: Must be an amount such as 1250.00."),
        (
            "billing@acme.com,INV-1,01/02/2024,,1,,,",
            "Validation error: issue_date: Must be a date such as 2026-01-31.",
        ),
        (
            "billing@acme.com,INV-1,2024-02-30,,1,,,",
            "Validation error: issue_date: Must be a date such as 2026-01-31.",
        ),
        ("billing@acme.com,INV-1,,,100,,,100.01", "Validation error: paid_amount: Must not be more than the amount."),
        ("billing@acme.com,INV-1,,,100,,,-1", "Validation error: paid_amount: Must be at least 0."),
    ],
)
def test_a_bad_row_is_refused(alice, strangers_client, import_rows, row, words):
    outcome = import_rows(row)

    assert outcome.code == 1
    assert outcome.err.split("): ")[1] == f"{words}\n"
    assert not invoices_of(alice).exists()


def test_a_number_that_is_there_is_an_error(alice, import_rows):
    row = "billing@acme.com,INV-1,2024-01-15,,100,paid,2024-02-01,100"
    import_rows(row)

    outcome = import_rows(row)

    assert outcome.code == 1
    words = "Duplicate invoice: an invoice with this number already exists"
    assert outcome.err == f"Row 1 (billing@acme.com): {words}\n"
    assert Payment.objects.for_account(alice.account).count() == 1


def test_skip_passes_over_numbers_that_are_there(alice, import_rows):
    row = "billing@acme.com,INV-1,2024-01-15,,100,paid,2024-02-01,100"
    import_rows(row)

    outcome = import_rows(row, "billing@acme.com,INV-2,,,1,,,", on_duplicate="skip")

    assert (outcome.code, outcome.out) == (0, SUMMARY.format(2, 1, 0, 1, 0))
    assert Payment.objects.for_account(alice.account).count() == 1


def test_a_number_twice_in_the_file_is_an_error_on_the_later_row(alice, import_rows):
    outcome = import_rows("billing@acme.com,INV-1,,,100,,,", "billing@acme.com, INV-1 ,,,200,,,")

    assert outcome.out == SUMMARY.format(2, 1, 0, 0, 1)
    assert invoices_of(alice).get().amount == 100


def test_a_number_of_another_account_is_free(alice, strangers_client, import_rows, tmp_path):
    import_rows("billing@acme.com,INV-1,,,100,,,")
    (tmp_path / "theirs.csv").write_text(f"{HEADER}\nceo@secret.example,INV-1,,,100,,,\n")

    assert run("import_invoices", str(tmp_path / "theirs.csv"), account="charlie@example.com").code == 0


def test_header_synonyms_and_further_columns(alice, import_rows):
    header = "Customer email,Invoice #,Invoice date,Due,Total,Description,Project"
    outcome = import_rows("billing@acme.com,INV-1,2024-01-15,2024-02-01,100,Website,X", header=header)

    taken = (
        "Columns: Customer email → client_email, Invoice # → invoice_number, Invoice date → issue_date, "
        "Due → due_date, Total → amount, Description → description; passed over: Project.\n"
    )
    assert (outcome.code, outcome.err) == (0, taken)
    assert invoices_of(alice).get().description == "Website"


def test_dry_and_atomic_runs_write_nothing(alice, import_rows):
    rows = ["billing@acme.com,INV-1,,,100,,,", "who@example.com,INV-2,,,100,,,"]

    assert import_rows(*rows, dry_run=True).out == "Dry run, nothing is written: " + SUMMARY.format(2, 1, 0, 0, 1)
    assert import_rows(*rows, atomic=True).out == "Nothing is written: " + SUMMARY.format(2, 1, 0, 0, 1)
    assert not invoices_of(alice).exists()


def test_a_file_of_clients_is_2(import_rows):
    outcome = import_rows("A,a@example.com", header="name,email")

    assert outcome.code == 2
    assert outcome.err == "The header has no column for invoice_number and amount. Found: name, email.\n"
