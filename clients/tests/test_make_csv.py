"""manage.py make_csv: plausible files of any size for the import commands."""

import csv

import pytest
from django.core.management import CommandError, call_command

from clients import plausible
from clients.models import Client, Invoice
from clients.tests.commands import run
from duespark.clock import today


def made(*args):
    outcome = run("make_csv", *args)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def test_the_same_file_every_time():
    assert made("clients", "20") == made("clients", "20")
    assert made("invoices", "20") == made("invoices", "20")


@pytest.mark.parametrize("kind", ["clients", "invoices"])
@pytest.mark.parametrize("count", [0, 1, 250])
def test_as_many_rows_as_asked_for(kind, count):
    assert len(list(csv.reader(made(kind, str(count)).splitlines(keepends=True)))) == count + 1


def test_every_client_has_a_name_and_an_email_of_its_own():
    rows = list(plausible.clients(10_000, today()))

    assert len({row[0] for row in rows}) == len({row[1] for row in rows}) == 10_000


def test_both_files_are_imported_whole(alice, tmp_path):
    clients, invoices = str(tmp_path / "clients.csv"), str(tmp_path / "invoices.csv")
    made("clients", "100", "--to", clients)
    made("invoices", "800", "--to", invoices)

    assert run("import_clients", clients, account="alice@example.com").code == 0
    assert run("import_invoices", invoices, account="alice@example.com").code == 0

    assert Client.objects.for_account(alice.account).count() == 100
    assert Invoice.objects.for_account(alice.account).count() == 800


def test_invoices_may_be_of_as_many_clients_as_wished():
    rows = csv.DictReader(made("invoices", "300", "--clients", "2").splitlines())

    assert len({row["client_email"] for row in rows}) == 2


@pytest.mark.parametrize("args", [("clients",), ("clients", "-1"), ("clients", "1.5"), ("payments", "1")])
def test_what_is_no_kind_or_count_is_refused(args):
    with pytest.raises(CommandError):
        call_command("make_csv", *args)


def test_a_file_that_cannot_be_written_is_2(tmp_path):
    outcome = run("make_csv", "clients", "1", "--to", str(tmp_path))

    assert (outcome.code, outcome.err) == (2, f"{tmp_path}: Is a directory.\n")
