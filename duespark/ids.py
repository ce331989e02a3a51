"""Public ids: TypeIDs in Python and JSON, plain UUIDv7 in the database.

A TypeID is a type prefix, `_` and the base32 of a UUID (https://github.com/jetify-com/typeid):
`client_01h455vb4pex5vsknk084sn02q`. The prefix keeps ids of different kinds apart, and the
leading timestamp of UUIDv7 keeps new rows together in an index.
"""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from typeid import TypeID
from typeid.codecs import base32
from uuid_utils import uuid7


def new_uuid() -> str:
    """A UUIDv7 as PostgreSQL reads it: for rows that never were objects."""
    return str(uuid7())


def uuid_of(typeid: Any, prefix: str | None = None) -> uuid.UUID:
    """What the database keeps for a TypeID, of one kind or of whatever kind; raises `ValidationError`."""
    try:
        kind, _, suffix = typeid.rpartition("_")
        if suffix[:1] <= "7" and kind == (prefix or kind):  # beyond 7, it is more than 128 bits
            return uuid.UUID(bytes=base32.decode(suffix))
    except (AttributeError, TypeError, RuntimeError):  # the last: base32's own
        pass
    raise ValidationError(f"Not an id of the form {prefix}_…." if prefix else "Not an id.", code="invalid")


def typeid_of(prefix: str, value: uuid.UUID) -> str:
    """The public id of a row that was read as the database keeps it."""
    return f"{prefix}_{base32.encode(value.bytes)}"


class TypeIDField(models.UUIDField):
    """A primary key that is `"client_…"` in Python and a `uuid` in PostgreSQL.

    The application makes the value. A malformed id, or one of another kind, raises
    `ValidationError`, which a view's `get_object` answers with 404.
    """

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(**{**kwargs, "primary_key": True, "default": self.new, "editable": False})

    def new(self) -> str:
        return str(TypeID(self.prefix))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("primary_key", "default", "editable"):
            del kwargs[implied]
        return name, path, [self.prefix, *args], kwargs

    def to_python(self, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, uuid.UUID):
            return typeid_of(self.prefix, value)
        uuid_of(value, self.prefix)
        return str(value)

    def from_db_value(self, value: uuid.UUID | None, *_: Any) -> str | None:
        return None if value is None else typeid_of(self.prefix, value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> uuid.UUID | None:
        if value is None or isinstance(value, uuid.UUID):
            return value
        return uuid_of(value, self.prefix)
