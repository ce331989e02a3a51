"""What the triggers of totals, months and counters have in common: one call a statement, one loop over accounts."""

import pgtrigger


def statement_trigger(
    name: str,
    operation: pgtrigger.Operation,
    body: str,
    *,
    rows: pgtrigger.Referencing | None = None,
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    """Runs `body` after each statement; `t` is the record of its loop."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        referencing=rows,
        declare=[("t", "record")],
        func=" ".join(f"{body} RETURN NULL;".split()),
    )


def for_each_account(body: str) -> str:
    return f"FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP {body} END LOOP;"
