"""Which representation a caller takes, and which it sends."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

# What curl and most libraries send, what asks for JSON alone, and what axios sends.
TAKES_JSON = frozenset({"*/*", "application/json", "application/json, text/plain, */*"})


class ContentNegotiation(DefaultContentNegotiation):
    """DRF's own, but for callers whose headers say at a glance that they take and send JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        first = parsers[0]
        return (
            first if request.META.get("CONTENT_TYPE") == first.media_type else super().select_parser(request, parsers)
        )

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        first = renderers[0]
        if first.media_type == "application/json" and request.META.get("HTTP_ACCEPT", "*/*") in TAKES_JSON:
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
