from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.exporting import export_clients
from clients.management.accounts import account_of, add_account_argument


class Command(BaseCommand):
    help = "Writes an account's clients as CSV: what import_clients reads back without a change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account_argument(parser)
        parser.add_argument("--to", metavar="FILE", help="write there instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_of(options["account"])
        if not options["to"]:
            export_clients(account.pk, self.stdout)
            return
        try:
            with open(options["to"], "w", newline="", encoding="utf-8") as file:
                count = export_clients(account.pk, file)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.", returncode=2) from None
        self.stderr.write(f"{count:,} clients written to {options['to']}.")
