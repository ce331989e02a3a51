"""The triggers that record every change of a client, an invoice or a payment, whoever makes it.

An UPDATE of a recorded column leaves one row in the table of changes, with the old and the new values
of the columns that differ; a DELETE, and a TRUNCATE of each row, one with all the old values. An
INSERT leaves none: the row itself says when it was made and by whom, and its changes what it was then.
So imports pay nothing, and a single write no further round trip.

Who changes a row stands in the UPDATE itself: it sets `changed_by`, which the trigger moves into the
history. A setting of the session would be left standing behind by a pool or a rollback; this can be
neither left, for a constraint forbids the stored row to have it, nor taken for another's.

A row's trigger runs when the row is locked and read again, before it is written: what it finds is what
is replaced. It is called for the columns that a statement sets, so that what keeps totals does not call
it. It has no condition: PostgreSQL would read one of so many columns anew for each statement, which
costs more than the call.
"""

from dataclasses import dataclass

import pgtrigger

from accounts.triggers import FirmTrigger
from clients.triggers import for_each_account, one_line

INSERT = """
    INSERT INTO public.clients_change
        (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values)"""
NEXT = "nextval('public.clients_change_number')"


@dataclass(frozen=True)
class Recorded:
    """A kind of row whose changes are recorded: those of `columns`, which are all but what triggers keep.

    `parent` is the column that says what it belongs to.
    """

    kind: str
    columns: tuple[str, ...]
    parent: str | None = None

    @property
    def table(self) -> str:
        return f"clients_{self.kind}"

    @property
    def triggers(self) -> list[pgtrigger.Trigger]:
        return [
            FirmTrigger(
                name=f"{self.kind}_change_updated",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(*self.columns, "changed_by"),
                declare=[("o", "jsonb := '{}'"), ("n", "jsonb := '{}'")],
                func=one_line(self._updated()),
            ),
            FirmTrigger(
                name=f"{self.kind}_change_deleted",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                func=one_line(self._deleted()),
            ),
            FirmTrigger(
                name=f"{self.kind}_change_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                declare=[("t", "record")],
                func=one_line(self._truncated()),
            ),
        ]

    def _updated(self) -> str:
        compared = (
            f"""IF NEW.{column} IS DISTINCT FROM OLD.{column} THEN
                o := o || jsonb_build_object('{column}', OLD.{column});
                n := n || jsonb_build_object('{column}', NEW.{column});
            END IF;"""
            for column in self.columns
        )
        return f"""
            {" ".join(compared)}
            IF n <> '{{}}' THEN
                {INSERT} VALUES (OLD.account_id, {self._key("OLD")}, clock_timestamp(), NEW.changed_by, o, n);
            END IF;
            NEW.changed_by := NULL;
            RETURN NEW;"""

    def _deleted(self) -> str:
        return f"""
            {INSERT} VALUES (OLD.account_id, {self._key("OLD")}, clock_timestamp(), NULL, {self.values("OLD")}, NULL);
            RETURN NULL;"""

    def _truncated(self) -> str:
        each = f"""
            {INSERT} SELECT t.id, {self._key("r")}, clock_timestamp(), NULL, {self.values("r")}, NULL
            FROM public.{self.table} AS r WHERE r.account_id = t.id;"""
        return f"{for_each_account(each)} RETURN NULL;"

    def _key(self, row: str) -> str:
        parent = f"{row}.{self.parent}" if self.parent else "NULL"
        return f"{row}.id, {NEXT}, '{self.kind}', {parent}"

    def values(self, row: str) -> str:
        """All that is recorded of a row, as a change has it."""
        return f"jsonb_build_object({', '.join(f'{column!r}, {row}.{column}' for column in self.columns)})"


RECORDED_CLIENT = Recorded(
    "client",
    (
        "id", "account_id", "name", "email", "phone", "street", "city", "state", "zip_code", "country", "tax_id",
        "payment_terms", "notes", "is_active", "created_at", "updated_at", "created_by",
    ),
)  # fmt: skip
RECORDED_INVOICE = Recorded(
    "invoice",
    (
        "id", "account_id", "client_id", "invoice_number", "amount", "currency", "issue_date", "due_date",
        "description", "notes", "cancelled_at", "created_at", "updated_at", "created_by",
    ),
    parent="client_id",
)  # fmt: skip
RECORDED_PAYMENT = Recorded(
    "payment",
    (
        "id", "account_id", "invoice_id", "amount", "payment_date", "payment_method", "payment_reference",
        "created_at", "created_by",
    ),
    parent="invoice_id",
)  # fmt: skip
