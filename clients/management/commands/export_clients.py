from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from clients.exporting import export_clients
from clients.management.accounts import account_of, add_account_argument
from clients.management.files import failing_in_words, writing
from clients.models import Client


class Command(BaseCommand):
    help = "Writes an account's clients as CSV: what import_clients reads back without a change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account_argument(parser)
        parser.add_argument("--to", metavar="FILE", help="write there instead of standard output")
        parser.add_argument(
            "--for-spreadsheet",
            action="store_true",
            help="put ' before what a spreadsheet would run as a formula; import_clients takes it off again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_of(options["account"])
        with failing_in_words(), writing(self, options["to"]) as file:
            count = export_clients(
                Client.objects.for_account(account).order_by("created_at", "id"),
                lambda row: file.write(str(row, "utf-8")),
                for_spreadsheet=options["for_spreadsheet"],
            )
        if options["to"]:
            self.stderr.write(f"{count:,} clients written to {options['to']}.")
