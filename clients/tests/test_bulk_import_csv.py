"""POST /clients/bulk/import with CSV: what a file may look like, and what becomes of its cells."""

import codecs
import gzip
from dataclasses import replace

import pytest

from clients.importing import kinds
from clients.models import Client
from clients.tests.imports import NOTHING, URL, clients_of, emails_of, upload, upload_form

HEADER = "name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes"
ROW = "Zoë & Co,zoe@example.com,+49 30 1234,Hauptstr. 1,Köln,NW,01067,de,007,14,Größe"
FILE = f"{HEADER}\n{ROW}\n"
ZOE = {
    "name": "Zoë & Co",
    "email": "zoe@example.com",
    "phone": "+49 30 1234",
    "address": {"street": "Hauptstr. 1", "city": "Köln", "state": "NW", "zip_code": "01067", "country": "DE"},
    "tax_id": "007",
    "payment_terms": 14,
    "notes": "Größe",
}
CREATED = {**NOTHING, "created": 1, "total": 1}
TAKEN = {name: name for name in HEADER.split(",")}


def only_client(caller):
    client = clients_of(caller).get()
    return {key: getattr(client, key) for key in ZOE}


def imported_under(caller, header, row="A,a@example.com"):
    """The report, but for the columns, of which other tests are."""
    report = upload(caller, f"{header}\n{row}\n").json()
    del report["columns"]
    return report


def test_a_csv_body_is_imported(alice):
    assert upload(alice, FILE).json() == {**CREATED, "columns": TAKEN}
    assert only_client(alice) == ZOE


def test_a_form_with_a_file_is_imported(alice):
    assert upload_form(alice, FILE.encode()).json() == {**CREATED, "columns": TAKEN}
    assert only_client(alice) == ZOE


@pytest.mark.parametrize("text", [FILE, FILE.replace(",", ";"), FILE.replace(",", "\t"), FILE.replace("\n", "\r\n")])
def test_delimiters_and_line_ends_of_all_programs_are_read(alice, text):
    assert upload(alice, text).json() == {**CREATED, "columns": TAKEN}
    assert only_client(alice) == ZOE


@pytest.mark.parametrize(
    "file",
    [
        FILE.encode(),
        FILE.encode("utf-8-sig"),
        FILE.encode("utf-16"),
        codecs.BOM_UTF16_BE + FILE.encode("utf-16-be"),
        gzip.compress(FILE.encode(), mtime=0),
        gzip.compress(FILE.encode("utf-16"), mtime=0),
    ],
    ids=["utf-8", "utf-8 with BOM", "utf-16 le", "utf-16 be", "gzip", "gzipped utf-16"],
)
def test_encodings_and_gzip_are_told_by_the_first_bytes(alice, file):
    assert upload(alice, file).json() == {**CREATED, "columns": TAKEN}
    assert only_client(alice) == ZOE


def test_columns_may_stand_in_any_order_and_be_left_out(alice):
    assert upload(alice, "country,email,name\nDE,zoe@example.com,Zoë\n").json()["created"] == 1
    assert only_client(alice)["address"]["country"] == "DE"
    assert only_client(alice)["payment_terms"] == 30


@pytest.mark.parametrize(
    ("title", "cell", "field", "value"),
    [
        ("PHONE", "555-0000", "phone", "555-0000"),
        (" Phone Number ", "555-0000", "phone", "555-0000"),
        ("Street Address", "High St", "street", "High St"),
        ("address.street", "High St", "street", "High St"),
        ("address_street", "High St", "street", "High St"),
        ("Town", "Bath", "city", "Bath"),
        ("Province", "ON", "state", "ON"),
        ("ZIP", "01067", "zip_code", "01067"),
        ("Zip Code", "01067", "zip_code", "01067"),
        ("Postal code", "01067", "zip_code", "01067"),
        ("VAT number", "DE1", "tax_id", "DE1"),
        ("payment terms", "7", "payment_terms", 7),
        ("Comments", "x", "notes", "x"),
    ],
)
def test_case_spacing_and_common_synonyms_of_a_header_are_ignored(alice, title, cell, field, value):
    report = imported_under(alice, f"name,email,{title}", f"A,a@example.com,{cell}")

    assert report == CREATED
    assert getattr(clients_of(alice).get(), field) == value


@pytest.mark.parametrize("header", ["Company,E-mail", "CLIENT NAME,Email Address", "customer,e_mail", '"Name","Email"'])
def test_name_and_email_have_synonyms_too(alice, header):
    assert imported_under(alice, header) == CREATED


def test_unknown_columns_are_passed_over_and_named(alice):
    report = imported_under(alice, "name,email,Fax,,is_active,created_at", "A,a@example.com,1,,false,2001-01-01")

    assert report == {**CREATED, "ignored_columns": ["Fax", "is_active", "created_at"]}
    assert clients_of(alice).get().is_active


def test_a_columns_own_name_goes_before_a_synonym(alice):
    report = imported_under(alice, "Company,name,email", "Other,A,a@example.com")

    assert report == {**CREATED, "ignored_columns": ["Company"]}
    assert clients_of(alice).get().name == "A"


def test_quotes_hold_delimiters_quotes_and_line_ends(alice):
    upload(alice, 'name,email,notes\r\n"Smith, ""Jo""",jo@example.com,"one\r\ntwo\nthree"\r\n')

    client = clients_of(alice).get()
    assert (client.name, client.notes) == ('Smith, "Jo"', "one\ntwo\nthree")


def test_a_header_may_hold_line_ends_too(alice):
    assert imported_under(alice, 'name,"E-\nmail"') == CREATED


def test_rows_are_numbered_as_records_header_and_blank_lines_apart(alice):
    text = '\nname,email\n"A\nA",a@example.com\n\n"B",b\n\n\nC,c\n'

    report = upload(alice, text).json()

    assert [(error["row"], error["email"]) for error in report["errors"]] == [
        (1, "a@example.com"),
        (2, "b"),
        (3, "c"),
    ]
    assert report["total"] == 3


@pytest.mark.parametrize(("row", "cells"), [("A", 1), ("A,a@example.com,x", 3)])
def test_too_few_and_too_many_cells_are_an_error_of_their_row(alice, row, cells):
    report = upload(alice, f"name,email\n{row}\nB,b@example.com\n").json()

    message = f"Must have as many cells as the header, 2, not {cells}."
    assert report["errors"] == [
        {
            "row": 1,
            "email": None,
            "detail": f"Validation error: {message}",
            "errors": {"non_field_errors": [message]},
        }
    ]
    assert emails_of(alice) == ["b@example.com"]


def test_spaces_around_a_cell_are_nothing(alice):
    upload(alice, "name,email,phone\n  A  , a@example.com ,   \n")

    client = clients_of(alice).get()
    assert (client.name, client.email, client.phone) == ("A", "a@example.com", None)


def test_a_nul_in_a_cell_is_an_error_of_its_row(alice):
    report = upload(alice, "name,email\nA\0,a\0@example.com\nB,b@example.com\n").json()

    assert [(error["row"], list(error["errors"])) for error in report["errors"]] == [(1, ["name", "email"])]
    assert report["created"] == 1


def test_a_header_alone_is_nothing(alice):
    response = upload(alice, HEADER)

    assert response.status_code == 200
    assert response.json() == {**NOTHING, "columns": TAKEN}


NAME_IT = "Name its encoding with encoding=, such as encoding=cp1252."
UNREADABLE = {
    "blank": (b"\n \n", "The file is empty; its first line must name the columns."),
    "no header": (b"Zoe,zoe@example.com\n", "The header has no column for name and email."),
    "no email": (b"name,phone\nZoe,1234\n", "The header has no column for email."),
    "email twice": (b"name,email,E-mail\n", "Two columns are taken for email."),
    "picture": (
        b"\x89PNG\r\n\x1a\n\0\0",
        "The file is a picture; save it as CSV, or as an Excel workbook (.xlsx).",
    ),
    "program": (
        b"\x7fELF\x02\x01\x01\0\xff\xfe\n\0",
        "The first line is not text; UTF-16 must begin with a byte order mark.",
    ),
    "latin-1": (FILE.encode("latin-1"), f"Line 2 is not UTF-8. {NAME_IT}"),
    "latin-1 far below": (FILE.encode() * 1_000 + b"\xe9", f"Line 2001 is not UTF-8. {NAME_IT}"),
    "utf-16 without BOM": (
        FILE.encode("utf-16-le"),
        "The first line is not text; UTF-16 must begin with a byte order mark.",
    ),
    "odd utf-16": (FILE.encode("utf-16") + b"\0", "The file begins as UTF-16 and does not go on as such."),
    "open quote": (
        b'name,email\nA,a@example.com\n"B,b@example.com\nC,c@example.com\n',
        "The record that begins on line 3 is not CSV: a quote is never closed.",
    ),
    "open quote in the header": (
        b'"name,email\nA,a@example.com\n',
        "The record that begins on line 1 is not CSV: a quote is never closed.",
    ),
    "quote inside": (
        b'name,email\n"A"B,a@example.com\n',
        "The record that begins on line 2 is not CSV: a closing quote is not at the end of its cell.",
    ),
    "truncated gzip": (gzip.compress(FILE.encode(), mtime=0)[:-9], "The file is damaged: it cannot be unpacked."),
    "truncated gzip of many lines": (
        gzip.compress(b"name,email\n" + b"".join(b"A,%d@x.co\n" % n for n in range(50_000)), mtime=0)[:-9],
        "The file is damaged: it cannot be unpacked.",
    ),
    "gzip in name": (b"\x1f\x8b", "The file is damaged: it cannot be unpacked."),
    "cell of 2 MB": (
        b"name,email\nA," + b"x" * 2_000_000,
        "The record that begins on line 2 is not CSV: a cell has more than 1,000,000 characters, "
        "or a quote is never closed.",
    ),
    "cell of 10 MB": (b"name,email\nA," + b"x" * 10_000_000, "Line 2 has 10,000,000 characters or more."),
}


@pytest.mark.parametrize(("file", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(alice, file, message):
    response = upload(alice, file)

    assert response.status_code == 400
    problem = response.json()
    assert problem["detail"] == f"Validation error: file: {message}"
    assert problem["errors"]["file"][0] == message
    assert not Client.objects.for_account(alice.account).exists()


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (b"Nom,Courriel\n", "Found: Nom, Courriel."),
        (b"x" * 1_000, f"Found: {'x' * 300}."),
        (FILE.encode("latin-1"), "Found: the byte 0xEB."),
    ],
)
def test_the_refusal_says_what_was_found(alice, file, found):
    assert upload(alice, file).json()["errors"]["file"][1] == found


def test_an_empty_file_of_a_form_is_refused(alice):
    detail = upload_form(alice, b"").json()["detail"]

    assert detail == "Validation error: file: The file is empty; its first line must name the columns."


def test_a_form_without_the_file_is_told_what_to_send(alice):
    body = b'--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--edge--\r\n'

    response = alice.post(URL, body, content_type="multipart/form-data; boundary=edge")

    assert response.status_code == 400
    assert response.json()["errors"] == {
        "clients": ["Send a list of clients as JSON, or a CSV file as the field `file`."]
    }


def test_other_kinds_of_bodies_are_not_taken(alice):
    assert alice.post(URL, b"<clients/>", content_type="application/xml").status_code == 415


@pytest.mark.parametrize(("rows", "status"), [(100, 200), (101, 413)])
def test_rows_are_limited(alice, monkeypatch, rows, status):
    """To a hundred thousand (test_bulk_import_json.py); here to fewer."""
    monkeypatch.setattr(kinds, "LIMITS", replace(kinds.LIMITS, rows=100))

    response = upload(alice, "name,email\n" + "x,y\n" * rows, dry_run="true")

    assert response.status_code == status
    assert status == 200 or response.json()["error_code"] == "PAYLOAD_TOO_LARGE"


def test_bytes_are_limited_once_unpacked(alice):
    wide = f"A,a@example.com,{'x' * 999_000}\n"
    file = gzip.compress(f"name,email,blob\n{wide * 51}".encode(), compresslevel=1, mtime=0)
    assert len(file) < 1_000_000

    response = upload(alice, file)

    assert response.status_code == 413
    assert not emails_of(alice)
