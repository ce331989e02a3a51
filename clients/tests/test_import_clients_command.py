"""manage.py import_clients: exit codes, what it says, and the file of refused rows."""

import csv
import gzip
import io
import os
import sys
from datetime import UTC, datetime

import pytest

from clients.models import Client
from clients.tests.commands import run
from clients.tests.imports import clients_of, emails_of

GOOD = "name,email\nA,a@example.com\nB,b@example.com\n"
MIXED = "name;email;Fax\nA;a@example.com;1\n;nameless@example.com;2\nC;c@example.com\n"
SUMMARY = "{} rows: {} created, {} updated, {} skipped, {} refused.\n"


@pytest.fixture
def import_text(alice, tmp_path):
    def import_text(text, **options):
        path = tmp_path / "clients.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return run("import_clients", str(path), **{"account": "alice@example.com", **options})

    return import_text


def test_all_rows_landed_is_0(alice, import_text):
    outcome = import_text(GOOD)

    assert (outcome.code, outcome.out, outcome.err) == (0, SUMMARY.format(2, 2, 0, 0, 0), "")
    assert emails_of(alice) == ["a@example.com", "b@example.com"]


def test_some_rows_did_not_is_1_and_each_is_named(alice, import_text):
    outcome = import_text(MIXED)

    assert (outcome.code, outcome.out) == (1, SUMMARY.format(3, 1, 0, 0, 2))
    assert outcome.err.splitlines() == [
        "Columns: name → name, email → email; passed over: Fax.",
        "Row 2 (nameless@example.com): Validation error: name: Must not be empty.",
        "Row 3 (no email): Validation error: Must have as many cells as the header, 3, not 2.",
    ]
    assert emails_of(alice) == ["a@example.com"]


def test_many_errors_are_not_all_printed(import_text):
    outcome = import_text("name,email\n" + "x,y\n" * 25)

    lines = outcome.err.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 5 more; --errors-to writes them all to a file."


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("", "The file is empty; its first line must name the columns.\n"),
        ("foo,bar\n", "The header has no column for name and email. Found: foo, bar.\n"),
        ("\x1b[2J,name\n", "The header has no column for email. Found: \N{REPLACEMENT CHARACTER}[2J, name.\n"),
        (
            b"name,email,\xe9\n",
            "Line 1 is not UTF-8. Found: the byte 0xE9. "
            "Name its encoding with --encoding, such as --encoding cp1252.\n",
        ),
        (gzip.compress(GOOD.encode(), mtime=0)[:-9], "The file is damaged: it cannot be unpacked.\n"),
    ],
)
def test_nothing_could_be_read_is_2(alice, import_text, file, words):
    outcome = import_text(file)

    assert (outcome.code, outcome.out, outcome.err) == (2, "", words)
    assert not emails_of(alice)


def test_what_columns_are_taken_for_is_told_before_a_row_is_read(alice, import_text):
    outcome = import_text('Firma;E-mail;Fax\nA;a@example.com;1\n"', map=["Firma=name"])

    assert outcome.err.splitlines() == [
        "Columns: Firma → name, E-mail → email; passed over: Fax.",
        "The record that begins on line 3 is not CSV: a quote is never closed.",
    ]


def test_a_file_that_turns_out_unreadable_halfway_leaves_nothing(alice, import_text):
    outcome = import_text(GOOD.encode() * 5_000 + b"\xe9")

    assert outcome.code == 2
    assert not emails_of(alice)


@pytest.mark.parametrize(("name", "reason"), [("nowhere.csv", "No such file or directory"), (".", "Is a directory")])
def test_what_is_no_file_is_2(alice, tmp_path, name, reason):
    outcome = run("import_clients", str(tmp_path / name), account="alice@example.com")

    assert (outcome.code, outcome.err) == (2, f"{tmp_path / name}: {reason}.\n")


def test_the_account_may_be_given_by_its_id(alice, import_text):
    assert import_text(GOOD, account=alice.account.pk).code == 0
    assert len(emails_of(alice)) == 2


@pytest.mark.parametrize("account", ["who@example.com", "", "account_01h455vb4pex5vsknk084sn02q", "client_x"])
def test_an_unknown_account_is_2(import_text, account):
    outcome = import_text(GOOD, account=account)

    assert outcome.code == 2
    assert outcome.err == f"There is no account {account!r}: give its id, or the email of one of its users.\n"


def test_a_dash_reads_standard_input(alice, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))

    assert run("import_clients", "-", account="alice@example.com").code == 0
    assert len(emails_of(alice)) == 2


def test_a_gz_file_is_read_as_such(alice, tmp_path):
    path = tmp_path / "clients.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode(), mtime=0))

    assert run("import_clients", str(path), account="alice@example.com").code == 0
    assert len(emails_of(alice)) == 2


def test_state_and_age_come_along_from_a_former_home(alice, import_text):
    import_text("name,email,is_active,created_at\nA,a@example.com,FALSE,2019-05-01T10:00:00+02:00\n")

    client = clients_of(alice).get()
    assert (client.is_active, client.created_at) == (False, datetime(2019, 5, 1, 8, tzinfo=UTC))


def test_a_dry_run_says_so_and_writes_nothing(alice, import_text):
    outcome = import_text(GOOD, dry_run=True)

    assert outcome.out == "Dry run, nothing is written: " + SUMMARY.format(2, 2, 0, 0, 0)
    assert not emails_of(alice)


def test_an_atomic_run_with_a_bad_row_is_1_and_writes_nothing(alice, import_text):
    outcome = import_text(MIXED, atomic=True)

    assert (outcome.code, outcome.out) == (1, "Nothing is written: " + SUMMARY.format(3, 1, 0, 0, 2))
    assert not emails_of(alice)


def test_on_duplicate_update(alice, acme, import_text):
    outcome = import_text("name,email\nAcme 2,billing@acme.com\n", on_duplicate="update")

    assert outcome.out == SUMMARY.format(1, 0, 1, 0, 0)


class TestErrorsTo:
    @pytest.fixture
    def refused(self, tmp_path):
        return tmp_path / "refused.csv"

    def test_holds_the_refused_rows_with_the_reason(self, import_text, refused):
        import_text(MIXED, errors_to=str(refused))

        with refused.open(newline="") as file:
            assert list(csv.reader(file)) == [
                ["name", "email", "Fax", "reason"],
                ["", "nameless@example.com", "2", "Validation error: name: Must not be empty."],
                ["C", "c@example.com", "Validation error: Must have as many cells as the header, 3, not 2."],
            ]

    def test_unmended_it_is_refused_again(self, import_text, refused):
        import_text(MIXED, errors_to=str(refused))

        assert import_text(refused.read_text()).out == SUMMARY.format(2, 0, 0, 0, 2)

    def test_mended_it_can_be_imported(self, alice, import_text, refused):
        import_text(MIXED, errors_to=str(refused))
        mended = refused.read_text().replace(",nameless@", "Named,nameless@").replace('.com,"Val', '.com,3,"Val')

        assert import_text(mended).out == SUMMARY.format(2, 2, 0, 0, 0)
        assert emails_of(alice) == ["a@example.com", "c@example.com", "nameless@example.com"]

    def test_holds_all_rows_not_the_first_thousand(self, import_text, refused):
        import_text("name,email\n" + "x,y\n" * 1_500, errors_to=str(refused))

        assert len(refused.read_text().splitlines()) == 1_501

    def test_that_cannot_be_written_is_2_and_nothing_is_imported(self, alice, import_text, tmp_path):
        path = tmp_path / "no" / "folder.csv"

        outcome = import_text(MIXED, errors_to=str(path))

        assert (outcome.code, outcome.err) == (2, f"{path}: No such file or directory.\n")
        assert not emails_of(alice)

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is always full")
    def test_on_a_full_disk_is_2_and_nothing_is_imported(self, alice, import_text):
        outcome = import_text("name,email\nA,a@example.com\n" + "x,y\n" * 5_000, errors_to="/dev/full")

        assert (outcome.code, outcome.err) == (2, "No space left on device.\n")
        assert not emails_of(alice)

    @pytest.mark.parametrize("name", ["clients.csv", "link.csv"])
    def test_is_not_the_file_that_is_read(self, alice, import_text, tmp_path, name):
        (tmp_path / "link.csv").symlink_to(tmp_path / "clients.csv")
        path = tmp_path / name

        outcome = import_text(MIXED, errors_to=str(path))

        assert (outcome.code, outcome.err) == (2, f"{path} is the file that is read; --errors-to needs another.\n")
        assert path.read_text() == MIXED
        assert not emails_of(alice)

    def test_of_a_file_that_does_not_serve_is_left_alone(self, import_text, refused):
        refused.write_text("from before")

        import_text("foo,bar\n", errors_to=str(refused))

        assert refused.read_text() == "from before"


def test_rows_refused_for_whatever_reason_are_in_the_order_of_the_file(alice, import_text, tmp_path):
    """More rows than are checked, or written, at once: the first email is repeated in the last row."""
    Client.add(account_id=alice.account.pk, name="There", email="there@example.com")
    emails = [f"client{number}@example.com" for number in range(1, 30_001)]
    emails[9], emails[14_999], emails[29_999] = "there@example.com", "wrong", "CLIENT1@example.com"

    outcome = import_text("name,email\n" + "".join(f"A,{email}\n" for email in emails), errors_to=str(tmp_path / "bad"))

    assert outcome.out == SUMMARY.format("30,000", "29,997", 0, 0, 3)
    assert outcome.err.splitlines() == [
        "Row 10 (there@example.com): Duplicate client: a client with this email already exists",
        "Row 15,000 (wrong): Validation error: email: Must be a valid email address.",
        "Row 30,000 (CLIENT1@example.com): Duplicate client: a client with this email already exists",
    ]
    assert [row["email"] for row in csv.DictReader(io.StringIO((tmp_path / "bad").read_text()))] == [
        emails[9],
        emails[14_999],
        emails[29_999],
    ]
