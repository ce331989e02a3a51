"""Requests as a server hands them over, where no test client has tidied them up."""

import gzip
import json
from contextlib import closing
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from clients.models import Client, ImportDraft
from conftest import PASSWORD
from duespark.api.parsers import MAX_BODY
from duespark.wsgi import application

pytestmark = pytest.mark.django_db(transaction=True)

SENT = 3 * MAX_BODY
FORM = "application/x-www-form-urlencoded"
CODECS = [
    "punycode",
    "zlib",
    "idna",
    "rot13",
    "undefined",
    "unicode_escape",
    "utf-7",
    "utf-16",
    "cp037",
    "nonsense",
    "\xff",
]


def ask(method, path, body=b"", **environ):
    """The status and the body of the answer."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **environ,
    }
    setup_testing_defaults(environ)
    status = []
    with closing(application(environ, lambda line, headers: status.append(int(line.split()[0])))) as answer:
        return status[0], json.loads(b"".join(answer))


@pytest.mark.parametrize("codec", CODECS)
def test_a_form_is_utf8_whatever_its_charset_says(codec):
    body = b"username=%c3%a9%ff&password=x"

    assert ask("POST", "/auth/login", body, CONTENT_TYPE=f"{FORM}; charset={codec}")[0] == 401


@pytest.mark.parametrize("codec", CODECS)
def test_a_query_is_utf8_whatever_the_charset_of_the_body(alice, acme, codec):
    acme.edit(name="Zoë")
    status, body = ask(
        "GET",
        "/clients/?search=Zo%c3%ab",
        CONTENT_TYPE=f"application/json; charset={codec}",
        HTTP_AUTHORIZATION=f"Bearer {alice.tokens['access_token']}",
    )

    assert (status, body["total"]) == (200, 1)


@pytest.mark.parametrize("parameter", ["a*=nonsense''x", "charset*=nonsense''x", "a*=\xff''x"])
def test_a_content_type_beyond_reading_is_not_supported(parameter):
    status, body = ask("POST", "/auth/login", b"{}", CONTENT_TYPE=f"application/json; {parameter}")

    assert (status, body["error_code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("query", ["page=%ff", "search=%00", "search=%ed%a0%80", "sort_by=%c3%28", "limit=%e2%82%ac"])
def test_a_query_of_strange_bytes_is_no_crash(alice, query):
    status, _ = ask("GET", f"/clients/?{query}", HTTP_AUTHORIZATION=f"Bearer {alice.tokens['access_token']}")

    assert status in (200, 400)


def test_a_query_of_too_many_parameters_is_a_bad_request(alice):
    authorization = f"Bearer {alice.tokens['access_token']}"
    status, body = ask("GET", "/clients/?" + "a=1&" * 2000, HTTP_AUTHORIZATION=authorization)

    assert (status, body["error_code"]) == (400, "BAD_REQUEST")


def test_a_body_in_chunks_is_read(alice):
    credentials = json.dumps({"username": "alice@example.com", "password": PASSWORD}).encode()
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    status, body = ask("POST", "/auth/login", credentials, **chunked)

    assert (status, body["user"]["id"]) == (200, alice.user.id)


def test_a_large_body_in_chunks_is_too_large():
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    status, body = ask("POST", "/auth/login", b" " * (MAX_BODY + 1), **chunked)

    assert (status, body["error_code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    ("path", "received"),
    [
        ("/auth/login", MAX_BODY),
        ("/clients/", MAX_BODY),
        ("/nowhere", MAX_BODY),
        ("/clients/bulk/import", 3 * MAX_BODY),
    ],
)
def test_no_more_is_received_in_chunks_than_shows_that_it_is_too_large(path, received):
    sent = BytesIO(b" " * SENT)
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    status, _ = ask("POST", path, **chunked, **{"wsgi.input": sent})

    assert status in (401, 404, 413)
    assert received <= sent.tell() < received + 65536 + 1


def test_a_file_for_the_back_office_comes_whole_in_chunks(boss, alice):
    file = b"name,email\n" + b"".join(b"Client,client%d@example.com\n" % n for n in range(60_000))
    fields = {"account": alice.account.pk, "kind": "clients", "on_duplicate": "error", "encoding": ""}
    upload = {**fields, "csrfmiddlewaretoken": "x" * 32, "file": SimpleUploadedFile("clients.csv", file)}
    assert len(file) > MAX_BODY

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/admin/clients/import/add/",
        "CONTENT_TYPE": MULTIPART_CONTENT,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_COOKIE": f"sessionid={boss.cookies['sessionid'].value}; csrftoken={'x' * 32}",
        "wsgi.input": BytesIO(encode_multipart(BOUNDARY, upload)),
    }
    setup_testing_defaults(environ)
    with closing(application(environ, lambda *answer: None)):
        [draft] = ImportDraft.objects.all()
    assert draft.preview["counts"]["created"] == 60_000


def test_a_body_in_chunks_of_something_coded_is_no_empty_one():
    coded = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "gzip, chunked", "CONTENT_TYPE": "application/json"}
    status, body = ask("POST", "/auth/login", gzip.compress(b"{}", mtime=0), **coded)

    assert (status, body["error_code"]) == (400, "MALFORMED_JSON")


FILE = b"name,email\nA,a@example.com\nB,b@example.community\n"
FIELD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="clients.csv"\r\n\r\n%s\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("content_type", "whole"),
    [
        ("text/csv", FILE),
        ("multipart/form-data; boundary=x", FIELD % FILE),
        ("application/json", b'{"clients": [{"name": "A", "email": "a@example.com"}]}    '),
    ],
)
def test_a_body_that_is_broken_off_is_not_taken_for_a_shorter_one(alice, content_type, whole):
    authorized = {"CONTENT_TYPE": content_type, "HTTP_AUTHORIZATION": f"Bearer {alice.tokens['access_token']}"}
    path, broken_off = "/clients/bulk/import", BytesIO(whole[:-3])
    status, body = ask("POST", path, whole, **authorized, **{"wsgi.input": broken_off})

    assert (status, body["error_code"]) == (400, "BAD_REQUEST")
    assert not Client.objects.exists()
    assert ask("POST", path, whole, **authorized)[0] == 200


def test_a_head_is_answered_by_headers_alone(alice):
    seen = {}
    environ = {"REQUEST_METHOD": "HEAD", "PATH_INFO": "/clients/", "HTTP_HOST": "localhost", "wsgi.input": BytesIO()}
    environ["HTTP_AUTHORIZATION"] = f"Bearer {alice.tokens['access_token']}"
    setup_testing_defaults(environ)
    answer = b"".join(application(environ, lambda line, headers: seen.update(headers)))

    assert answer == b""
    assert seen["Content-Length"] == str(len(alice.get("/clients/").content))
