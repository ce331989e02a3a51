"""What stays of an import: one row that says where it came from, by whom, how, and what came of it."""

import io
import sys

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Account
from clients.importing import CLIENT_COLUMNS, Limits, Options, import_clients, rows_of_file
from clients.models import Import
from clients.tests.commands import run
from clients.tests.drafts import made_import
from clients.tests.imports import send, upload, upload_form

FILE = "name,email\nAcme,billing@acme.com\nNew,new@example.com\nBad,bad\n"


def recorded():
    [record] = Import.objects.all()
    return record


def counts(record):
    return record.created, record.updated, record.skipped, record.refused


@pytest.fixture
def command(alice, monkeypatch):
    def command(name, text, *options):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return run(name, "-", "--account", "alice@example.com", *options)

    return command


def test_it_says_what_became_of_the_rows(alice, acme):
    before = timezone.now()
    upload(alice, FILE, on_duplicate="update")

    record = recorded()
    assert (record.account, record.kind, record.on_duplicate, record.atomic) == (
        alice.account, "clients", "update", False,
    )  # fmt: skip
    assert counts(record) == (1, 1, 0, 1)
    assert before <= record.started_at <= record.finished_at <= timezone.now()


def test_of_the_api_it_names_the_user_and_the_file(alice, bob):
    upload_form(bob, FILE.encode(), name="März 2026.csv")
    record = recorded()
    assert (record.source, record.created_by, record.file_name) == ("api", bob.user.pk, "März 2026.csv")


def test_a_list_or_a_body_has_no_file_name(alice):
    send(alice, [{"name": "New", "email": "new@example.com"}])
    upload(alice, "name,email\n")
    assert [(one.file_name, one.created) for one in Import.objects.all()] == [(None, 0), (None, 1)]


def test_of_a_command_it_names_the_command_and_the_file(alice, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(FILE)
    run("import_clients", str(path), "--account", "alice@example.com")
    record = recorded()
    assert (record.source, record.created_by, record.file_name) == ("command", "import_clients", "clients.csv")


def test_a_file_name_that_is_no_text_is_made_one(alice, tmp_path):
    path = tmp_path / "clients\udcff\n.csv"
    path.write_text(FILE)
    run("import_clients", str(path), "--account", "alice@example.com")
    assert recorded().file_name == "clients\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.csv"


def test_standard_input_has_no_name(command):
    command("import_clients", FILE)
    assert recorded().file_name is None


def test_invoices_are_recorded_the_same_way(command, acme):
    command("import_invoices", "client_email,invoice_number,amount\nbilling@acme.com,1,5\nnobody@acme.com,2,5\n")
    record = recorded()
    assert (record.kind, record.created_by, counts(record)) == ("invoices", "import_invoices", (1, 0, 0, 1))


def test_a_dry_run_is_none(alice, command):
    assert upload(alice, FILE, dry_run="true").json()["created"] == 2
    assert command("import_clients", FILE, "--dry-run").code == 1
    assert not Import.objects.exists()


def test_a_refused_one_is_none(alice, command):
    assert upload(alice, FILE, atomic="true").status_code == 400
    assert command("import_clients", FILE, "--atomic").code == 1
    assert not Import.objects.exists()


def test_an_atomic_one_that_landed_says_so(alice):
    upload(alice, "name,email\nNew,new@example.com\n", atomic="true")
    assert recorded().atomic is True


@pytest.mark.django_db(transaction=True)
def test_one_that_dies_leaves_none(password_hash):
    account = Account.objects.create(name="Dying")

    def dying():
        yield b"name,email\nNew,new@example.com\n"
        raise OSError("The disk is gone.")

    class File(io.RawIOBase):
        parts = dying()

        def read(self, size=-1):
            return next(self.parts)

    options = Options(Import.Source.COMMAND)
    with pytest.raises(OSError, match="gone"):
        import_clients(account, rows_of_file(File(), CLIENT_COLUMNS, Limits()), options)
    assert not Import.objects.exists()


def test_it_is_one_statement_however_many_rows(alice, queries):
    for count in (1, 1_000):
        rows = [{"name": "New", "email": f"{count}.{number}@example.com"} for number in range(count)]
        said = queries(send, alice, rows)
        assert len([sql for sql in said if "clients_import" in sql]) == 1


def test_the_latest_of_an_account_are_found_by_an_index(alice, charlie):
    for account in [alice.account] * 10 + [charlie.account] * 1_000:
        made_import(account)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE clients_import")

    assert "Scan Backward using import_of_account" in Import.objects.for_account(alice.account)[:5].explain()
