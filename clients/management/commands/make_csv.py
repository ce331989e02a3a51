from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from clients import plausible
from clients.management.files import failing_in_words, writing
from duespark.clock import today

INVOICES_PER_CLIENT = 8


class Command(BaseCommand):
    help = (
        "Writes plausible clients, or invoices to them, as CSV of any size for import_clients and import_invoices to "
        f"read. COUNT invoices are of the first COUNT / {INVOICES_PER_CLIENT} clients, unless --clients says how many."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=("clients", "invoices"))
        parser.add_argument("count", metavar="COUNT", type=_count)
        parser.add_argument("--clients", metavar="N", type=_count, help="invoices: of the first N clients")
        parser.add_argument("--to", metavar="FILE", help="write there instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        count, day = options["count"], today()
        if options["kind"] == "clients":
            columns, rows = plausible.CLIENT_COLUMNS, plausible.clients(count, day)
        else:
            of = options["clients"] or max(1, count // INVOICES_PER_CLIENT)
            columns, rows = plausible.INVOICE_COLUMNS, plausible.invoices(count, of, day)
        with failing_in_words(), writing(self, options["to"]) as file:
            plausible.write_csv(file, columns, rows)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError("must be a whole number")
    return int(text)
