"""Serializer fields: a rule in, a plain value out.

The renderer writes dates, times and decimals as the contract wants them, so a field's way out is
the value itself.
"""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from duespark.rules import Invalid, Rule


class RuleField(serializers.Field[Any, Any, Any, Any]):
    """A field whose every value, from the API or from a file, obeys one rule of duespark/rules.py.

    A field that may be sent as null but is `never_null` in an answer has a default. `schema` is what
    the documentation says beyond the rule.
    """

    default_error_messages = {  # as DRF declares it
        "required": "This field is required.",
        "null": "Must not be null.",
    }

    def __init__(
        self, rule: Rule, *, never_null: bool = False, schema: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.rule = rule
        self.never_null = never_null
        self.schema = schema or {}
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return self.rule(data)
        except Invalid as error:
            raise serializers.ValidationError(str(error)) from None

    def to_representation(self, value: Any) -> Any:
        return value


class ValueField(serializers.ReadOnlyField):
    """A read-only value; `schema` says what it is in the documentation."""

    def __init__(self, schema: dict[str, Any], **kwargs: Any) -> None:
        self.schema = schema
        super().__init__(**kwargs)


def id_schema(prefix: str) -> dict[str, Any]:
    pattern = f"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
    return {"type": "string", "pattern": pattern, "examples": [f"{prefix}_01h455vb4pex5vsknk084sn02q"]}


OPTIONAL = "x-optional"  # marks a property that not every answer has; never in the document
# No `multipleOf: 0.01`: in the binary fractions of most validators 19.99 is no multiple of 0.01.
MONEY = {
    "type": "number",
    "format": "decimal",
    "minimum": 0,
    "description": "With two decimals.",
    "examples": [15750.00],
}
COUNT = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}
TIME = {"type": "string", "format": "date-time", "examples": ["2024-01-15T10:30:00Z"]}
TEXT = {"type": "string"}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


class _RuleFieldSchema(OpenApiSerializerFieldExtension):
    target_class = RuleField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema = {**self.target.rule.schema, **self.target.schema}
        if "enum" in schema and self.target.allow_null:
            schema["enum"] = [*schema["enum"], None]
        if direction == "response":
            schema.pop("default", None)
        return schema


class _ValueFieldSchema(OpenApiSerializerFieldExtension):
    target_class = ValueField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return dict(self.target.schema)
