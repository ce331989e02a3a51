"""Answers: JSON, encoded at once."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.http import HttpResponse

from duespark.api.json import encode


class Answer(HttpResponse):
    """What DRF's `Response` is, where there is but one representation, and so nothing to render later."""

    def __init__(self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(encode(data), content_type="application/json", status=status, headers=headers)


class Representation(Answer):
    """A row as it is, with the ETag of its bytes: whatever changes of what is shown, its ETag does."""

    def __init__(self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(data, status, headers)
        self.headers["ETag"] = etag(self.content)


def etag(content: bytes) -> str:
    """A strong entity tag (RFC 9110, 8.8.3)."""
    return f'"{blake2b(content, digest_size=12).hexdigest()}"'
