"""Serializers that read with `Record` rules and answer by a plain loop over attributes."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

from rest_framework import serializers

from duespark.records import Record, Rejected


class RecordSerializer(serializers.Serializer[Any]):
    """A DRF serializer whose way out reads attributes, in the order its fields are declared.

    DRF's own way copies and binds every field for every instance; the values here are already
    what the renderer writes, so naming the attribute is enough.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: read(instance) for name, read in type(self).readers()}

    @classmethod
    @cache
    def readers(cls) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        fields: Mapping[str, Any] = cls._declared_fields
        return tuple((name, _reader(name, field)) for name, field in fields.items() if not field.write_only)


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
