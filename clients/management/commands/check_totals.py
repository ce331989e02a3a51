import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from accounts.models import Account
from clients.differences import Comparable
from clients.management.accounts import account_of, add_account_argument
from clients.management.acting import ActingCommand
from clients.totals import KEPT

SHOWN = 20


class Command(ActingCommand):
    help = (
        "Compares what accounts, clients and invoices say of their clients, invoices and payments with the rows "
        "themselves. Triggers keep them equal; after a restore, or whatever else went by the triggers, --repair mends "
        "the differences, while others write. Exits 1 when differences remain."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account_argument(parser, required=False)
        parser.add_argument("--repair", action="store_true", help="make what is kept equal to what is true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = remaining = 0
        for account_id in _accounts(options["account"]):
            for kept in KEPT:
                wrong = self._show(kept, account_id, SHOWN - found)
                found += wrong
                if wrong and options["repair"]:
                    kept.mend(account_id)
                    wrong = sum(1 for _ in kept.differences(account_id))
                remaining += wrong
        if found > SHOWN:
            self.stdout.write(f"… and {found - SHOWN:,} more.")
        self.stdout.write(_summary(found, remaining, repair=options["repair"]))
        if remaining:
            sys.exit(1)

    def _show(self, kept: Comparable, account_id: str, room: int) -> int:
        """Writes the first differences for which there is room; the number of all."""
        count = 0
        for difference in kept.differences(account_id):
            count += 1
            if count <= room:
                self.stdout.write(str(difference))
        return count


def _accounts(name: str | None) -> Iterable[str]:
    if name:
        return [account_of(name).pk]
    accounts: Iterable[Any] = Account.objects.order_by("pk").values_list("pk", flat=True).iterator()
    return accounts


def _summary(found: int, remaining: int, *, repair: bool) -> str:
    if not found:
        return "All totals are true."
    if not repair:
        return f"Rows with wrong totals: {found:,}. --repair mends them."
    mended = f"Rows with wrong totals: {found:,}, of which {found - remaining:,} are mended."
    return f"{mended} Those left have more paid on them than their amount." if remaining else mended
