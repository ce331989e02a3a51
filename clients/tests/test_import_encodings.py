"""Files in other encodings than UTF-8: read in the one that is named, and never guessed."""

import pytest

from clients.tests.commands import run
from clients.tests.imports import clients_of, emails_of, upload, upload_form

TEXT = "name,email\nZoë Größe,zoe@example.com\n"
UNKNOWN = "There is no such encoding; some that there are: utf-8, utf-16, cp1252, latin-1, shift_jis."


@pytest.mark.parametrize("encoding", ["cp1252", "Windows-1252", "latin-1", "ISO-8859-15", "mac_roman", "utf-16-be"])
def test_a_named_encoding_is_read(alice, encoding):
    assert upload(alice, TEXT.encode(encoding), encoding=encoding).json()["created"] == 1
    assert clients_of(alice).get().name == "Zoë Größe"


@pytest.mark.parametrize(("encoding", "name"), [("shift_jis", "株式会社"), ("cp1253", "Ωδή"), ("gb18030", "公司")])
def test_other_scripts_are_read_too(alice, encoding, name):
    upload(alice, f"name,email\n{name},a@example.com\n".encode(encoding), encoding=encoding)

    assert clients_of(alice).get().name == name


def test_a_forms_field_names_the_encoding_too(alice):
    assert upload_form(alice, TEXT.encode("cp1252"), encoding="cp1252").json()["created"] == 1


def test_the_commands_option_names_the_encoding(alice, tmp_path):
    (tmp_path / "in.csv").write_bytes(TEXT.encode("cp1252"))

    assert run("import_clients", tmp_path / "in.csv", account="alice@example.com", encoding="cp1252").code == 0
    assert clients_of(alice).get().name == "Zoë Größe"


def test_utf_8_that_is_named_may_have_a_byte_order_mark(alice):
    assert upload(alice, TEXT.encode("utf-8-sig"), encoding="utf-8").json()["columns"] == {
        "name": "name",
        "email": "email",
    }


@pytest.mark.parametrize(
    "encoding", ["klingon", "base64", "hex", "rot13", "punycode", "idna", "unicode_escape", "utf-7", "undefined", "\0"]
)
def test_what_is_no_encoding_of_a_table_is_refused(alice, encoding):
    response = upload(alice, TEXT, encoding=encoding)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["encoding"]
    assert not emails_of(alice)


def test_the_refusal_says_what_there_is(alice, tmp_path):
    (tmp_path / "in.csv").write_text(TEXT)

    outcome = run("import_clients", tmp_path / "in.csv", account="alice@example.com", encoding="klingon")

    assert (outcome.code, outcome.err) == (2, f"{UNKNOWN} Found: klingon.\n")
    assert upload(alice, TEXT, encoding="klingon").json()["detail"] == f"Validation error: encoding: {UNKNOWN}"


@pytest.mark.parametrize(
    ("encoding", "file", "message"),
    [
        ("cp1252", b"name,email\nA,a@example.com\n\x81,b@example.com\n", "Line 3 is not cp1252."),
        ("ascii", TEXT.encode(), "Line 2 is not ascii."),
        ("utf-16-le", "name,email\n".encode("utf-16-le") + b"\0", "The file is not utf-16-le."),
    ],
)
def test_bytes_that_the_named_encoding_has_not_are_refused(alice, encoding, file, message):
    response = upload(alice, file, encoding=encoding)

    assert response.status_code == 400
    assert response.json()["errors"]["encoding"][0] == message
    assert not emails_of(alice)


def test_the_line_is_named_however_far_down_the_file_it_is(alice):
    above = "name,email\n" + "".join(f"Client {number},{number}@example.com\n" for number in range(2, 6000))

    response = upload(alice, above.encode() + b"Zo\xeb,zoe@example.com\n")

    assert response.json()["errors"]["file"][0].startswith("Line 6000 is not UTF-8.")
