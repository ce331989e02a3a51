from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from clients.exporting import export_clients
from clients.management.accounts import account_of, add_account_argument
from clients.management.files import failing_in_words, writing


class Command(BaseCommand):
    help = "Writes an account's clients as CSV: what import_clients reads back without a change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account_argument(parser)
        parser.add_argument("--to", metavar="FILE", help="write there instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_of(options["account"])
        with failing_in_words(), writing(self, options["to"]) as file:
            count = export_clients(account.pk, file)
        if options["to"]:
            self.stderr.write(f"{count:,} clients written to {options['to']}.")
