"""What every page of the back office shows around its own content."""

from typing import Any

from django import template
from django.contrib import admin

from accounts.backoffice.navigation import Section, menu

register = template.Library()


@register.simple_tag(takes_context=True)
def sections(context: Any) -> list[Section]:
    """The menu; pages that no view of the site makes, as of errors, have it, too."""
    request = context.get("request")
    return menu(admin.site, request) if hasattr(request, "user") else []
