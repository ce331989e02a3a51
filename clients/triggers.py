"""What the triggers of totals, months, counters and the history have in common."""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from pgtrigger import compiler


class FirmTriggerSql(compiler.UpsertTriggerSql):
    """A trigger that no session can pass over by the setting `pgtrigger.ignore`, nor pays for asking."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER AS $$ {declare} BEGIN {func} END; $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} FOR EACH {level} EXECUTE PROCEDURE {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class FirmTrigger(pgtrigger.Trigger):
    def compile(self, model: Any) -> compiler.Trigger:
        compiled = super().compile(model)
        return compiler.Trigger(name=compiled.name, sql=FirmTriggerSql(**compiled.sql.kwargs))


def statement_trigger(
    name: str,
    operation: pgtrigger.Operation,
    body: str,
    *,
    rows: pgtrigger.Referencing | None = None,
    condition: pgtrigger.Condition | None = None,
    declare: Sequence[tuple[str, str]] = (),
) -> pgtrigger.Trigger:
    """Runs `body`, one call a statement, after it; `t` is the record of its loop over accounts."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        referencing=rows,
        declare=[("t", "record"), *declare],
        func=one_line(f"{body} RETURN NULL;"),
    )


def for_each_account(body: str) -> str:
    return f"FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP {body} END LOOP;"


def one_line(body: str) -> str:
    return " ".join(body.split())
