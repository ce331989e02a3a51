"""Triggers that hold whatever a session says, and what they keep as it was written."""

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


def append_only(name: str, refusal: str) -> list[Any]:
    """A table's triggers by which nothing in it is changed or deleted."""
    refuse = f"RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation';"
    return [
        FirmTrigger(
            name=f"{name}_append_only",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refuse,
        ),
        # A database that is emptied as a whole, as the tests' is, has nothing to keep either.
        FirmTrigger(
            name=f"{name}_not_truncated",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Truncate,
            func=f"IF EXISTS (SELECT FROM public.accounts_account) THEN {refuse} END IF; RETURN NULL;",
        ),
    ]
