"""The temporary table in which checked rows wait, and the report that is made of it.

All rows go in by COPY, the refused ones with their problem, so memory does not grow with the file
and the report is in the file's order whenever a row was found out.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from clients.importing.check import Checked
from clients.importing.read import Source

REPORTED_ERRORS = 1_000
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL's text cannot hold

Reject = Callable[[Sequence[str], str], None]


@dataclass(frozen=True)
class Options:
    """How an import is to go about it.

    `on_duplicate` is error, skip or update; a `dry_run` says what would happen and writes nothing;
    an `atomic` one is refused whole for one bad row. `reject` is given each refused row's cells and
    the reason.
    """

    on_duplicate: str = "error"
    dry_run: bool = False
    atomic: bool = False
    reject: Reject | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """A refused row: `detail` and `errors` are those of a single create; `email` is as it was sent."""

    row: int
    email: str | None
    detail: str
    errors: dict[str, Any]


@dataclass
class Report:
    """What came of an import. `errors` are the first 1,000, `error_count` counts all."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    total: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    dry_run: bool = False
    ignored_columns: list[str] = field(default_factory=list)


class Refused(Exception):
    """An atomic import with a bad row: nothing has been written."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


class Staging:
    """One import's rows, in a temporary table of its transaction."""

    def __init__(self, table: str, columns: dict[str, str], *, reference: str, keep_cells: bool) -> None:
        self.table = table
        self.columns = columns
        self.reference = reference  # the field by which the report names a row
        self.keep_cells = keep_cells
        self.cursor = connection.cursor()
        types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.execute("SET LOCAL plan_cache_mode = auto")  # the triggers plan for as many rows as there are
        self.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        self.execute(
            f"CREATE TEMPORARY TABLE {table} "
            f"(row integer, problem text, reference text, cells text[], {types}) ON COMMIT DROP"
        )

    def execute(self, sql: str, **params: Any) -> int:
        """The number of rows that the statement concerned."""
        self.cursor.execute(sql, params)
        return self.cursor.rowcount

    def fill(self, rows: Iterable[Checked], values: Callable[[Checked], Sequence[Any]]) -> int:
        names = ", ".join(self.columns)
        nothing = [None] * len(self.columns)
        count = 0
        with self.cursor.copy(f"COPY {self.table} (row, problem, reference, cells, {names}) FROM STDIN") as copy:
            for one in rows:
                count += 1
                kept = nothing if one.problem else values(one)
                copy.write_row((one.row.number, one.problem, self._reference(one), self._cells(one), *kept))
        self.execute(f"ANALYZE {self.table}")
        return count

    def _reference(self, one: Checked) -> str | None:
        sent = one.row.sent.get(self.reference)
        return _UNKEEPABLE.sub("", sent)[:1000] if isinstance(sent, str) else None

    def _cells(self, one: Checked) -> list[str] | None:
        return [_UNKEEPABLE.sub("", cell) for cell in one.row.cells] if self.keep_cells and one.row.cells else None

    def count_good(self) -> int:
        self.execute(f"SELECT count(*) FROM {self.table} WHERE problem IS NULL")
        return int(self.cursor.fetchone()[0])

    def refuse(self, condition: str, problem: str) -> None:
        """Gives the good rows `s` for which the condition holds this problem."""
        self.execute(
            f"UPDATE {self.table} AS s SET problem = %(problem)s WHERE s.problem IS NULL AND {condition}",
            problem=problem,
        )

    def refuse_repeated(self, key: str, problem: str) -> None:
        """Of good rows with one key the first stays, the later ones get this problem."""
        self.execute(
            f"""
            UPDATE {self.table} AS s SET problem = %(problem)s
            FROM (SELECT row, row_number() OVER (PARTITION BY {key} ORDER BY row) AS nth
                  FROM {self.table} WHERE problem IS NULL) AS seen
            WHERE seen.row = s.row AND seen.nth > 1""",
            problem=problem,
        )

    def report_problems(self, report: Report, reject: Reject | None) -> None:
        refused = f"FROM {self.table} WHERE problem IS NOT NULL"
        self.execute(f"SELECT count(*) {refused}")
        [report.error_count] = self.cursor.fetchone()
        self.execute(f"SELECT row, reference, problem {refused} ORDER BY row LIMIT {REPORTED_ERRORS}")
        report.errors = [RowError(row, email, **json.loads(problem)) for row, email, problem in self.cursor]
        if reject:
            self.execute(f"SELECT cells, problem {refused} ORDER BY row")
            for cells, problem in self.cursor:
                reject(cells or [], json.loads(problem)["detail"])


def conclude(staging: Staging, report: Report, source: Source, options: Options) -> Report:
    """The end of every import's transaction: the report, and whether what was done stays."""
    report.dry_run = options.dry_run
    report.ignored_columns = source.ignored_columns
    staging.report_problems(report, options.reject)
    if options.atomic and report.error_count:
        raise Refused(report)
    if options.dry_run:
        transaction.set_rollback(True)
    return report
