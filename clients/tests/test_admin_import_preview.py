"""What the back office says of a file before anything of it is imported, and why it takes one or not."""

import gzip
import io
from dataclasses import replace

import openpyxl
import pytest

from accounts.tests.backoffice import add_url
from clients.importing import kinds
from clients.importing.lines import Limits
from clients.models import Change, Client, Import, ImportDraft, Invoice
from clients.tests.drafts import FILE, confirm, counts, preview_again, problem, sent, taken, upload
from clients.tests.ledger import run

CHOOSE_ENCODING = "Choose the encoding that it was saved in."
TOO_LARGE = (
    "The import is larger than 100,000 rows or 50 MB once unpacked; `manage.py import_clients` has no such limit."
)


def workbook(*rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def file_errors(page, status=200):
    assert page.status_code == status
    return page.context["form"].errors.get("file")


def shown(page):
    """The rows that would be refused: where, whose, why."""
    return [(row["row"], row["email"], row["detail"]) for row in page.context["draft"].refused]


# What it says


def test_a_preview_says_what_would_come_of_the_file(boss, alice, acme):
    page = upload(boss, alice.account)

    assert counts(page) == (1, 0, 0, 2)
    assert taken(page) == {"Company": "name", "E-mail": "email", "Fax": None}
    assert shown(page) == [
        (1, "billing@acme.com", "Duplicate client: a client with this email already exists"),
        (3, "bad", "Validation error: email: Must be a valid email address."),
    ]
    assert "Import 1 client" in page.content.decode()


def test_what_stands_in_a_column_is_shown_beside_its_title(boss, alice):
    page = upload(boss, alice.account)

    assert "Acme · New · Bad" in page.content.decode()


@pytest.mark.parametrize(("on_duplicate", "expected"), [("skip", (1, 0, 1, 1)), ("update", (1, 1, 0, 1))])
def test_duplicates_are_counted_as_they_would_fare(boss, alice, acme, on_duplicate, expected):
    assert counts(upload(boss, alice.account, on_duplicate=on_duplicate)) == expected


def test_a_preview_writes_nothing_of_the_file(boss, alice, acme):
    upload(boss, alice.account, on_duplicate="update")

    assert list(Client.objects.all()) == [acme]
    assert not Change.objects.exists()
    assert not Import.objects.exists()


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_file_may_be_gzipped(boss, alice, pack):
    assert counts(upload(boss, alice.account, pack(FILE))) == (2, 0, 0, 1)


def test_a_file_may_be_a_workbook(boss, alice):
    content = workbook(["Company", "E-mail"], ["New", "new@example.com"], ["Bad", None])

    assert counts(upload(boss, alice.account, content, name="clients.xlsx")) == (1, 0, 0, 1)


def test_invoices_are_previewed_the_same_way(boss, alice, acme):
    content = "Email,Number,Total,Paid on\nbilling@acme.com,1,5.00,2026-01-02\nnobody@example.com,2,5,\n"
    page = upload(boss, alice.account, content, kind="invoices")

    assert counts(page) == (1, 0, 1)
    assert shown(page) == [(2, "nobody@example.com", "Validation error: client_email: No client has this email.")]
    assert not Invoice.objects.exists()


def test_a_header_alone_is_nothing_to_import(boss, alice):
    page = upload(boss, alice.account, "name,email\n")

    assert counts(page) == (0, 0, 0, 0)
    assert "the file has no rows" in page.content.decode()
    assert "confirm" not in page.content.decode()


def test_rows_that_change_nothing_are_nothing_to_import(boss, alice, acme):
    page = upload(boss, alice.account, "name,email\nAcme,billing@acme.com\n", on_duplicate="skip")

    assert "There is nothing to import: no row would be created or updated." in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_preview_that_a_deadlock_has_ended_is_made_after_all(boss, alice, monkeypatch):
    calls = []

    def once_in_the_way(*args):
        calls.append(args)
        if len(calls) == 1:
            run("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")
        return kinds.CLIENTS.run(*args)

    monkeypatch.setitem(kinds.UPLOADS, "clients", replace(kinds.CLIENTS, run=once_in_the_way))

    assert counts(upload(boss, alice.account)) == (2, 0, 0, 1)


# Asked for otherwise


def test_a_column_is_taken_for_another_field(boss, alice):
    page = preview_again(boss, upload(boss, alice.account), **{"column-2": "phone"})

    assert taken(page)["Fax"] == "phone"
    assert next(why for *_, why in shown(page)).startswith("Validation error: phone:")


def test_duplicates_may_be_asked_about_again(boss, alice, acme):
    assert counts(preview_again(boss, upload(boss, alice.account), on_duplicate="update")) == (1, 1, 0, 1)


def test_a_header_of_unknown_words_is_mapped_by_hand(boss, alice):
    page = upload(boss, alice.account, "Nom;Courriel\nZoé;zoe@example.com\n")
    assert problem(page) == ("mapping", "The header has no column for name and email. Found: Nom, Courriel.")
    assert taken(page) == {"Nom": None, "Courriel": None}

    assert counts(preview_again(boss, page, **{"column-0": "name", "column-1": "email"})) == (1, 0, 0, 0)


def test_of_two_columns_for_one_field_one_is_chosen(boss, alice):
    page = upload(boss, alice.account, "name,email,email\nNew,new@example.com,old@example.com\n")
    assert problem(page) == ("mapping", "Two columns are taken for email. Found: name, email, email.")

    page = preview_again(boss, page, **{"column-1": "email"})
    assert counts(page) == (1, 0, 0, 0)


def test_two_columns_for_one_field_are_refused_and_stay_chosen(boss, alice):
    page = preview_again(boss, upload(boss, alice.account), **{"column-2": "email"})

    assert problem(page) == ("mapping", "Two columns are mapped to email. Found: Company, E-mail, Fax.")
    assert taken(page) == {"Company": "name", "E-mail": "email", "Fax": "email"}
    assert "confirm" not in page.content.decode()


def test_another_encoding_is_tried_without_another_upload(boss, alice):
    page = upload(boss, alice.account, "Société,email\nZoé,zoe@example.com\n".encode("cp1252"))
    assert problem(page) == ("encoding", f"Line 1 is not UTF-8. Found: the byte 0xE9. {CHOOSE_ENCODING}")

    page = preview_again(boss, page, encoding="cp1252")
    assert taken(page) == {"Société": None, "email": "email"}
    assert counts(preview_again(boss, page, **{"column-0": "name"})) == (1, 0, 0, 0)


def test_an_encoding_may_be_named_at_once(boss, alice):
    page = upload(boss, alice.account, "name,email\nZoé,zoe@example.com\n".encode("cp1252"), encoding="cp1252")

    assert counts(page) == (1, 0, 0, 0)


def test_a_wrong_encoding_is_said_and_may_be_mended(boss, alice):
    page = upload(boss, alice.account, b"name,email\nZo\x81,zoe@example.com\n", encoding="cp1252")
    assert problem(page) == ("encoding", "Line 2 is not cp1252. Found: the byte 0x81.")

    assert counts(preview_again(boss, page, encoding="mac-roman")) == (1, 0, 0, 0)


@pytest.mark.parametrize("step", [preview_again, confirm])
def test_refused_rows_are_replaced_unread(boss, alice, queries, step):
    page = upload(boss, alice.account)
    kept = ImportDraft.objects.get().rejected

    [taken] = [sql for sql in queries(step, boss, page) if "clients_importdraft" in sql and "FOR NO KEY" in sql]
    assert '"rejected"' not in taken
    assert gzip.decompress(ImportDraft.objects.get().rejected) == gzip.decompress(kept)


# Files of which nothing can come


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty; its first line must name the columns."),
        (b"\x89PNG\r\n\x1a\n", "The file is a picture; save it as CSV, or as an Excel workbook (.xlsx)."),
        (b"%PDF-1.7", "The file is a PDF; save it as CSV, or as an Excel workbook (.xlsx)."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "The file is an Excel workbook of the old kind (.xls), or one with a password; save it as CSV, or as an "
            "Excel workbook (.xlsx).",
        ),
        (b"\x00\x01\x02", "The first line is not text; UTF-16 must begin with a byte order mark."),
        (b"PK\x03\x04nothing", "The file is damaged, or no Excel workbook (.xlsx): it cannot be read."),
        (
            b'name,email\n"New,new@example.com\n',
            "The record that begins on line 2 is not CSV: a quote is never closed.",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(boss, alice, content, message):
    page = upload(boss, alice.account, content, on_duplicate="skip", encoding="")

    assert file_errors(page) == [message]
    assert page.context["form"]["on_duplicate"].value() == "skip"
    assert page.context["form"]["account"].value() == alice.account.pk
    assert not ImportDraft.objects.exists()


def test_a_bomb_is_not_unpacked(boss, alice):
    content = gzip.compress(b"name,email\n" + b"New,\n" * 11_000_000, 1)
    page = upload(boss, alice.account, content, name="bomb.csv.gz")

    assert file_errors(page, 413) == [TOO_LARGE]
    assert not ImportDraft.objects.exists()


def test_too_many_rows_are_refused_and_the_command_named(boss, alice, monkeypatch):
    monkeypatch.setattr(kinds, "LIMITS", Limits(size=1_000, rows=2))

    [message] = file_errors(upload(boss, alice.account, kind="clients"), 413)
    assert message.endswith("`manage.py import_clients` has no such limit.")


def test_too_large_a_body_is_not_looked_into(boss):
    boss.handler.enforce_csrf_checks = True  # nobody looks for the form's token, either
    page = boss.generic("POST", add_url(Import), b"x" * 51_000_001, content_type="multipart/form-data; boundary=edge")

    assert page.status_code == 413
    assert "larger than 50 MB; `manage.py import_clients`" in page.content.decode()


def test_a_form_without_its_token_is_refused(boss, alice):
    boss.handler.enforce_csrf_checks = True

    assert upload(boss, alice.account).status_code == 403
    assert not ImportDraft.objects.exists()


# What is asked for


def test_what_is_needed_is_asked_for(boss, db):
    page = boss.post(add_url(Import), {"encoding": ""})

    assert list(page.context["form"].errors) == ["account", "kind", "file", "on_duplicate"]


def test_invoices_are_not_updated(boss, alice):
    page = upload(boss, alice.account, kind="invoices", on_duplicate="update")

    assert list(page.context["form"].errors) == ["on_duplicate"]


def test_nothing_is_imported_into_a_closed_account(boss, alice):
    alice.account.close()

    assert upload(boss, alice.account).context["form"].errors == {"account": ["This account is closed."]}


def test_the_form_begins_with_what_the_list_was_of(boss, alice):
    page = boss.get(add_url(Import, kind="invoices", account=alice.account.pk))

    form = page.context["form"]
    assert (form["kind"].value(), form["account"].value()) == ("invoices", alice.account.pk)
    assert f'<option value="{alice.account.pk}" selected>' in page.content.decode()


def test_an_account_that_is_none_is_nobodys(boss):
    assert boss.get(add_url(Import, account="nonsense")).status_code == 200


def test_what_a_file_says_is_shown_as_text(boss, alice):
    page = upload(boss, alice.account, "name,email,<b>\n<script>,new@example.com,\x00\x07\n", name="<i>.csv")

    html = page.content.decode()
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;.csv" in html
    assert "<script>," not in html


def test_many_columns_are_shown_as_far_as_a_form_goes(boss, alice):
    header = ",".join(["name", "email", *(f"extra {number}" for number in range(2_000))])
    page = upload(boss, alice.account, f"{header}\nNew,new@example.com{',' * 2_000}\n")

    assert len(taken(page)) == 200
    assert counts(preview_again(boss, page)) == (1, 0, 0, 0)
    assert "Columns beyond the first 200" in page.content.decode()


def test_a_form_that_was_tampered_with_is_refused_kindly(boss, alice):
    page = upload(boss, alice.account)
    page = boss.post(page.context["urls"]["draft_page"], sent(page, **{"column-0": "account_id"}))

    assert page.status_code == 200
    assert "column-0" in page.context["form"].errors
