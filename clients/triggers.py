"""What the triggers of totals, months, counters and the history have in common."""

from collections.abc import Sequence

import pgtrigger


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
