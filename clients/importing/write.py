"""Step four, records → the account: one transaction of set-based statements.

ON CONFLICT sees rows of other transactions that are not committed yet. Rows that exist are locked in the
order of their keys.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from clients.fields import CLIENT, CLIENT_WITH_HISTORY, DEFAULT_PAYMENT_TERMS, IMPORTED_INVOICE
from clients.importing.check import Checked, checked, client_check, invoice_check, problem
from clients.importing.read import Source
from clients.importing.report import Options, Report
from clients.importing.staging import Staging, conclude
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
CLIENTS_AT_ONCE = 20_000  # rows that one statement writes
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
    FROM {{source}} AS s WHERE s.name IS NOT NULL {{condition}} ORDER BY {{order}}
    ON CONFLICT (account_id, lower(email) COLLATE "C") DO NOTHING"""
# Indexes like the order of the file best; see `_take_turns` of the staging.
CLIENT_ORDER = {True: 'lower(s.email) COLLATE "C", s.row', False: "s.row"}
UNMET = "AND s.problem IS NULL AND s.existing IS NULL"
# What this import has written bears its transaction's mark, like the table that it made.
JUST_LANDED = "c.xmin = (SELECT xmin FROM pg_class WHERE oid = 'pg_temp.staged'::regclass)"
FIND_EXISTING_CLIENTS = f"""
    UPDATE unlanded AS s SET existing = c.id, just_landed = {JUST_LANDED}
    FROM clients_client AS c
    WHERE c.account_id = %(account)s AND lower(c.email) COLLATE "C" = lower(s.email) COLLATE "C"
    """
LOCK_EXISTING_CLIENTS = """
    SELECT FROM clients_client AS c JOIN unlanded AS s ON c.id = s.existing
    WHERE c.account_id = %(account)s AND s.problem IS NULL ORDER BY c.id FOR NO KEY UPDATE OF c"""
NEW_VALUES = {
    name: f"CASE WHEN '{name}' = ANY (s.cleared) THEN NULL ELSE coalesce(s.{name}, c.{name}) END" for name in CHANGEABLE
}
UPDATE_CLIENTS = f"""
    UPDATE clients_client AS c SET {", ".join(f"{name} = {new}" for name, new in NEW_VALUES.items())},
        updated_at = %(now)s
    FROM unlanded AS s
    WHERE c.account_id = %(account)s AND c.id = s.existing AND s.problem IS NULL
        AND ({", ".join(f"c.{name}" for name in CHANGEABLE)}) IS DISTINCT FROM ({", ".join(NEW_VALUES.values())})"""


@transaction.atomic
def import_clients(account: Account, source: Source, options: Options, *, with_history: bool = False) -> Report:
    """Brings the source's clients into the account; raises `Refused` and what reading raises.

    `with_history` takes `is_active` and `created_at` along, which only an operator may set.
    """
    context = {"account": uuid_of(account.pk), "now": timezone.now()}
    staging = Staging(
        "clients_client",
        {**STAGED_CLIENT, "cleared": "text[]"},
        "existing uuid, just_landed boolean",
        context,
        reference="email",
        keep_cells=options.reject is not None,
    )
    check = client_check(CLIENT_WITH_HISTORY if with_history else CLIENT, update=options.on_duplicate == "update")
    names = [name for name in (*OF_CLIENT, "cleared") if name == "cleared" or name in check.record.all_rules]

    def values(one: Checked) -> dict[str, Sequence[Any]]:
        return {"id": [new_uuid() for _ in one.places], **{name: one.columns[name] for name in names}}

    rows = ((one, values(one)) for one in checked(source.batches, check))

    def land() -> int:
        order = CLIENT_ORDER[staging.at_once]
        return staging.execute(INSERT_CLIENTS.format(source="staged", condition="", order=order))

    staging.fill(rows, land, CLIENTS_AT_ONCE)
    report = Report(created=staging.landed, total=staging.total)
    if staging.unlanded:
        _meet_existing_clients(staging, report, options.on_duplicate)
    return conclude(staging, report, source, options)


def _meet_existing_clients(staging: Staging, report: Report, on_duplicate: str) -> None:
    """What becomes of the rows that did not land, so that every row is in the report once."""
    staging.execute(FIND_EXISTING_CLIENTS)
    staging.refuse(
        "s.name IS NULL AND (s.existing IS NULL OR s.just_landed)", problem({"name": ["Must not be empty."]})
    )
    staging.refuse_repeated(
        "lower(email)", problem({"email": ["An earlier row has this email already."]}, DUPLICATE_CLIENT)
    )
    # A client that was in the way may have changed its email before it could be found.
    order = CLIENT_ORDER[staging.at_once]
    report.created += staging.execute(INSERT_CLIENTS.format(source="unlanded", condition=UNMET, order=order))
    if on_duplicate == "update":
        staging.execute(LOCK_EXISTING_CLIENTS)
        report.updated = staging.execute(UPDATE_CLIENTS)
    if on_duplicate == "error":
        staging.refuse("s.existing IS NOT NULL", problem({"email": [EMAIL_TAKEN]}, DUPLICATE_CLIENT))
    else:
        existing = staging.fetch("SELECT count(*) FROM unlanded WHERE problem IS NULL AND existing IS NOT NULL")
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
CANCELLED = ("cancelled", "canceled")

INVOICES_AT_ONCE = 100_000  # rows that one statement writes; so that a client's totals are written seldom

# A client is looked up by each of its invoices, and once more for those of nobody.
INSERT_INVOICES = """
    INSERT INTO clients_invoice (id, account_id, client_id, invoice_number, amount, currency, issue_date, due_date,
        description, notes, cancelled_at, created_at, updated_at)
    SELECT s.id, %(account)s, c.id, s.invoice_number, s.amount, %(currency)s, s.issue_date,
        coalesce(s.due_date, s.issue_date + c.payment_terms), s.description, s.notes,
        CASE WHEN s.cancelled THEN %(now)s END, %(now)s, %(now)s
    FROM staged AS s JOIN clients_client AS c
        ON c.account_id = %(account)s AND lower(c.email) COLLATE "C" = lower(s.client_email) COLLATE "C"
    ORDER BY {order} ON CONFLICT (account_id, invoice_number) DO NOTHING"""
INVOICE_ORDER = {True: 's.invoice_number COLLATE "C", s.row', False: "s.row"}
INSERT_PAYMENTS = """
    INSERT INTO clients_payment (id, account_id, invoice_id, amount, payment_date, created_at)
    SELECT s.payment_id, %(account)s, s.id, s.paid_amount, coalesce(s.payment_date, s.issue_date), %(now)s
    FROM staged AS s JOIN clients_invoice AS i ON i.account_id = %(account)s AND i.id = s.id
    WHERE s.paid_amount > 0 ORDER BY s.row"""
FIND_CLIENTS = """
    UPDATE unlanded AS s SET client_id = c.id
    FROM clients_client AS c
    WHERE c.account_id = %(account)s AND lower(c.email) COLLATE "C" = lower(s.client_email) COLLATE "C"
    """
FIND_EXISTING_INVOICES = f"""
    UPDATE unlanded AS s SET existing = true, just_landed = {JUST_LANDED.replace("c.xmin", "i.xmin")}
    FROM clients_invoice AS i
    WHERE i.account_id = %(account)s AND i.invoice_number = s.invoice_number AND s.problem IS NULL"""


@transaction.atomic
def import_invoices(account: Account, source: Source, options: Options) -> Report:
    """Brings the source's invoices, and what was paid on them, to the account's clients.

    Like `import_clients`; `on_duplicate` is error or skip, by the invoice's number.
    """
    context = {"account": uuid_of(account.pk), "currency": account.currency, "now": timezone.now()}
    staging = Staging(
        "clients_invoice",
        STAGED_INVOICE,
        "client_id uuid, existing boolean, just_landed boolean",
        context,
        reference="client_email",
        keep_cells=options.reject is not None,
    )
    day = today()

    def values(one: Checked) -> dict[str, Sequence[Any]]:
        kept = dict(one.columns)
        kept["issue_date"] = [date or day for date in kept["issue_date"]]
        kept["cancelled"] = [bool(word) and word.lower() in CANCELLED for word in kept["status"]]
        for name in ("id", "payment_id"):
            kept[name] = [new_uuid() for _ in one.places]
        return {name: kept[name] for name in STAGED_INVOICE}

    def land() -> int:
        landed = staging.execute(INSERT_INVOICES.format(order=INVOICE_ORDER[staging.at_once]))
        staging.execute(INSERT_PAYMENTS)
        return landed

    rows = ((one, values(one)) for one in checked(source.batches, invoice_check(IMPORTED_INVOICE)))
    staging.fill(rows, land, INVOICES_AT_ONCE)
    report = Report(created=staging.landed, total=staging.total)
    if staging.unlanded:
        staging.execute(FIND_CLIENTS)
        staging.refuse("s.client_id IS NULL", problem({"client_email": ["No client has this email."]}))
        staging.execute(FIND_EXISTING_INVOICES)
        staging.refuse_repeated(
            "invoice_number",
            problem({"invoice_number": ["An earlier row has this number already."]}, DUPLICATE_INVOICE),
        )
        if options.on_duplicate == "skip":
            report.skipped = staging.fetch("SELECT count(*) FROM unlanded WHERE problem IS NULL AND existing")
        else:
            staging.refuse("s.existing", problem({"invoice_number": [NUMBER_TAKEN]}, DUPLICATE_INVOICE))
    return conclude(staging, report, source, options)
