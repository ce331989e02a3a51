"""The envelope that every list answers in: a page by its number, or by a cursor."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.core.signing import BadSignature, Signer
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from duespark.api.fields import OPTIONAL
from duespark.api.filters import checked_query
from duespark.api.lists import Listing, Position, Rows
from duespark.api.parameters import Names, Ordinal
from duespark.api.responses import Answer
from duespark.records import Record

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
# Of an answer to a request with `cursor` alone.
CURSOR = {"type": ["string", "null"], OPTIONAL: True}
WALK = (
    "Instead of `page`: empty to begin, then each answer's `next_cursor` or `prev_cursor`, in the same order. "
    "Every page of such a walk costs the same, and what is added meanwhile moves none of them; `page` counts them."
)
FIELDS = "The names of the fields wanted of each item, with commas between them."


@dataclass(frozen=True)
class Cursor:
    """A page of a walk through a list: the rows after a position, forwards or back.

    It travels signed, and under the list's name: it fits no other account's list and no other order.
    """

    number: int = 1
    position: Position | None = None
    back: bool = False

    @classmethod
    def of(cls, text: str, rows: Rows) -> "Cursor":
        """Of an empty text, the first page; raises `ValidationError`."""
        if not text:
            return cls()
        try:
            number, back, *position = _signer(rows).unsign_object(text)
        except (BadSignature, ValueError):
            words = "Must be a next_cursor or prev_cursor of this list, in the same order."
            raise ValidationError({"cursor": [words]}) from None
        return cls(number, Position(*position), back)

    def text(self, rows: Rows) -> str:
        return _signer(rows).sign_object([self.number, self.back, *(self.position or ())])


def _signer(rows: Rows) -> Signer:
    chosen = ":".join(map(str, rows.listing.identity(rows.values)))
    return Signer(salt=f"cursor:{chosen}:{rows.sort_by}:{rows.descending}")


@cache
def page_query(listing: Listing) -> Record:
    return Record({"page": Ordinal(), "limit": Ordinal(), "fields": Names(listing.serializer.names())})


class Envelope(BasePagination):
    """Pages by `page` and `limit`, or by `cursor` and `limit`.

    A page past the end is empty; a `limit` over 100 is taken as 100. An empty `cursor` begins a walk
    whose pages cost the same however far it goes.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        rows: Rows = queryset
        asked = checked_query(request, page_query(rows.listing))
        rows = rows.showing(asked.get("fields", ()))
        self.limit: int = min(asked.get("limit", DEFAULT_LIMIT), MAX_LIMIT)
        if "cursor" in request.query_params:
            if "page" in asked:
                raise ValidationError({"page": ["Must not be sent together with a cursor."]})
            return self._walked(rows, Cursor.of(request.query_params["cursor"], rows))
        self.number: int = asked.get("page", 1)
        items, self.total, *_ = rows.page((self.number - 1) * self.limit, self.limit)
        self.more = {"has_next": self.number < self.pages, "has_prev": self.number > 1}
        return items

    def _walked(self, rows: Rows, cursor: Cursor) -> list[Any]:
        way = rows.backwards() if cursor.back else rows
        page = way.after(cursor.position, self.limit + 1, places=True)
        items = page.items[: self.limit]
        ahead, behind = len(page.items) > self.limit, bool(items and cursor.position)
        following = Cursor(cursor.number, page.position(len(items) - 1), cursor.back) if ahead else None
        preceding = Cursor(cursor.number, page.position(0), not cursor.back) if behind else None
        if cursor.back:
            items.reverse()
            following, preceding = preceding, following
        self.total = page.total
        self.number = cursor.number if preceding else 1
        self.more = {
            "has_next": following is not None,
            "has_prev": preceding is not None,
            "next_cursor": following and replace(following, number=self.number + 1).text(rows),
            "prev_cursor": preceding and replace(preceding, number=max(1, self.number - 1)).text(rows),
        }
        return items

    @property
    def pages(self) -> int:
        return -(-self.total // self.limit)

    def get_paginated_response(self, data: Any) -> Any:
        place = {"total": self.total, "page": self.number, "limit": self.limit, "pages": self.pages}
        return Answer({"items": data, **place, **self.more})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        count = {"type": "integer", "minimum": 0}
        properties = {
            "items": schema,
            "total": {**count, "description": "How many there are in all.", "example": 127},
            "page": {**count, "example": 1},
            "limit": {**count, "maximum": MAX_LIMIT, "example": 50},
            "pages": {**count, "description": "0 where there is nothing.", "example": 3},
            "has_next": {"type": "boolean", "example": True},
            "has_prev": {"type": "boolean", "example": False},
            "next_cursor": {**CURSOR, "description": "The `cursor` of the next page.", "example": "WzIsZmFsc2Us…"},
            "prev_cursor": {**CURSOR, "description": "The `cursor` of the page before.", "example": None},
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("page", "Page number, from 1. A page past the end is empty.", Ordinal().schema, default=1),
            _parameter(
                "limit",
                f"Items a page; more than {MAX_LIMIT} is taken as {MAX_LIMIT}.",
                Ordinal().schema,
                default=DEFAULT_LIMIT,
            ),
            _parameter("cursor", WALK, {"type": "string"}),
            {
                **_parameter("fields", FIELDS, Names(view.get_serializer_class().names()).schema),
                "style": "form",
                "explode": False,
            },
        ]


def _parameter(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema | more}
