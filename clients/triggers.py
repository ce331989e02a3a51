"""What the triggers of totals, months, counters and the history have in common."""

from collections.abc import Callable, Sequence

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


def moving_triggers(
    name: str,
    rows: Callable[[str, int], str],
    fold: Callable[[str], str],
    reset: str,
    *,
    fold_moved: Callable[[str], str] | None = None,
    declare: Sequence[tuple[str, str]] = (),
) -> list[pgtrigger.Trigger]:
    """Keeps what rows come to when they come, change, go, or are emptied out, by which all is `reset`.

    `rows` says what those of a transition table count for, by a sign, and `fold` makes of them what is to
    be done; `fold_moved` of those that an UPDATE has changed, where that is more.
    """
    new, old = rows("new_rows", 1), rows("old_rows", -1)
    moved = (fold_moved or fold)(f"{new} UNION ALL {old}")
    come, gone = pgtrigger.Referencing(new="new_rows"), pgtrigger.Referencing(old="old_rows")
    both = pgtrigger.Referencing(old="old_rows", new="new_rows")
    return [
        statement_trigger(f"{name}_inserted", pgtrigger.Insert, fold(new), rows=come, declare=declare),
        statement_trigger(f"{name}_updated", pgtrigger.Update, moved, rows=both, declare=declare),
        statement_trigger(f"{name}_deleted", pgtrigger.Delete, fold(old), rows=gone, declare=declare),
        statement_trigger(f"{name}_truncated", pgtrigger.Truncate, reset),
    ]


def for_each_account(body: str) -> str:
    return f"FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP {body} END LOOP;"


def one_line(body: str) -> str:
    return " ".join(body.split())
