"""Browsers on other origins: django-cors-headers, where there are such origins."""

from typing import Any

from corsheaders import middleware
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed


class CorsMiddleware(middleware.CorsMiddleware):
    def __init__(self, get_response: Any) -> None:
        if not settings.CORS_ALLOWED_ORIGINS:
            raise MiddlewareNotUsed
        super().__init__(get_response)
