"""An entry of a history: what the API says of one change, or of the making, of a client, an invoice or a payment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError

from clients.fields import ADDRESS
from clients.recording import RECORDED_CLIENT, RECORDED_INVOICE, RECORDED_PAYMENT
from duespark.api.fields import TEXT, TIME, ValueField, or_null
from duespark.api.json import decode
from duespark.api.serializers import RecordSerializer
from duespark.ids import typeid_of, uuid_of

RECORDED = {one.kind: one for one in (RECORDED_CLIENT, RECORDED_INVOICE, RECORDED_PAYMENT)}
ACTIONS = ("created", "updated", "deactivated", "reactivated", "cancelled", "deleted")
NEVER_SHOWN = {"id", "account_id", "created_by", "updated_at"}  # an entry has its own, and `at` and `by`
TIMES = {"created_at", "cancelled_at"}
IDS = {"client_id": "client", "invoice_id": "invoice"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field, by the API's name for it."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class By:
    """Who: a `user`, a `command`, or whoever wrote `sql`. Of users, only the account's own are named."""

    type: str
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    action: str
    object: str
    object_id: str
    by: By
    changes: list[FieldChange]


class Recording(NamedTuple):
    """An entry as the database has it. Its `number` is 0, and it has no `old`, where the row was made."""

    kind: str
    row_id: UUID
    number: int
    at: datetime
    by: str | None
    old: str | None
    new: str | None

    def entry(self, names: Mapping[str, str]) -> Entry:
        """The same for people; `names` are those of users, by their ids."""
        old, new = (decode(values.encode()) if values else {} for values in (self.old, self.new))
        return Entry(
            self.at,
            self._action(new),
            self.kind,
            typeid_of(self.kind, self.row_id),
            _by(self.by if self.number else new["created_by"], names),
            list(self._changes(old, new)),
        )

    def _action(self, new: Mapping[str, Any]) -> str:
        if not self.number:
            return "created"
        if self.new is None:
            return "deleted"
        if "is_active" in new:
            return "reactivated" if new["is_active"] else "deactivated"
        return "cancelled" if new.get("cancelled_at") else "updated"

    def _changes(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
        """Field by field; of what was made or deleted, the fields that had a value."""
        hidden = NEVER_SHOWN if old and new else NEVER_SHOWN | {"created_at"}
        for column in RECORDED[self.kind].columns:
            before, after = old.get(column), new.get(column)
            if before != after and column not in hidden:
                name = f"address.{column}" if column in ADDRESS else column
                yield FieldChange(name, _value(column, before), _value(column, after))


def _value(column: str, value: Any) -> Any:
    """A column's value as the API answers it, from how it was kept as JSON."""
    if value is None:
        return None
    if column in TIMES:
        return datetime.fromisoformat(value).astimezone(UTC)
    return typeid_of(IDS[column], UUID(value)) if column in IDS else value


def _by(actor: str | None, names: Mapping[str, str]) -> By:
    if actor is None:
        return By("sql")
    return By("user", actor, names.get(actor)) if is_user(actor) else By("command", name=actor)


def is_user(actor: str) -> bool:
    try:
        uuid_of(actor, "user")
    except ValidationError:
        return False
    return True


class FieldChangeSerializer(RecordSerializer):
    field = ValueField({**TEXT, "description": "As the API names it.", "examples": ["address.city"]})
    old = ValueField({"description": "Null where there was none."})
    new = ValueField({"description": "Null where there is none any more."})


class BySerializer(RecordSerializer):
    type = ValueField({"type": "string", "enum": ["user", "command", "sql"]})
    id = ValueField({**or_null(TEXT), "description": "A user's."})
    name = ValueField({**or_null(TEXT), "description": "A command's, or that of a user of the account."})


class EntrySerializer(RecordSerializer):
    """One change, or the making, of a client, an invoice or a payment."""

    at = ValueField(TIME)
    action = ValueField({"type": "string", "enum": list(ACTIONS)})
    object = ValueField({"type": "string", "enum": list(RECORDED)})
    object_id = ValueField(TEXT)
    by = BySerializer()
    changes = FieldChangeSerializer(many=True)
