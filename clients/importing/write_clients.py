"""Step four, records → the account's clients: one transaction of set-based statements.

ON CONFLICT sees rows of other transactions that are not committed yet. Rows that exist are locked in the
order of their keys.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.acting import actor
from accounts.models import Account
from clients.fields import CLIENT, CLIENT_WITH_HISTORY, DEFAULT_PAYMENT_TERMS
from clients.importing.check import Checked, checked, client_check, problem
from clients.importing.read import Source
from clients.importing.report import Options, Report
from clients.importing.staging import Staging, conclude
from clients.models import Import
from clients.models.client import DUPLICATE_CLIENT, EMAIL_TAKEN
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
SAME_EMAIL = 'lower({}.email) COLLATE "C" = lower(s.email) COLLATE "C"'
CHANGEABLE = tuple(name for name in OF_CLIENT if name not in ("email", "created_at"))

GIVEN = {
    "payment_terms": f"coalesce(s.payment_terms, {DEFAULT_PAYMENT_TERMS})",
    "is_active": "coalesce(s.is_active, true)",
    "created_at": "coalesce(s.created_at, %(now)s)",
}
INSERT_CLIENTS = f"""
    INSERT INTO clients_client (id, account_id, {", ".join(OF_CLIENT)}, updated_at, created_by)
    SELECT s.id, %(account)s, {", ".join(GIVEN.get(name, f"s.{name}") for name in OF_CLIENT)}, {GIVEN["created_at"]},
        %(actor)s
    FROM {{source}} AS s WHERE s.name IS NOT NULL {{condition}} ORDER BY {{order}}
    ON CONFLICT (account_id, lower(email) COLLATE "C") DO NOTHING"""
UNMET = "AND s.problem IS NULL AND s.existing IS NULL"
LOCK_EXISTING_CLIENTS = """
    SELECT FROM clients_client AS c JOIN unlanded AS s ON c.id = s.existing
    WHERE c.account_id = %(account)s AND s.problem IS NULL ORDER BY c.id FOR NO KEY UPDATE OF c"""
NEW_VALUES = {
    name: f"CASE WHEN '{name}' = ANY (s.cleared) THEN NULL ELSE coalesce(s.{name}, c.{name}) END" for name in CHANGEABLE
}
UPDATE_CLIENTS = f"""
    UPDATE clients_client AS c SET {", ".join(f"{name} = {new}" for name, new in NEW_VALUES.items())},
        updated_at = %(now)s, changed_by = %(actor)s
    FROM unlanded AS s
    WHERE c.account_id = %(account)s AND c.id = s.existing AND s.problem IS NULL AND {SAME_EMAIL.format("c")}
        AND ({", ".join(f"c.{name}" for name in CHANGEABLE)}) IS DISTINCT FROM ({", ".join(NEW_VALUES.values())})"""


@transaction.atomic
def import_clients(account: Account, source: Source, options: Options, *, with_history: bool = False) -> Report:
    """Brings the source's clients into the account; raises `Refused` and what reading raises.

    `with_history` takes `is_active` and `created_at` along, which only an operator may set.
    """
    context = {"account": uuid_of(account.pk), "now": timezone.now(), "actor": actor()}
    staging = Staging(
        Import.Kind.CLIENTS,
        {**STAGED_CLIENT, "cleared": "text[]"},
        context,
        key='lower(email) COLLATE "C"',
        in_the_way=SAME_EMAIL.format("r"),
        reference="email",
        keep_cells=options.reject is not None,
    )
    check = client_check(CLIENT_WITH_HISTORY if with_history else CLIENT, update=options.on_duplicate == "update")
    names = [name for name in (*OF_CLIENT, "cleared") if name == "cleared" or name in check.record.all_rules]

    def values(one: Checked) -> dict[str, Sequence[Any]]:
        return {"id": [new_uuid() for _ in one.places], **{name: one.columns[name] for name in names}}

    rows = ((one, values(one)) for one in checked(source.batches, check))

    def land() -> int:
        return staging.execute(INSERT_CLIENTS.format(source="staged", condition="", order=staging.order))

    staging.fill(rows, land, CLIENTS_AT_ONCE)
    report = Report(created=staging.landed, total=staging.total)
    if staging.unlanded:
        _meet_existing_clients(staging, report, options.on_duplicate)
    return conclude(staging, report, source, options)


def _meet_existing_clients(staging: Staging, report: Report, on_duplicate: str) -> None:
    """What becomes of the rows that did not land, so that every row is in the report once."""
    staging.refuse(
        "s.name IS NULL AND (s.existing IS NULL OR s.just_landed)", problem({"name": ["Must not be empty."]})
    )
    staging.refuse_repeated(problem({"email": ["An earlier row has this email already."]}, DUPLICATE_CLIENT))
    # A client that was in the way may have changed its email before it could be found.
    report.created += staging.execute(INSERT_CLIENTS.format(source="unlanded", condition=UNMET, order=staging.order))
    if on_duplicate == "update":
        staging.execute(LOCK_EXISTING_CLIENTS)
        report.updated = staging.execute(UPDATE_CLIENTS)
    if on_duplicate == "error":
        staging.refuse("s.existing IS NOT NULL", problem({"email": [EMAIL_TAKEN]}, DUPLICATE_CLIENT))
    else:
        existing = staging.fetch("SELECT count(*) FROM unlanded WHERE problem IS NULL AND existing IS NOT NULL")
        report.skipped = existing - report.updated
