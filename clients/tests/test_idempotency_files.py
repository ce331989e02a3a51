"""Idempotency-Key on bodies of every kind: what is the same is what was sent, not the form in which it came."""

import io

import pytest
from openpyxl import Workbook

from accounts.models import KeptAnswer
from clients.models import Client
from clients.tests.imports import URL, WORKBOOK, emails_of
from duespark.api import parsers

CSV = b"name,email\nAcme,billing@acme.com\nGlobex,pay@globex.example\n"
LARGE = b"name,email\n" + b"".join(b"Client,client%05d@example.com\n" % number for number in range(2000))


def form(edge, *parts):
    """A multipart body: of each part the name, the content and, of a file, its own name."""
    body = b""
    for name, content, *filename in parts:
        file = f'; filename="{filename[0]}"' if filename else ""
        body += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
    return body + f"--{edge}--\r\n".encode()


def send_form(caller, *parts, edge="edge"):
    content_type = f"multipart/form-data; boundary={edge}"
    return caller.post(URL, form(edge, *parts), content_type=content_type, HTTP_IDEMPOTENCY_KEY="k")


def send_file(caller, content, content_type="text/csv"):
    return caller.post(URL, content, content_type=content_type, HTTP_IDEMPOTENCY_KEY="k")


def workbook():
    book = Workbook()
    book.active.append(["name", "email"])
    book.active.append(["Acme", "billing@acme.com"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"clients": [{"name": "Acme", "email": "billing@acme.com"}]}', "application/json"),
        (CSV, "text/csv"),
        (CSV, "text/csv; charset=utf-8"),
        (LARGE, "text/csv"),
        (workbook(), WORKBOOK),
    ],
    ids=["list", "CSV", "charset", "on disk", "workbook"],
)
def test_an_import_is_done_once(alice, monkeypatch, body, content_type):
    monkeypatch.setattr(parsers, "SPOOL", 10_000)
    first, again = (send_file(alice, body, content_type) for _ in range(2))
    assert (first.status_code, first.json()["error_count"]) == (200, 0)
    assert (again["Idempotent-Replayed"], again.content) == ("true", first.content)
    assert Client.objects.count() == first.json()["created"] > 0


@pytest.mark.parametrize("content", [CSV, LARGE], ids=["in memory", "on disk"])
def test_a_form_is_the_same_whatever_its_boundary_its_order_and_its_files_name(alice, settings, content):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000
    encoding = ("encoding", b"utf-8")
    first = send_form(alice, encoding, ("file", content, "clients.csv"))
    again = send_form(alice, ("file", content, "tmp-x7.csv"), encoding, edge="another-edge")
    assert (first.status_code, first.json()["error_count"]) == (200, 0)
    assert (again["Idempotent-Replayed"], again.content) == ("true", first.content)


@pytest.mark.parametrize(
    "other",
    [
        [("file", CSV.replace(b"Acme", b"Acne"), "clients.csv"), ("encoding", b"utf-8")],
        [("file", CSV, "clients.csv"), ("encoding", b"cp1252")],
        [("file", CSV, "clients.csv")],
        [("file", CSV, "clients.csv"), ("encoding", b"utf-8"), ("encoding", b"utf-8")],
        [("file", CSV, "clients.csv"), ("encoding", b"utf-8"), ("more", b"")],
        [("file", CSV), ("encoding", b"utf-8")],
        [("fileencoding", CSV, "clients.csv"), ("", b"utf-8")],
    ],
    ids=["content", "field", "no field", "field twice", "field more", "text for a file", "names"],
)
def test_another_form_is_another_request(alice, other):
    assert send_form(alice, ("file", CSV, "clients.csv"), ("encoding", b"utf-8")).status_code == 200
    assert send_form(alice, *other).status_code == 422


@pytest.mark.parametrize(
    ("body", "content_type"), [(CSV + b"\n", "text/csv"), (CSV, WORKBOOK), (b"", "text/csv")], ids=str
)
def test_another_file_or_type_is_another_request(alice, body, content_type):
    assert send_file(alice, CSV).status_code == 200
    assert send_file(alice, body, content_type).status_code == 422


def test_a_dry_run_is_kept_and_writes_nothing(alice):
    path = f"{URL}?dry_run=true"
    first, again = (alice.post(path, CSV, content_type="text/csv", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert (first.json()["created"], first.json()["dry_run"], again.content) == (2, True, first.content)
    assert emails_of(alice) == []


def test_rows_that_exist_and_rows_that_are_new_are_told_apart_within_the_larger_transaction(alice, acme):
    """An import knows the rows it made by their transaction's number, and here it is a part of another."""
    body = b"name,email\nAcme,billing@acme.com\nNew,new@example.com\nAgain,new@example.com\n,x\n"
    report = send_file(alice, body).json()
    assert [report[name] for name in ("created", "skipped", "error_count", "total")] == [1, 0, 3, 4]
    assert [error["row"] for error in report["errors"]] == [1, 3, 4]
    assert emails_of(alice) == ["billing@acme.com", "new@example.com"]


def test_a_file_that_cannot_be_read_is_not_kept(alice):
    assert send_file(alice, b"nothing,known\n1,2\n").status_code == 400
    assert not KeptAnswer.objects.exists()
    assert send_file(alice, CSV).json()["created"] == 2
