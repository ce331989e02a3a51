"""What DueSpark asks of its database, beyond what Django does; run by `migrate` and `check --database default`."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections


@register(Tags.database)
def check_letters_fold(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Emails, names and searches ignore case, which a database of the C locale knows for ASCII alone."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT lower('É') = 'é'")
            [folds] = cursor.fetchone()
        if not folds:
            messages.append(
                Warning(
                    "The database folds the case of ASCII letters only: É and é differ in emails and searches.",
                    hint="Create it with LC_CTYPE 'C.UTF-8', or any locale in UTF-8.",
                    id="clients.W001",
                )
            )
    return messages
