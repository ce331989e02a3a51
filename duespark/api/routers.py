"""Paths that answer with and without their trailing slash, for every method, with no redirect."""

from typing import Any

from django.urls import URLPattern, re_path
from rest_framework.routers import SimpleRouter

# Browsers' OPTIONS is answered by the CORS middleware; no other is.
METHODS = ["get", "post", "put", "patch", "delete", "head"]


class Router(SimpleRouter):
    """Viewsets under optional trailing slashes: `/clients/`, `/clients`, `/clients/{id}/stats`, …"""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


def route(path: str, view: Any, name: str) -> URLPattern:
    """One path, as a regular expression, for a single view."""
    return re_path(rf"^{path}/?$", view, name=name)
