"""Step four, records → the account's invoices and their payments: one transaction of set-based statements."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.acting import actor
from accounts.models import Account
from clients.fields import IMPORTED_INVOICE
from clients.importing.check import Checked, checked, invoice_check, problem
from clients.importing.read import Source
from clients.importing.report import Options, Report
from clients.importing.staging import Staging, conclude
from clients.models import Import
from clients.models.invoice import DUPLICATE_INVOICE, NUMBER_TAKEN
from duespark.clock import today
from duespark.ids import new_uuid, uuid_of

STAGED_INVOICE = {
    "id": "uuid",
    "payment_id": "uuid",
    "client_email": "text",
    "invoice_number": "text",
    "amount": "numeric",
    "issue_date": "date",
    "due_date": "date",
    "description": "text",
    "notes": "text",
    "cancelled": "boolean",
    "paid_amount": "numeric",
    "payment_date": "date",
}
CANCELLED = ("cancelled", "canceled")

INVOICES_AT_ONCE = 100_000  # rows that one statement writes; so that a client's totals are written seldom

PAID = "s.paid_amount > 0"
PAID_ON = "coalesce(s.payment_date, s.issue_date)"
# A client is looked up by each of its invoices, and once more for those of nobody. An invoice comes with what its
# payment will tell it (clients/totals.py).
INSERT_INVOICES = f"""
    INSERT INTO clients_invoice (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date,
        description, notes, cancelled_at, created_at, updated_at, created_by, amount_paid, last_payment_date)
    SELECT s.id, %(account)s, c.id, s.invoice_number, s.amount, %(currency)s, s.issue_date,
        coalesce(s.due_date, s.issue_date + c.payment_terms), s.description, s.notes,
        CASE WHEN s.cancelled THEN %(now)s END, %(now)s, %(now)s, %(actor)s,
        coalesce(s.paid_amount, 0), CASE WHEN {PAID} THEN {PAID_ON} END
    FROM staged AS s JOIN clients_client AS c
        ON c.account_id = %(account)s AND lower(c.email) COLLATE "C" = lower(s.client_email) COLLATE "C"
    ORDER BY {{order}} ON CONFLICT (account_id, invoice_number) DO NOTHING"""
INSERT_PAYMENTS = f"""
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date, created_at, created_by)
    SELECT s.payment_id, %(account)s, s.id, s.paid_amount, {PAID_ON}, %(now)s, %(actor)s
    FROM staged AS s JOIN clients_invoice AS i ON i.account_id = %(account)s AND i.id = s.id
    WHERE {PAID} ORDER BY s.row"""
ITS_CLIENT = 'lower(r.email) COLLATE "C" = lower(s.client_email) COLLATE "C"'


@transaction.atomic
def import_invoices(account: Account, source: Source, options: Options) -> Report:
    """Brings the source's invoices, and what was paid on them, to the account's clients.

    Like `import_clients`; `on_duplicate` is error or skip, by the invoice's number.
    """
    context = {
        "account": uuid_of(account.pk),
        "currency": account.currency,
        "now": timezone.now(),
        "actor": actor(),
    }
    staging = Staging(
        Import.Kind.INVOICES,
        STAGED_INVOICE,
        context,
        key='invoice_number COLLATE "C"',
        in_the_way="r.invoice_number = s.invoice_number",
        reference="client_email",
        keep_cells=options.reject is not None,
        found={"client_id": ("clients_client", ITS_CLIENT)},
    )

    def land() -> int:
        landed = staging.execute(INSERT_INVOICES.format(order=staging.order))
        staging.execute(INSERT_PAYMENTS)
        return landed

    rows = ((one, _values(one)) for one in checked(source.batches, invoice_check(IMPORTED_INVOICE)))
    staging.fill(rows, land, INVOICES_AT_ONCE)
    report = Report(created=staging.landed, total=staging.total)
    if staging.unlanded:
        _meet_existing_invoices(staging, report, options.on_duplicate)
    return conclude(staging, report, source, options)


def _values(one: Checked) -> dict[str, Sequence[Any]]:
    """What is kept of invoices, and under which ids."""
    kept, day = dict(one.columns), today()
    kept["issue_date"] = [date or day for date in kept["issue_date"]]
    kept["cancelled"] = [bool(word) and word.lower() in CANCELLED for word in kept["status"]]
    for name in ("id", "payment_id"):
        kept[name] = [new_uuid() for _ in one.places]
    return {name: kept[name] for name in STAGED_INVOICE}


def _meet_existing_invoices(staging: Staging, report: Report, on_duplicate: str) -> None:
    """What becomes of the rows that did not land, so that every row is in the report once."""
    staging.refuse("s.client_id IS NULL", problem({"client_email": ["No client has this email."]}))
    staging.refuse_repeated(problem({"invoice_number": ["An earlier row has this number already."]}, DUPLICATE_INVOICE))
    if on_duplicate == "skip":
        report.skipped = staging.fetch("SELECT count(*) FROM unlanded WHERE problem IS NULL AND existing IS NOT NULL")
    else:
        staging.refuse("s.existing IS NOT NULL", problem({"invoice_number": [NUMBER_TAKEN]}, DUPLICATE_INVOICE))
