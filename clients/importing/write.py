"""Step four, records → the account: one transaction of set-based statements.

Rows of other transactions are met in the order of their keys, so that imports of overlapping files
wait for each other and never deadlock; ON CONFLICT sees those that are not committed yet.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from clients.fields import CLIENT, CLIENT_WITH_HISTORY, DEFAULT_PAYMENT_TERMS, IMPORTED_INVOICE
from clients.importing.check import Checked, checked, client_check, invoice_check, problem
from clients.importing.read import Source
from clients.importing.staging import Options, Report, Staging, conclude
from clients.models.client import DUPLICATE_CLIENT, EMAIL_TAKEN
from clients.models.invoice import DUPLICATE_INVOICE, NUMBER_TAKEN
from duespark.clock import today
from duespark.ids import new_uuid, uuid_of

STAGED_CLIENT = {
    "id": "uuid",
    "name": "text",
    "email": "text",
    "phone": "text",
    "street": "text",
    "city": "text",
    "state": "text",
    "zip_code": "text",
    "country": "text",
    "tax_id": "text",
    "payment_terms": "smallint",
    "notes": "text",
    "is_active": "boolean",
    "created_at": "timestamptz",
}
OF_CLIENT = tuple(name for name in STAGED_CLIENT if name != "id")
CHANGEABLE = tuple(name for name in OF_CLIENT if name not in ("email", "created_at"))

GIVEN = {
    "payment_terms": f"coalesce(s.payment_terms, {DEFAULT_PAYMENT_TERMS})",
    "is_active": "coalesce(s.is_active, true)",
    "created_at": "coalesce(s.created_at, %(now)s)",
}
INSERT_CLIENTS = f"""
    INSERT INTO clients_client (id, account_id, {", ".join(OF_CLIENT)}, updated_at)
    SELECT s.id, %(account)s, {", ".join(GIVEN.get(name, f"s.{name}") for name in OF_CLIENT)}, {GIVEN["created_at"]}
    FROM staged_client AS s LEFT JOIN clients_client AS c ON c.account_id = %(account)s AND c.id = s.id
    WHERE s.problem IS NULL AND s.name IS NOT NULL AND s.existing IS NULL AND c.id IS NULL
    ORDER BY lower(s.email) COLLATE "C"
    ON CONFLICT (account_id, lower(email) COLLATE "C") DO NOTHING"""
FIND_EXISTING_CLIENTS = """
    UPDATE staged_client AS s SET existing = c.id
    FROM clients_client AS c
    WHERE c.account_id = %(account)s AND lower(c.email) COLLATE "C" = lower(s.email) COLLATE "C"
        AND s.problem IS NULL AND c.id <> s.id"""
LOCK_EXISTING_CLIENTS = """
    SELECT FROM clients_client AS c JOIN staged_client AS s ON c.id = s.existing
    WHERE c.account_id = %(account)s ORDER BY c.id FOR NO KEY UPDATE OF c"""
NEW_VALUES = {
    name: f"CASE WHEN '{name}' = ANY (s.cleared) THEN NULL ELSE coalesce(s.{name}, c.{name}) END" for name in CHANGEABLE
}
UPDATE_CLIENTS = f"""
    UPDATE clients_client AS c SET {", ".join(f"{name} = {new}" for name, new in NEW_VALUES.items())},
        updated_at = %(now)s
    FROM staged_client AS s
    WHERE c.account_id = %(account)s AND c.id = s.existing
        AND ({", ".join(f"c.{name}" for name in CHANGEABLE)}) IS DISTINCT FROM ({", ".join(NEW_VALUES.values())})"""


@transaction.atomic
def import_clients(account: Account, source: Source, options: Options, *, with_history: bool = False) -> Report:
    """Brings the source's clients into the account; raises `Refused` and what reading raises.

    `with_history` takes `is_active` and `created_at` along, which only an operator may set.
    """
    staging = Staging(
        "staged_client",
        {**STAGED_CLIENT, "cleared": "text[]", "existing": "uuid"},
        reference="email",
        keep_cells=options.reject is not None,
    )
    check = client_check(CLIENT_WITH_HISTORY if with_history else CLIENT, update=options.on_duplicate == "update")

    def values(one: Checked) -> Sequence[Any]:
        kept = one.kept
        cleared = [name for name, value in kept.items() if value is None and name != "name"] or None
        return (new_uuid(), *map(kept.get, OF_CLIENT), cleared, None)

    report = Report(total=staging.fill(checked(source.rows, check), values))
    staging.refuse_repeated(
        "lower(email)", problem({"email": ["An earlier row has this email already."]}, DUPLICATE_CLIENT)
    )
    context = {"account": uuid_of(account.pk), "now": timezone.now()}
    report.created = staging.execute(INSERT_CLIENTS, **context)
    if report.created < staging.count_good():
        _meet_existing_clients(staging, report, options.on_duplicate, context)
    return conclude(staging, report, source, options)


def _meet_existing_clients(staging: Staging, report: Report, on_duplicate: str, context: dict[str, Any]) -> None:
    """What becomes of the rows that were not inserted, so that every row is in the report once."""
    existing = staging.execute(FIND_EXISTING_CLIENTS, **context)
    staging.refuse("s.name IS NULL AND s.existing IS NULL", problem({"name": ["Must not be empty."]}))
    # A client that was in the way may have changed its email before it could be found.
    report.created += staging.execute(INSERT_CLIENTS, **context)
    if on_duplicate == "update":
        staging.execute(LOCK_EXISTING_CLIENTS, **context)
        report.updated = staging.execute(UPDATE_CLIENTS, **context)
    if on_duplicate == "error":
        staging.refuse("s.existing IS NOT NULL", problem({"email": [EMAIL_TAKEN]}, DUPLICATE_CLIENT))
    else:
        report.skipped = existing - report.updated


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

FIND_CLIENTS = """
    UPDATE staged_invoice AS s SET client_id = c.id, due_date = coalesce(s.due_date, s.issue_date + c.payment_terms)
    FROM clients_client AS c
    WHERE c.account_id = %(account)s AND lower(c.email) COLLATE "C" = lower(s.client_email) COLLATE "C"
        AND s.problem IS NULL"""
INSERT_INVOICES = """
    INSERT INTO clients_invoice (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date,
        description, notes, cancelled_at, created_at, updated_at)
    SELECT id, %(account)s, client_id, invoice_number, amount, %(currency)s, issue_date, due_date,
        description, notes, CASE WHEN cancelled THEN %(now)s END, %(now)s, %(now)s
    FROM staged_invoice WHERE problem IS NULL ORDER BY invoice_number COLLATE "C"
    ON CONFLICT (account_id, invoice_number) DO NOTHING"""
FIND_EXISTING_INVOICES = """
    UPDATE staged_invoice AS s SET existing = true
    FROM clients_invoice AS i
    WHERE i.account_id = %(account)s AND i.invoice_number = s.invoice_number AND i.id <> s.id AND s.problem IS NULL"""
INSERT_PAYMENTS = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date, created_at)
    SELECT payment_id, %(account)s, id, paid_amount, coalesce(payment_date, issue_date), %(now)s
    FROM staged_invoice WHERE problem IS NULL AND existing IS NULL AND paid_amount > 0 ORDER BY id"""


@transaction.atomic
def import_invoices(account: Account, source: Source, options: Options) -> Report:
    """Brings the source's invoices, and what was paid on them, to the account's clients.

    Like `import_clients`; `on_duplicate` is error or skip, by the invoice's number.
    """
    staging = Staging(
        "staged_invoice",
        {**STAGED_INVOICE, "client_id": "uuid", "existing": "boolean"},
        reference="client_email",
        keep_cells=options.reject is not None,
    )
    day = today()

    def values(one: Checked) -> Sequence[Any]:
        kept = {"issue_date": day, **{name: value for name, value in one.kept.items() if value is not None}}
        kept["id"], kept["payment_id"] = new_uuid(), new_uuid()
        kept["cancelled"] = str(kept.get("status", "")).lower() in ("cancelled", "canceled")
        return (*map(kept.get, STAGED_INVOICE), None, None)

    report = Report(total=staging.fill(checked(source.rows, invoice_check(IMPORTED_INVOICE)), values))
    context = {"account": uuid_of(account.pk), "currency": account.currency, "now": timezone.now()}
    staging.execute(FIND_CLIENTS, **context)
    staging.refuse("s.client_id IS NULL", problem({"client_email": ["No client has this email."]}))
    staging.refuse_repeated(
        "invoice_number", problem({"invoice_number": ["An earlier row has this number already."]}, DUPLICATE_INVOICE)
    )
    report.created = staging.execute(INSERT_INVOICES, **context)
    existing = staging.execute(FIND_EXISTING_INVOICES, **context)
    staging.execute(INSERT_PAYMENTS, **context)
    if options.on_duplicate == "skip":
        report.skipped = existing
    else:
        staging.refuse("s.existing", problem({"invoice_number": [NUMBER_TAKEN]}, DUPLICATE_INVOICE))
    return conclude(staging, report, source, options)
