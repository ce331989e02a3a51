"""What DueSpark asks of its settings, beyond what Django does; every command that runs Django's checks asks first."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks.security.base import check_secret_key as is_weak


@register(Tags.security)
def check_secret_key(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses outside development what Django's `check --deploy` warns of: whoever guesses the key is anybody."""
    if settings.DEVELOPMENT or not is_weak(app_configs):
        return []
    return [
        Error(
            "SECRET_KEY can be guessed: it has less than 50 characters, or few different ones.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(50))' makes a good one.",
            id="duespark.E001",
        )
    ]
