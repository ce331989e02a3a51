"""Commands that write."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.acting import act_as


class ActingCommand(BaseCommand):
    """A command in whose name the history keeps what it writes."""

    def execute(self, *args: Any, **options: Any) -> Any:
        with act_as(type(self).__module__.rpartition(".")[2]):
            return super().execute(*args, **options)
