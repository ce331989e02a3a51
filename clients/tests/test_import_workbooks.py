"""Excel workbooks: cells become text as CSV would have it, and what is no workbook is refused in one sentence."""

import errno
import io
import re
import sys
import warnings
import zipfile
from dataclasses import replace
from datetime import date, datetime, time

import openpyxl
import pytest

from clients.importing import CLIENT_COLUMNS, Limits, kinds, rows_of_file, workbook
from clients.models import Invoice
from clients.tests.commands import run
from clients.tests.imports import URL, WORKBOOK, clients_of, emails_of, upload, upload_form

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER = ["name", "email", "phone"]
DAMAGED = "The file is damaged, or no Excel workbook (.xlsx): it cannot be read."


def workbook_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHARED = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SPREADSHEET}.sharedStrings+xml"/></Types>'


def repacked(file, sheet, strings=None):
    """The workbook with another sheet, whose cells may share strings."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | {"xl/worksheets/sheet1.xml": sheet}
        if strings:
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", SHARED.encode())
            items = "".join(f"<si><t>{string}</t></si>" for string in strings)
            parts["xl/sharedStrings.xml"] = f'<sst xmlns="{NAMESPACE}">{items}</sst>'.encode()
        for name, part in parts.items():
            new.writestr(name, part)
    return changed.getvalue()


def sheet_of(rows):
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


GOOD = workbook_of(HEADER, ["Zoë", "zoe@example.com", "555-0000"])


def cells_of(*rows):
    source = rows_of_file(io.BytesIO(workbook_of(*rows)), CLIENT_COLUMNS, Limits())
    return [batch.cells(index) for batch in source.batches for index in range(len(batch))]


def test_a_workbook_is_imported_from_a_body(alice):
    report = alice.post(URL, GOOD, content_type=WORKBOOK).json()

    assert (report["created"], report["columns"]) == (1, {"name": "name", "email": "email", "phone": "phone"})
    assert clients_of(alice).get().name == "Zoë"


def test_a_workbook_is_imported_from_a_form(alice):
    assert upload_form(alice, GOOD, name="clients.xlsx").json()["created"] == 1


def test_a_workbook_is_imported_by_the_command(alice, tmp_path):
    (tmp_path / "clients.xlsx").write_bytes(GOOD)

    assert run("import_clients", str(tmp_path / "clients.xlsx"), account="alice@example.com").code == 0
    assert emails_of(alice) == ["zoe@example.com"]


def test_a_workbook_may_come_through_a_pipe(alice, monkeypatch):
    pipe = io.BufferedReader(io.BytesIO(GOOD))
    pipe.raw.seekable = lambda: False
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe))

    assert run("import_clients", "-", account="alice@example.com").code == 0
    assert emails_of(alice) == ["zoe@example.com"]


def test_dates_and_amounts_arrive_as_they_are(alice, acme, tmp_path):
    header = ["Email", "Invoice #", "Date", "Due", "Total"]
    row = ["billing@acme.com", 1001, datetime(2024, 1, 15), date(2024, 2, 14), 1250.1]
    (tmp_path / "invoices.xlsx").write_bytes(workbook_of(header, row))

    assert run("import_invoices", str(tmp_path / "invoices.xlsx"), account="alice@example.com").code == 0
    invoice = Invoice.objects.for_account(alice.account).get()
    assert (invoice.invoice_number, str(invoice.amount)) == ("1001", "1250.10")
    assert (invoice.issue_date, invoice.due_date) == (date(2024, 1, 15), date(2024, 2, 14))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (7.0, "7"),
        (1e20, "100000000000000000000"),
        (1250.1, "1250.1"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (date(2024, 1, 15), "2024-01-15"),
        (datetime(2024, 1, 15, 10, 30), "2024-01-15T10:30:00"),
        (time(10, 30), "10:30:00"),
        ("#REF!", "#REF!"),
        ("=1+1", ""),  # nobody has computed it yet
        ("007", "007"),
    ],
)
def test_a_cell_becomes_the_text_that_csv_would_have(value, text):
    assert cells_of(["name", "email", "notes", "phone"], ["A", "a@example.com", value, "x"]) == [
        ["A", "a@example.com", text, "x"]
    ]


def test_blank_rows_and_blank_ends_are_nothing():
    header = [*HEADER, None, " "]

    assert cells_of([], [None], header, [], ["A", "a@example.com", None, None, " "], [None, " "]) == [
        ["A", "a@example.com", ""]
    ]


def test_a_row_with_more_cells_than_the_header_is_an_error_of_its_row(alice):
    report = upload(alice, workbook_of(HEADER, ["A", "a@example.com", None, "x"])).json()

    assert report["errors"][0]["detail"] == "Validation error: Must have as many cells as the header, 3, not 4."


def test_the_first_sheet_is_read(alice):
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    book.create_sheet("Other").append(["nothing"])
    file = io.BytesIO()
    book.save(file)

    assert upload(alice, file.getvalue()).json()["created"] == 1


def test_dimensions_that_a_program_wrote_wrong_are_nothing(alice):
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(
        f"<row>{cell.format(one)}{cell.format(two)}</row>" for one, two in (HEADER[:2], ["A", "a@b.example"])
    )
    sheet = sheet_of(rows).replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>')

    assert upload(alice, repacked(GOOD, sheet)).json()["created"] == 1


def archive_of(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def without_sheets():
    """As a workbook of charts alone has none."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(b"<sheets>.*</sheets>", b"<sheets/>", old.read(name)))
    return changed.getvalue()


UNREADABLE = {
    "magic alone": (b"PK\x03\x04\x14\0", DAMAGED),
    "cut short": (GOOD[:-100], DAMAGED),
    "a bad sheet": (repacked(GOOD, b"<worksheet><sheetData><row>"), DAMAGED),
    "a manifest alone": (archive_of(**{"[Content_Types].xml": "<Types/>"}), DAMAGED),
    "another archive": (
        archive_of(clients="name,email\n"),
        "The file is a ZIP archive, and no Excel workbook (.xlsx); unpack it first.",
    ),
    "an old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "The file is an Excel workbook of the old kind (.xls), or one with a password; "
        "save it as CSV, or as an Excel workbook (.xlsx).",
    ),
    "no sheet": (without_sheets(), "The workbook has no sheet."),
    "no rows": (workbook_of(), "The file is empty; its first line must name the columns."),
    "no header": (workbook_of(["Zoe", 7]), "The header has no column for name and email."),
    "a row of any number": (repacked(GOOD, sheet_of('<row r="99999999"><c><v>1</v></c></row>')), DAMAGED),
}


@pytest.mark.parametrize(("file", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_workbook_is_refused_in_one_sentence(alice, file, message):
    response = upload(alice, file)

    assert response.status_code == 400
    assert response.json()["detail"] == f"Validation error: file: {message}"


def test_a_cell_of_10_mb_is_refused_in_one_sentence(alice):
    response = upload(alice, workbook_of(["name", "email"], ["x" * 32_000, "a@example.com"]))
    assert response.status_code == 200

    cell = f'<row><c t="inlineStr"><is><t>{"x" * 10_000_000}</t></is></c></row>'
    response = upload(alice, repacked(GOOD, sheet_of(cell)))

    assert response.json()["detail"] == (
        "Validation error: file: Row 1 of the sheet has a cell of more than 1,000,000 characters."
    )


def test_bytes_are_limited_once_unpacked(alice):
    file = repacked(GOOD, sheet_of(" " * 50_000_000))
    assert len(file) < 1_000_000

    assert upload(alice, file).status_code == 413


def test_cells_that_are_few_bytes_and_much_text_are_limited_too(alice):
    header = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    row = "<row>" + '<c t="s"><v>2</v></c>' * 10 + "</row>"
    file = repacked(GOOD, sheet_of(header + row * 60), ["name", "email", "x" * 90_000])
    assert len(file) < 1_000_000

    assert upload(alice, file).status_code == 413


@pytest.mark.parametrize(("rows", "status"), [(100, 200), (101, 413)])
def test_rows_are_limited(alice, monkeypatch, rows, status):
    """To a hundred thousand (test_bulk_import_json.py); here to fewer."""
    monkeypatch.setattr(kinds, "LIMITS", replace(kinds.LIMITS, rows=100))
    header = '<row><c t="inlineStr"><is><t>name</t></is></c><c t="inlineStr"><is><t>email</t></is></c></row>'
    file = repacked(GOOD, sheet_of(header + "<row><c><v>1</v></c></row>" * rows))

    assert upload(alice, file, dry_run="true").status_code == status


def test_a_part_that_is_read_whole_is_limited_far_below(alice):
    """Of a few bytes packed, which would be a hundred times as many in memory."""
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there are two
        archive.writestr("xl/styles.xml", "<a/>" * 500_001)

    assert upload(alice, file.getvalue()).status_code == 413


def test_an_error_of_the_disk_is_not_the_workbooks(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError(errno.EIO, "a bad block")

    monkeypatch.setattr(workbook, "load_workbook", fail)
    with pytest.raises(OSError, match="a bad block"):
        rows_of_file(io.BytesIO(GOOD), CLIENT_COLUMNS, Limits())
