"""The API's representations: JSON, and files of CSV."""

from typing import Any

from rest_framework.renderers import BaseRenderer

from duespark.api.json import encode


class CSVRenderer(BaseRenderer):
    """Says that a view answers with a CSV file, which it makes itself."""

    media_type = "text/csv"
    format = "csv"


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else encode(data)
