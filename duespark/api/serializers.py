"""Serializers that read with `Record` rules and answer by a plain loop over attributes."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from django.db.models import F, QuerySet
from rest_framework import serializers

from duespark.prepared import Plan
from duespark.records import Record, Rejected


class RecordSerializer(serializers.Serializer[Any]):
    """A DRF serializer whose way out reads attributes, in the order its fields are declared.

    DRF's own way copies and binds every field for every instance; the values here are already
    what the renderer writes, so naming the attribute is enough.
    """

    @classmethod
    def to_representation(cls, instance: Any) -> dict[str, Any]:
        return {name: read(instance) for name, read in cls.readers()}

    @classmethod
    @cache
    def readers(cls) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        fields: Mapping[str, Any] = cls._declared_fields
        return tuple((name, _reader(name, field)) for name, field in fields.items() if not field.write_only)

    # In a list (duespark/api/lists.py)

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        return tuple(name for name, _ in cls.readers())

    @classmethod
    def selected(cls, queryset: QuerySet[Any], fields: Sequence[str], extras: Mapping[str, Any]) -> QuerySet[Any]:
        """What a list's query reads to show these fields of each row, and some extras."""
        return queryset.annotate(**extras)

    @classmethod
    def shown(cls, plan: Plan, columns: Sequence[Sequence[Any]], fields: Sequence[str]) -> list[Any]:
        """The rows of such a query as the answer has them."""
        readers = [(name, read) for name, read in cls.readers() if name in fields]
        return [{name: read(one) for name, read in readers} for one in plan.results(zip(*columns, strict=True))]


class RowSerializer(RecordSerializer):
    """Of whose fields each is a column of the row, so that a list's rows need be no model instances.

    A field's `source` names its column; where that is computed, `COLUMNS` has the expression.
    """

    COLUMNS: Mapping[str, Any] = {}

    @classmethod
    def selected(cls, queryset: QuerySet[Any], fields: Sequence[str], extras: Mapping[str, Any]) -> QuerySet[Any]:
        columns = [cls.COLUMNS.get(name) or F(str(cls._declared_fields[name].source or name)) for name in fields]
        return queryset.annotate(**extras).values_list(*columns, *extras)

    @classmethod
    def shown(cls, plan: Plan, columns: Sequence[Sequence[Any]], fields: Sequence[str]) -> list[Any]:
        return list(map(_struct(cls.__name__, tuple(fields)), *columns[: len(fields)]))


@cache
def _struct(name: str, fields: tuple[str, ...]) -> Callable[..., Any]:
    return msgspec.defstruct(name, fields, frozen=True, gc=False)


class CheckedSerializer(RecordSerializer):
    """Takes what its `record` takes, field by field; every field of a change may be left out.

    The declared fields say the same to the documentation.
    """

    record: Record

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"non_field_errors": ["The body must be an object."]})
        try:
            return self.record.check(data, change=self.instance is not None)
        except Rejected as rejected:
            raise serializers.ValidationError(rejected.errors) from None

    def run_validators(self, value: Any) -> None:
        """The record has said all there is to say; DRF's way would copy and bind every field once more."""


def _reader(name: str, field: Any) -> Callable[[Any], Any]:
    read = attrgetter(field.source or name)
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        of_one = child.to_representation
        return lambda instance: [of_one(item) for item in read(instance)]
    if isinstance(field, RecordSerializer):
        nested = field.to_representation
        return lambda instance: nested(read(instance))
    return read
