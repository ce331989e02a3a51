"""The envelope that every list answers in."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
LARGEST = 2**31 - 1


class Envelope(BasePagination):
    """Pages by `page` and `limit`: one query counts, one reads.

    A page past the end is empty; a `limit` over 100 is taken as 100.
    """

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        errors: dict[str, list[str]] = {}
        self.page = _positive(request.query_params, "page", 1, errors)
        self.limit = min(_positive(request.query_params, "limit", DEFAULT_LIMIT, errors), MAX_LIMIT)
        if errors:
            raise ValidationError(errors)
        self.total = queryset.count()
        start = (self.page - 1) * self.limit
        return list(queryset[start : start + self.limit]) if start < self.total else []

    def get_paginated_response(self, data: Any) -> Response:
        pages = -(-self.total // self.limit)
        return Response(
            {
                "items": data,
                "total": self.total,
                "page": self.page,
                "limit": self.limit,
                "pages": pages,
                "has_next": self.page < pages,
                "has_prev": self.page > 1,
            }
        )

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
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("page", 1, "Page number, from 1. A page past the end is empty.", maximum=LARGEST),
            _parameter("limit", DEFAULT_LIMIT, f"Items a page; more than {MAX_LIMIT} is taken as {MAX_LIMIT}."),
        ]


def _positive(params: Any, name: str, default: int, errors: dict[str, list[str]]) -> int:
    text = params.get(name)
    if text is None:
        return default
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        errors[name] = ["Must be a whole number from 1."]
        return default
    if len(text.lstrip("0")) > 10 or int(text) > LARGEST:
        errors[name] = [f"Too large: must be at most {LARGEST}."]
        return default
    return int(text)


def _parameter(name: str, default: int, description: str, maximum: int = LARGEST) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
