"""Answers: JSON, encoded at once."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from duespark.api.json import encode


class Answer(HttpResponse):
    """What DRF's `Response` is, where there is but one representation, and so nothing to render later."""

    def __init__(self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(encode(data), content_type="application/json", status=status, headers=headers)
