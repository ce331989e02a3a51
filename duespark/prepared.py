"""Queries that the ORM says once and PostgreSQL runs many times.

Putting a query together costs the ORM ten times what running it costs PostgreSQL, and PostgreSQL
as much again to plan it. A hot query is therefore compiled when it is first needed, with parameters
in the place of values, and prepared on each connection; a call fills them in and gives what the
QuerySet would: model instances, `values()` or `values_list()`.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, models
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models.expressions import Expression
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators  # type: ignore[attr-defined]

from duespark.postgres import FEATURE_NOT_SUPPORTED, sqlstate

T = TypeVar("T")
Params = Sequence[Any] | Mapping[str, Any]
ANY_FIELD: Any = models.Field()


class Parameter(Expression):
    """The place of a value in a query that is compiled before the value is known."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=ANY_FIELD)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class PreparedCursor(psycopg.Cursor[Any]):
    """A cursor whose statements PostgreSQL parses and plans once a connection.

    Its values come as psycopg reads them, times in UTC among them; Django's own cursor puts the time
    zone on each time once more, in Python.
    """

    adapters = psycopg.adapters

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, prepare=True)


class LiteralCursor(psycopg.ClientCursor[Any]):
    """A cursor whose statements PostgreSQL plans each time, for the values that stand in them."""

    adapters = psycopg.adapters


class LoggedCursor(CursorDebugWrapper):
    """Writes a statement to Django's log of queries with its values in their places, as Django's own cursor does."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        with self.debug_sql(self.db.ops.compose_sql(sql, params)):
            return CursorWrapper.execute(self, sql, params)


def execute(sql: str, params: Params, *, planned_once: bool = True) -> psycopg.Cursor[Any]:
    """Runs a statement under everything that Django does for its own: errors, logging, transactions.

    Once more over a new connection, where a migration has changed a column under a prepared one.
    """
    database = connections[DEFAULT_DB_ALIAS]
    try:
        return _execute(database, sql, params, planned_once)
    except NotSupportedError as error:
        if sqlstate(error) != FEATURE_NOT_SUPPORTED or database.in_atomic_block:
            raise
        database.close()
        return _execute(database, sql, params, planned_once)


def _execute(database: Any, sql: str, params: Params, planned_once: bool) -> psycopg.Cursor[Any]:
    if database.connection is None:
        database.ensure_connection()
    cursor = _cursor(database.connection, PreparedCursor if planned_once else LiteralCursor)
    wrapper = LoggedCursor if database.queries_logged else CursorWrapper
    wrapper(cursor, database).execute(sql, params)
    return cursor


def _cursor(connection: Any, kind: type[psycopg.Cursor[Any]]) -> psycopg.Cursor[Any]:
    """The connection's own, one of each kind: what a statement answers is read before the next is run."""
    kept = connection.__dict__.setdefault("kept_cursors", {})
    return kept.get(kind) or kept.setdefault(kind, kind(connection))


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled query: its SQL, whence its parameters come, and how rows become what it gives.

    `annotations` are the columns of what the QuerySet annotates.
    """

    sql: str
    params: Sequence[Parameter]
    converters: Sequence[tuple[int, Callable[[Any], Any]]] = ()
    annotations: Mapping[str, int] = field(default_factory=dict)
    results: Callable[[Iterable[Sequence[Any]]], list[Any]] = list
    planned_once: bool = True

    def execute(self, values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        return execute(self.sql, [values[one.name] for one in self.params], planned_once=self.planned_once)

    def columns(self, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """The answer column by column; an empty list where there is no row."""
        columns: list[Sequence[Any]] = list(zip(*self.execute(values).fetchall(), strict=True))
        if columns:
            for index, convert in self.converters:
                columns[index] = tuple(map(convert, columns[index]))
        return columns

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        return self.results(zip(*self.columns(values), strict=True))


class Prepared(Generic[T]):
    """A QuerySet whose values are given to each call.

    `build` is called once, with a `Parameter` for each of its own names (or of `names`); a call takes
    the same ones, with values as the database keeps them (`uuid_of(id)`). `offset` names one more
    value: how many rows of a sliced QuerySet to pass over. Where the best plan depends on the values,
    it is not to be `planned_once`.
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any]],
        names: Iterable[str] = (),
        *,
        offset: str | None = None,
        planned_once: bool = True,
    ) -> None:
        self.build = build
        self.planned_once = planned_once
        self.names = tuple(names) or tuple(inspect.signature(build).parameters)
        self.offset = offset
        self.__doc__ = build.__doc__

    @cached_property
    def plan(self) -> Plan:
        queryset: Any = self.build(**{name: Parameter(name) for name in self.names})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        if self.offset:
            sql, params = f"{sql} OFFSET %s", (*params, Parameter(self.offset))
        sql, params = with_constants(sql, params)
        return Plan(
            sql=sql,
            params=params,
            converters=converters_of(compiler, [column for column, *_ in compiler.select]),
            annotations=compiler.annotation_col_map,
            results=_results(queryset, compiler),
            planned_once=self.planned_once,
        )

    def __call__(self, **values: Any) -> list[T]:
        return self.plan.rows(values)

    def first(self, **values: Any) -> T | None:
        return next(iter(self.plan.rows(values)), None)

    def columns(self, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        return self.plan.columns(values)


def with_constants(sql: str, params: Iterable[Any]) -> tuple[str, list[Parameter]]:
    """The statement with its constants in their places, where the planner sees them; what is left are parameters."""
    first, *rest = sql.split("%s")
    parts, left = [first], []
    for param, text in zip(params, rest, strict=True):
        if type(param) is Parameter:
            left.append(param)
            parts += "%s", text
        else:
            parts += psycopg.sql.Literal(param).as_string(None).replace("%", "%%"), text
    return "".join(parts), left


def converters_of(compiler: Any, columns: Sequence[Any]) -> Sequence[tuple[int, Callable[[Any], Any]]]:
    return [(index, _chained(*chain)) for index, chain in compiler.get_converters(columns).items()]


def _chained(converters: Sequence[Callable[..., Any]], expression: Any) -> Callable[[Any], Any]:
    """A column's converters as one; those of PostgreSQL's columns have no use for the connection."""
    if len(converters) == 1:
        [only] = converters
        return lambda value: only(value, expression, None)

    def convert(value: Any) -> Any:
        for one in converters:
            value = one(value, expression, None)
        return value

    return convert


def _results(queryset: Any, compiler: Any) -> Callable[[Iterable[Sequence[Any]]], list[Any]]:
    """How rows become what the QuerySet gives."""
    if issubclass(queryset._iterable_class, ModelIterable):
        return _instances(queryset, compiler)
    if issubclass(queryset._iterable_class, ValuesListIterable):
        return list
    names = [*queryset.query.values_select, *queryset.query.annotation_select]
    return lambda rows: [dict(zip(names, row, strict=True)) for row in rows]


def _instances(queryset: Any, compiler: Any) -> Callable[[Iterable[Sequence[Any]]], list[Any]]:
    info, select = compiler.klass_info, compiler.select
    columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column.target.attname for column, *_ in select[columns]]
    related = get_related_populators(info, select, queryset.db)
    annotated = list(compiler.annotation_col_map.items())
    make = partial(info["model"].from_db, queryset.db, names)

    def instances(rows: Iterable[Sequence[Any]]) -> list[Any]:
        made = []
        for row in rows:
            instance = make(row[columns])
            for relation in related:
                relation.populate(row, instance)
            for name, index in annotated:
                setattr(instance, name, row[index])
            made.append(instance)
        return made

    return instances
