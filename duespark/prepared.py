"""Queries that the ORM says once and PostgreSQL runs many times.

Putting a query together costs the ORM ten times what running it costs PostgreSQL. A hot query is
therefore compiled when it is first needed, with parameters in the place of values; a call fills
them in and makes the same model instances as the QuerySet would.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]

M = TypeVar("M", bound=models.Model)


class Parameter(Expression):
    """The place of a value in a query that is compiled before the value is known."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.Field())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled query: its SQL, whence its parameters come, and how a row becomes an instance."""

    sql: str
    params: Sequence[Any]
    model: type[models.Model]
    names: Sequence[str]
    columns: slice
    related: Sequence[Any]
    converters: Any


class Prepared(Generic[M]):
    """A QuerySet whose values are given to each call.

    `build` is called once, with a `Parameter` for each of its own; a call takes the same names,
    with values as the database keeps them (`uuid_of(id)`).
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__

    @cached_property
    def plan(self) -> Plan:
        queryset: Any = self.build(**{name: Parameter(name) for name in inspect.signature(self.build).parameters})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        return Plan(
            sql=sql,
            params=params,
            model=info["model"],
            names=[column.target.attname for column, *_ in select[columns]],
            columns=columns,
            related=get_related_populators(info, select, queryset.db),
            converters=compiler.get_converters([column for column, *_ in select]),
        )

    def __call__(self, **values: Any) -> list[M]:
        plan = self.plan
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [values[p.name] if type(p) is Parameter else p for p in plan.params])
            rows = cursor.fetchall()
        return [self._instance(plan, self._converted(plan, row)) for row in rows]

    def first(self, **values: Any) -> M | None:
        return next(iter(self(**values)), None)

    @staticmethod
    def _converted(plan: Plan, row: Sequence[Any]) -> Sequence[Any]:
        """With the calling thread's own connection, which converters are given."""
        values = list(row)
        for index, (converters, expression) in plan.converters.items():
            for convert in converters:
                values[index] = convert(values[index], expression, connection)
        return values

    @staticmethod
    def _instance(plan: Plan, row: Sequence[Any]) -> Any:
        instance = plan.model.from_db(connection.alias, plan.names, row[plan.columns])
        for relation in plan.related:
            relation.populate(row, instance)
        return instance
