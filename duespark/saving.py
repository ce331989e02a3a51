"""Rows that are saved by prepared statements: one for each set of columns that is ever written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql import InsertQuery, UpdateQuery

from duespark.prepared import Parameter, Plan, converters_of, with_constants

# Types that psycopg writes as they are into columns of these fields.
NATIVE = {
    "BooleanField": bool,
    "CharField": str,
    "DateField": date,
    "DateTimeField": datetime,
    "DecimalField": Decimal,
    "TextField": str,
}


def insert(model: type[models.Model], values: Mapping[Any, Any], returning: Sequence[Any]) -> list[Sequence[Any]]:
    """Inserts one row of these fields; the row of the fields that the database makes, as `_do_insert` answers it."""
    plan = _insertion(model, tuple(values), tuple(returning))
    given = _adapted(values)
    if returning:
        return plan.rows(given)
    plan.execute(given)
    return []


@cache
def _insertion(model: type[models.Model], fields: Sequence[Any], returning: Sequence[Any]) -> Plan:
    query = InsertQuery(model)
    row: Any = SimpleNamespace(**{one.attname: Parameter(one.attname) for one in fields})
    query.insert_values(fields, [row], raw=True)
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.returning_fields = returning
    [(sql, params)] = compiler.as_sql()
    sql, params = with_constants(sql, params)
    made = [one.get_col(model._meta.db_table) for one in returning]
    return Plan(sql, params, converters_of(compiler, made))


def update(model: type[models.Model], key: Mapping[str, Any], values: Mapping[Any, Any]) -> int:
    """Writes these fields of the row with this key; how many rows there are of it."""
    return _updating(model, tuple(key), tuple(values)).execute({**key, **_adapted(values)}).rowcount


@cache
def _updating(model: type[models.Model], key: Sequence[str], fields: Sequence[Any]) -> Plan:
    query: Any = model._base_manager.filter(**{name: Parameter(name) for name in key}).query.chain(UpdateQuery)
    query.add_update_fields([(one, None, Parameter(one.attname)) for one in fields])
    return Plan(*with_constants(*query.get_compiler(DEFAULT_DB_ALIAS).as_sql()))


def _adapted(values: Mapping[Any, Any]) -> dict[str, Any]:
    """The values of fields as the database keeps them."""
    database = connections[DEFAULT_DB_ALIAS]
    return {
        field.attname: (
            value
            if value is None or type(value) is NATIVE.get(field.get_internal_type())
            else field.get_db_prep_save(value, database)
        )
        for field, value in values.items()
    }
