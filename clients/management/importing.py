"""What the import commands share: their arguments, the progress bar, the summary and how they end."""

import csv
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.models import Account
from clients.importing import Limits, Options, Refused, Report, Unreadable, rows_of_csv
from clients.importing.batches import Batch
from clients.importing.columns import Columns
from clients.importing.read import Source
from clients.management.accounts import account_of, add_account_argument
from clients.management.files import failing_in_words, is_file, printable, reading, size_of, writing

SHOWN_ERRORS = 20
INTERRUPTED = 128 + signal.SIGINT  # the shells' convention


class ImportCommand(BaseCommand):
    """Exits 0 when all rows landed, 1 when some did not, 2 when nothing could be read, 130 after Ctrl-C."""

    noun: str
    columns: Columns
    on_duplicate: Sequence[str]
    run_import: Callable[[Account, Source, Options], Report]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV file, gzipped or not; - reads standard input")
        add_account_argument(parser)
        parser.add_argument(
            "--on-duplicate",
            choices=self.on_duplicate,
            default="error",
            help=f"what to do with a row whose {self.noun} is there already (default: error)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--atomic", action="store_true", help="write nothing if any row is bad")
        parser.add_argument("--errors-to", metavar="FILE.csv", help="write the refused rows there, with the reason")

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_of(options["account"])
        try:
            with failing_in_words(), reading(options["file"]) as file:
                report = self._import(file, account, options)
        except Unreadable as error:
            raise CommandError(printable(" ".join(filter(None, (str(error), error.found)))), returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted: nothing is written.", returncode=INTERRUPTED) from None
        except Refused as refused:
            self._tell(refused.report, "Nothing is written: ")
            sys.exit(1)
        self._tell(report, "Dry run, nothing is written: " if report.dry_run else "")
        if report.error_count:
            sys.exit(1)

    def _import(self, file: IO[bytes], account: Account, options: dict[str, Any]) -> Report:
        source = rows_of_csv(file, self.columns, Limits())
        source.batches = _watched(source.batches, file)
        how = Options(options["on_duplicate"], dry_run=options["dry_run"], atomic=options["atomic"])
        if not (path := options["errors_to"]):
            return type(self).run_import(account, source, how)
        if is_file(file, path):
            raise CommandError(f"{path} is the file that is read; --errors-to needs another.", returncode=2)
        with writing(self, path) as refused:
            return type(self).run_import(account, source, replace(how, reject=_rejecting(refused, source.header)))

    def _tell(self, report: Report, prefix: str) -> None:
        if report.ignored_columns:
            self.stderr.write(printable(f"Columns passed over: {', '.join(report.ignored_columns)}."))
        for error in report.errors[:SHOWN_ERRORS]:
            self.stderr.write(printable(f"Row {error.row:,} ({error.email or 'no email'}): {error.detail}"))
        if report.error_count > SHOWN_ERRORS:
            self.stderr.write(
                f"… and {report.error_count - SHOWN_ERRORS:,} more; --errors-to writes them all to a file."
            )
        self.stdout.write(
            f"{prefix}{report.total:,} rows: {report.created:,} created, {report.updated:,} updated, "
            f"{report.skipped:,} skipped, {report.error_count:,} refused."
        )


def _watched(batches: Iterable[Batch], file: IO[bytes]) -> Iterator[Batch]:
    """The rows, with a bar on standard error while they pass; in a pipe, without."""
    size = size_of(file)
    count = 0
    unit = " rows" if size is None else "B"
    with tqdm(total=size, unit=unit, unit_scale=size is not None, disable=None, leave=False) as bar:
        for batch in batches:
            yield batch
            count += len(batch)
            if size is None:
                bar.update(len(batch))
            else:
                bar.update(file.tell() - bar.n)
                bar.set_postfix_str(f"{count:,} rows", refresh=False)


def _rejecting(file: IO[str], header: Sequence[str]) -> Callable[[Sequence[str], str], None]:
    """Refused rows under their own header and the reason: mended, the file can be imported again."""
    writer = csv.writer(file)
    writer.writerow([*header, "reason"])
    return lambda cells, reason: writer.writerow([*cells, reason])
