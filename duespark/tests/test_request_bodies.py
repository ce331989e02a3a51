"""Bodies that a hostile or clumsy client may send, whatever the endpoint."""

import pytest

from duespark.api.parsers import MAX_BODY

FORM = "application/x-www-form-urlencoded"


def problem(response, status, code):
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["error_code"] == code
    return response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", "line 1, column 2"),
        (b" ", "line 1, column 2"),
        (b'{"a": 1,}', "line 1, column 9"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'{"a": 1}\n{}', "line 2, column 1"),
        (b"[01]", "line 1, column 3"),
        (b"{\n  name: 1\n}", "line 2, column 3"),
        (b'"\x01"', "line 1, column 2"),
        (b"<xml/>", "line 1, column 1"),
        (b"name=Acme", "line 1, column 1"),
    ],
)
def test_malformed_json_is_told_where(alice, body, where):
    assert problem(alice.post("/clients/", body), 400, "MALFORMED_JSON") == f"Malformed JSON at {where}."


@pytest.mark.parametrize("body", [b"\xff", b'{"name": "\xe9"}', b'"\xed\xa0\x80"', '{"a": 1}'.encode("utf-16")])
def test_json_is_utf8(alice, body):
    assert "is not UTF-8" in problem(alice.post("/clients/", body), 400, "MALFORMED_JSON")


def test_a_byte_order_mark_is_passed_over(alice):
    assert alice.post("/clients/", b'\xef\xbb\xbf{"name": "A", "email": "a@example.com"}').status_code == 201


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
@pytest.mark.parametrize("body", [b"%s", b'{"payment_terms": %s}', b"[[%s]]"])
def test_what_is_no_json_number_is_malformed(alice, body, word):
    detail = problem(alice.post("/clients/", body % word), 400, "MALFORMED_JSON")

    assert detail == f"Malformed JSON: {word.decode()} is no JSON number."


def nested(depth):
    return b'{"name":"A","email":"a@example.com","x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_nesting_of_a_hundred_is_taken(alice):
    assert alice.post("/clients/", nested(100)).status_code == 201


@pytest.mark.parametrize("body", [nested(101), nested(100_000), b"[" * 900_000, b'{"a":' * 150_000])
def test_deeper_nesting_is_malformed(alice, body):
    detail = problem(alice.post("/clients/", body), 400, "MALFORMED_JSON")

    assert detail == "Malformed JSON: nested more than 100 levels deep."


def of_size(size):
    start = b'{"name":"A","email":"a@example.com","x":"'
    return start + b"x" * (size - len(start) - 2) + b'"}'


def test_a_megabyte_is_taken(alice):
    assert alice.post("/clients/", of_size(MAX_BODY)).status_code == 201


def test_a_byte_more_is_too_large(alice):
    detail = problem(alice.post("/clients/", of_size(MAX_BODY + 1)), 413, "PAYLOAD_TOO_LARGE")

    assert detail == "The body is larger than 1 MB."


@pytest.mark.parametrize("path", ["register", "login", "refresh", "logout", "password-reset-request", "password-reset"])
def test_a_large_body_is_too_large_for_nobody_as_well(nobody, path):
    problem(nobody.post(f"/auth/{path}", of_size(MAX_BODY + 1)), 413, "PAYLOAD_TOO_LARGE")


def test_a_large_form_is_too_large(nobody):
    body = b"username=" + b"a" * MAX_BODY

    problem(nobody.post("/auth/login", body, content_type=FORM), 413, "PAYLOAD_TOO_LARGE")


def test_a_large_form_is_too_large_for_the_back_office(nobody):
    body = b"username=" + b"a" * MAX_BODY

    assert nobody.post("/admin/login/", body, content_type=FORM).status_code == 413


def test_a_length_beyond_all_measure_is_too_large(alice):
    problem(alice.post("/clients/", b"{}", CONTENT_LENGTH="9" * 30), 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("length", ["abc", "", "0", "1", "-5", "1_0", "\xff"])
def test_a_length_of_nonsense_is_a_bad_request(alice, length):
    assert alice.post("/clients/", b'{"name": "A"}', CONTENT_LENGTH=length).status_code == 400


def test_a_form_of_too_many_fields_is_a_bad_request(nobody):
    problem(nobody.post("/auth/login", b"a=1&" * 2000, content_type=FORM), 400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "media_type",
    [FORM, "text/plain", "multipart/form-data; boundary=x", "application/xml", "json", "/", ";;;", "\xff", "x" * 5000],
)
def test_a_body_of_another_type_is_not_supported(alice, media_type):
    problem(alice.post("/clients/", b"{}", content_type=media_type), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "parameters", ["", "; charset=utf-8", ";charset=UTF-8", "; charset=latin-1", "; version=1", ";"]
)
def test_parameters_of_the_type_change_nothing(alice, parameters):
    body = '{"name": "Zoë", "email": "zoe@example.com"}'.encode()
    response = alice.post("/clients/", body, content_type=f"application/json{parameters}")

    assert (response.status_code, response.json()["name"]) == (201, "Zoë")


@pytest.mark.parametrize("body", [b"[]", b"5", b"1.5", b'"text"', b"true", b"null"])
@pytest.mark.parametrize("path", ["/clients/", "/invoices/", "/auth/register", "/auth/password-reset"])
def test_json_that_is_no_object_is_a_validation_error(alice, path, body):
    detail = problem(alice.post(path, body), 400, "VALIDATION_ERROR")

    assert detail.startswith("Validation error: ")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_body_where_none_belongs_is_passed_over(alice, acme, method):
    assert alice.call(method, f"/clients/{acme.id}", b"{ nonsense").status_code == 200
