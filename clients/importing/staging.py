"""The temporary tables through which checked rows come into the account.

Good rows go by COPY to the first, and from there into the account some thousand at a time, while the
next are read and checked. Those that do not land, because something stands in their way, wait in the
second until all have come; refused rows, with their problem, in the third. So memory does not grow with
the file, and the report is in the file's order whenever a row was found out.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import starmap
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from clients.importing.batches import Row
from clients.importing.check import Checked
from clients.importing.read import Source
from clients.importing.report import REPORTED_ERRORS, Options, Refused, Reject, Report, RowError
from clients.models import Import
from duespark.copying import copy_text
from duespark.ids import typeid_of
from duespark.postgres import take_longer

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL's text cannot hold

# Lets PostgreSQL look rows up one by one unless it misjudges a table: it found next to nothing there, but for what a
# dry run or an import that died had left, and has not looked again. Then every index seems as good as the right one.
BY_ONE = """
    SELECT set_config('enable_nestloop', (count(*) = 0)::text, true) = 'true' FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname ~ '^clients_(client|invoice|payment)$'
        AND reltuples >= 0 AND reltuples < relpages"""
# What this import has written bears its transaction's mark, like the table that it made.
MARK = "SELECT xmin FROM pg_class WHERE oid = 'pg_temp.staged'::regclass"

LANDS_IN = {Import.Kind.CLIENTS: "clients_client", Import.Kind.INVOICES: "clients_invoice"}
NOTHING: Mapping[str, tuple[str, str]] = {}
TABLES = {
    "staged": "row integer, reference text, cells text, {columns}",
    "unlanded": "row integer, reference text, cells text, {columns}, {found}, just_landed boolean, problem text",
    "refused": "row integer, reference text, cells text, problem text",
}


class Block(NamedTuple):
    """Rows on their way to the database: how many, how many are good, these as COPY reads them, and the refused."""

    total: int
    good: int
    columns: str
    text: bytes
    refused: Sequence[tuple[Row, Any, str]]


class Staging:
    """One import's rows, in temporary tables of its transaction.

    `columns` are those of a good row, each with its type. `key` is the expression that no two rows of the
    account share, and `reference` the column by which the report names a row. Of a row `s` that did not land
    is kept which row `r` of the table is `in_the_way`, the `existing` one; whether this import has written that;
    and which others are to be `found`, each in a table by a condition.
    """

    def __init__(
        self,
        kind: Import.Kind,
        columns: Mapping[str, str],
        context: Mapping[str, Any],
        *,
        key: str,
        in_the_way: str,
        reference: str,
        keep_cells: bool,
        found: Mapping[str, tuple[str, str]] = NOTHING,
    ) -> None:
        self.kind = kind
        self.table = LANDS_IN[kind]
        self.key = key
        self.in_the_way = in_the_way
        self.found = found
        self.reference = reference
        self.columns = columns
        self.context = context
        self.keep_cells = keep_cells
        self.total = self.staged = self.landed = self.unlanded = 0
        self.at_once = True
        self.cursor = connection.cursor()
        take_longer()
        self.execute("SET LOCAL plan_cache_mode = auto")  # the triggers plan for as many rows as there are
        types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        ids = ", ".join(f"{name} uuid" for name in (*found, "existing"))
        for name, definition in TABLES.items():
            self.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            definition = definition.format(columns=types, found=ids)
            self.execute(f"CREATE TEMPORARY TABLE {name} ({definition}) ON COMMIT DROP")

    def execute(self, sql: str, **params: Any) -> int:
        """The number of rows that the statement concerned."""
        self.cursor.execute(sql, {**self.context, **params})
        return self.cursor.rowcount

    def fetch(self, sql: str) -> Any:
        """The one value that a query gives."""
        self.execute(sql)
        return self.cursor.fetchone()[0]

    def fill(
        self, batches: Iterable[tuple[Checked, Mapping[str, Sequence[Any]]]], land: Callable[[], int], size: int
    ) -> None:
        """Brings all rows as far as they get. The database is at work on some while the next are checked.

        `land` brings what is staged into the account, `size` rows at a time, and says how many it did.
        """
        with ThreadPoolExecutor(1) as writer:
            landing: Future[None] = writer.submit(lambda: None)
            try:
                for some in _together(starmap(self._block, batches), size):
                    self._take_turns(at_once=sum(block.total for block in some) < size)
                    landing.result()
                    for block in some:
                        self._stage(block)
                    landing = writer.submit(self._land, land)
                landing.result()
            except BaseException:  # Ctrl-C among them: whatever the database is at may take long, or wait for others
                if not landing.done():
                    self.cursor.connection.cancel()
                raise
        if self.unlanded:
            self.execute("ANALYZE unlanded (row, existing)")

    @property
    def order(self) -> str:
        """In which the rows land: in their keys' where others may do so beside, else in the file's, as indexes like."""
        return f"{self.key}, row" if self.at_once else "row"

    def _take_turns(self, *, at_once: bool) -> None:
        """Imports into one account never wait for each other in a circle, in whatever order they have the same rows.

        Those that land `at_once` do so in the order of their keys; one that does not is alone.
        """
        if self.total == 0:
            self.at_once = at_once
            shared = "_shared" if at_once else ""
            self.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtextextended(%(account)s::text, 0))")

    def _block(self, batch: Checked, values: Mapping[str, Sequence[Any]]) -> Block:
        columns = {"row": batch.columns["row"], "reference": batch.columns["reference"], **values}
        if self.keep_cells:
            columns["cells"] = [_kept_cells(batch.batch.cells(place)) for place in batch.places]
        text = copy_text(list(columns.values())).encode() if batch.places else b""
        return Block(len(batch.batch), len(batch.places), ", ".join(columns), text, batch.refused)

    def _stage(self, block: Block) -> None:
        self.total += block.total
        self.staged += block.good
        if block.refused:
            self._refuse(block.refused)
        if block.good:
            with self._copying(f"COPY staged ({block.columns}) FROM STDIN") as copy:
                copy.write(block.text)

    @contextmanager
    def _copying(self, statement: str) -> Iterator[Any]:
        """COPY is psycopg's alone; Django knows its errors only where they are shown to it."""
        with connection.wrap_database_errors, self.cursor.copy(statement) as copy:
            yield copy

    def _refuse(self, refused: Sequence[tuple[Row, Any, str]]) -> None:
        with self._copying("COPY refused (row, reference, cells, problem) FROM STDIN") as copy:
            for row, reference, problem in refused:
                named = _UNKEEPABLE.sub("", reference)[:1000] if isinstance(reference, str) else None
                copy.write_row((row.number, named, _kept_cells(row.cells) if self.keep_cells else None, problem))

    def _land(self, land: Callable[[], int]) -> None:
        by_one = self.fetch(BY_ONE)
        landed = land() if self.staged else 0
        self.landed += landed
        if landed < self.staged:
            self.unlanded += self.staged - landed
            self._keep_unlanded(by_one=by_one)
        if self.staged:
            self.execute("TRUNCATE staged")
        self.staged = 0

    def _keep_unlanded(self, *, by_one: bool) -> None:
        """An account may have many more rows than are staged, so each is looked up by itself, where that is safe."""
        names = ("row", "reference", "cells", *self.columns)
        lookups = {"existing": (self.table, self.in_the_way), **self.found}
        fence = "OFFSET 0" if by_one else ""
        joins = (
            f"""LEFT JOIN LATERAL (
                SELECT id, xmin FROM {table} AS r WHERE account_id = %(account)s AND {same} {fence}
            ) AS {name} ON true"""
            for name, (table, same) in lookups.items()
        )
        self.execute(
            f"""
            INSERT INTO unlanded ({", ".join((*names, *lookups))}, just_landed)
            SELECT {", ".join((*(f"s.{name}" for name in names), *(f"{name}.id" for name in lookups)))},
                existing.xmin = ({MARK})
            FROM staged AS s {" ".join(joins)} WHERE existing.id IS DISTINCT FROM s.id"""
        )

    def refuse(self, condition: str, problem: str) -> None:
        """Gives the rows that did not land, and have no problem yet, this one where the condition holds."""
        self.execute(
            f"UPDATE unlanded AS s SET problem = %(problem)s WHERE s.problem IS NULL AND ({condition})", problem=problem
        )

    def refuse_repeated(self, problem: str) -> None:
        """Of rows with one key the first in the file stays, the later ones get this problem."""
        self.execute(
            f"""
            UPDATE unlanded AS s SET problem = %(problem)s
            FROM (SELECT row, just_landed, row_number() OVER (PARTITION BY {self.key} ORDER BY row) AS nth
                  FROM unlanded WHERE problem IS NULL) AS seen
            WHERE seen.row = s.row AND (seen.nth > 1 OR seen.just_landed)""",
            problem=problem,
        )

    def report_problems(self, report: Report, reject: Reject | None) -> None:
        self.execute(
            f"INSERT INTO refused SELECT row, coalesce(reference, {self.reference}), cells, problem "
            "FROM unlanded WHERE problem IS NOT NULL"
        )
        report.error_count = self.fetch("SELECT count(*) FROM refused")
        self.execute(f"SELECT row, reference, problem FROM refused ORDER BY row LIMIT {REPORTED_ERRORS}")
        report.errors = [RowError(row, email, **json.loads(problem)) for row, email, problem in self.cursor]
        if reject:
            self.execute("SELECT cells, problem FROM refused ORDER BY row")
            for cells, problem in self.cursor:
                reject(json.loads(cells or "[]"), json.loads(problem)["detail"])


def _together(blocks: Iterable[Block], size: int) -> Iterator[list[Block]]:
    """Blocks, by the so many as have at least `size` rows."""
    some: list[Block] = []
    for block in blocks:
        some.append(block)
        if sum(one.total for one in some) >= size:
            yield some
            some = []
    if some:
        yield some


def _kept_cells(cells: Sequence[str] | None) -> str | None:
    return None if cells is None else json.dumps(cells)


def conclude(staging: Staging, report: Report, source: Source, options: Options) -> Report:
    """The end of every import's transaction: the report, and whether what was done stays, with a record of it."""
    report.dry_run = options.dry_run
    report.columns = source.columns
    report.ignored_columns = source.ignored_columns
    staging.report_problems(report, options.reject)
    if options.atomic and report.error_count:
        raise Refused(report)
    if options.dry_run:
        transaction.set_rollback(True)
    else:
        _record(staging, report, options)
    return report


def _record(staging: Staging, report: Report, options: Options) -> None:
    report.record = Import.objects.create(
        account_id=typeid_of("account", staging.context["account"]),
        kind=staging.kind,
        source=options.source,
        file_name=options.file_name,
        on_duplicate=options.on_duplicate,
        atomic=options.atomic,
        created_by=staging.context["actor"],
        started_at=staging.context["now"],
        finished_at=timezone.now(),
        created=report.created,
        updated=report.updated,
        skipped=report.skipped,
        refused=report.error_count,
    )
