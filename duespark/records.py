"""A record's fields and their rules, and what is said of one that breaks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from duespark.rules import ColumnRule, Invalid, Rule


class Rejected(Exception):
    """A record breaks rules: `errors` maps a field to its messages, nested as the record is."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(errors)
        self.errors = errors


def validation_detail(errors: Any) -> str:
    """One sentence for a tree of errors: the first field and what is wrong with it."""
    return f"Validation error: {_first_message(errors)}"


def _first_message(errors: Any, path: str = "") -> str:
    if isinstance(errors, Mapping) and errors:
        key, value = next(iter(errors.items()))
        return _first_message(value, path if key == "non_field_errors" else f"{path}.{key}".lstrip("."))
    if isinstance(errors, list) and errors:
        return _first_message(next(filter(None, errors), errors[0]), path)
    return f"{path}: {errors}" if path else str(errors)


@dataclass(frozen=True)
class Record:
    """The rules of a record's fields, whichever way it comes in.

    `required` fields must be sent, and not as null, unless the record is a change of one that is
    there. `null` is what a null stands for where that is not None. A `nested` record's fields are
    kept beside the record's own.
    """

    rules: Mapping[str, Rule]
    required: frozenset[str] = frozenset()
    null: Mapping[str, Any] = field(default_factory=dict)
    nested: Mapping[str, "Record"] = field(default_factory=dict)

    def check(self, sent: Mapping[str, Any], *, change: bool = False) -> dict[str, Any]:
        """The values to keep, of the fields that were sent; raises `Rejected`. Other keys are ignored."""
        kept: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, rule in self.rules.items():
            if name not in sent:
                if name in self.required and not change:
                    errors[name] = ["This field is required."]
                continue
            value = sent[name]
            try:
                kept[name] = rule(value) if value is not None else self._null(name)
            except Invalid as error:
                errors[name] = [str(error)]
        for name, record in self.nested.items():
            if name in sent:
                self._check_nested(record, name, sent[name], kept, errors)
        if errors:
            raise Rejected(errors)
        return kept

    @property
    def all_rules(self) -> dict[str, Rule]:
        """Its own and those of what is nested in it, which are kept beside them."""
        return {**self.rules, **{name: rule for nested in self.nested.values() for name, rule in nested.rules.items()}}

    def check_columns(
        self, sent: Mapping[str, Sequence[Any]], absent: str | None
    ) -> tuple[dict[str, list[Any]], set[int]]:
        """Many records at once: a list of values to keep for each field, None where a value is `absent`.

        Also the places of the records that are not plainly right, whose values mean nothing: `check` has the word.
        A nested record's fields are columns beside the record's own.
        """
        rules = self.all_rules
        doubtful: set[int] = set()
        columns = {name: _column(rules[name], values, absent, doubtful) for name, values in sent.items()}
        for name in self.required:
            doubtful.update(index for index, value in enumerate(sent[name]) if value == absent)
        return columns, doubtful

    def _null(self, name: str) -> Any:
        if name in self.required:
            raise Invalid("Must not be null.")
        return self.null.get(name)

    @staticmethod
    def _check_nested(record: "Record", name: str, value: Any, kept: dict[str, Any], errors: dict[str, Any]) -> None:
        if value is None:
            kept.update(dict.fromkeys(record.rules))
        elif isinstance(value, Mapping):
            try:
                kept.update(record.check(value))
            except Rejected as rejected:
                errors[name] = rejected.errors
        else:
            errors[name] = ["Must be an object."]


def _column(rule: Rule, values: Sequence[Any], absent: str | None, doubtful: set[int]) -> list[Any]:
    present = [value for value in values if value != absent] if absent in values else values
    if isinstance(rule, ColumnRule) and set(map(type, present)) == {str} and (kept := rule.column(present)) is not None:
        if present is values:
            return list(kept)
        following = iter(kept)
        return [None if value == absent else next(following) for value in values]
    kept_texts: dict[str, Any] = {}
    column = []
    for index, value in enumerate(values):
        kept = None
        if type(value) is str and value in kept_texts:
            kept = kept_texts[value]
        elif value != absent:
            try:
                kept = rule(value)
            except Invalid:
                doubtful.add(index)
            else:
                if type(value) is str:
                    kept_texts[value] = kept
        column.append(kept)
    return column
