"""What the import commands share: their arguments, the progress bar, the summary and how they end."""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError
from tqdm import tqdm

from accounts.models import Account
from clients.importing import Limits, NotUTF8, Options, Refused, Report, Unreadable, rows_of_file
from clients.importing.batches import Batch
from clients.importing.columns import Columns
from clients.importing.read import Source
from clients.importing.report import printable, rejecting
from clients.management.accounts import account_of, add_account_argument
from clients.management.acting import ActingCommand
from clients.management.files import failing_in_words, is_file, reading, size_of, writing
from clients.models import Import

SHOWN_ERRORS = 20
INTERRUPTED = 128 + signal.SIGINT  # the shells' convention
ENCODING_HINT = "Name its encoding with --encoding, such as --encoding cp1252."


class ImportCommand(ActingCommand):
    """Exits 0 when all rows landed, 1 when some did not, 2 when nothing could be read, 130 after Ctrl-C."""

    noun: str
    columns: Columns
    on_duplicate: Sequence[str]
    run_import: Callable[[Account, Source, Options], Report]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            help="a CSV file, gzipped or not, or an Excel workbook (.xlsx); - reads standard input",
        )
        add_account_argument(parser)
        parser.add_argument(
            "--on-duplicate",
            choices=self.on_duplicate,
            default="error",
            help=f"what to do with a row whose {self.noun} is there already (default: error)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--atomic", action="store_true", help="write nothing if any row is bad")
        parser.add_argument(
            "--encoding", help="of a CSV file that is neither UTF-8 nor UTF-16, such as cp1252 or shift_jis"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="take this column for that field, whatever it is called; without a field, pass it over (repeatable)",
        )
        parser.add_argument("--errors-to", metavar="FILE.csv", help="write the refused rows there, with the reason")

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_of(options["account"])
        try:
            with failing_in_words(), reading(options["file"]) as file:
                report = self._import(file, account, options)
        except Unreadable as error:
            hint = ENCODING_HINT if isinstance(error, NotUTF8) else None
            raise CommandError(
                printable(" ".join(filter(None, (str(error), error.found, hint)))), returncode=2
            ) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted: nothing is written.", returncode=INTERRUPTED) from None
        except Refused as refused:
            self._tell(refused.report, "Nothing is written: ")
            sys.exit(1)
        self._tell(report, "Dry run, nothing is written: " if report.dry_run else "")
        if report.error_count:
            sys.exit(1)

    def _import(self, file: IO[bytes], account: Account, options: dict[str, Any]) -> Report:
        source = rows_of_file(
            file, self.columns, Limits(), encoding=options["encoding"], mapping=_mapping(options["map"])
        )
        source.batches = _watched(source.batches, file)
        given = {name: options[name] for name in ("on_duplicate", "dry_run", "atomic")}
        how = Options(Import.Source.COMMAND, _name(options["file"]), **given)
        if not (path := options["errors_to"]):
            return self._run(account, source, how)
        if is_file(file, path):
            raise CommandError(f"{path} is the file that is read; --errors-to needs another.", returncode=2)
        with writing(self, path) as refused:
            return self._run(account, source, replace(how, reject=rejecting(refused, source.header)))

    def _run(self, account: Account, source: Source, how: Options) -> Report:
        """Says what the columns were taken for while a wrong guess can still be stopped, then imports."""
        columns = source.columns or {}
        if source.ignored_columns or any(title != name for title, name in columns.items()):
            taken = ", ".join(f"{title} → {name}" for title, name in columns.items())
            passed_over = f"; passed over: {', '.join(source.ignored_columns)}" if source.ignored_columns else ""
            self.stderr.write(printable(f"Columns: {taken}{passed_over}."))
        return type(self).run_import(account, source, how)

    def _tell(self, report: Report, prefix: str) -> None:
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


def _name(path: str) -> str | None:
    """How a file is called, as far as it can be written; standard input has no name."""
    return None if path == "-" else printable(Path(path).name)


def _mapping(pairs: Sequence[str]) -> dict[str, str | None]:
    """What `--map` said, column by column; a field's name has no equals sign, a column's may."""
    mapping: dict[str, str | None] = {}
    for pair in pairs:
        title, equals, name = pair.rpartition("=")
        if not equals:
            raise CommandError('--map needs a column and its field, such as --map "E-mail=email".', returncode=2)
        if title in mapping:
            raise Unreadable("A column is mapped twice.", f"It is: {title}.", about="mapping")
        mapping[title] = name.strip() or None
    return mapping


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
