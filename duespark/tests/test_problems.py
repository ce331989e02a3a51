"""Every layer refuses in application/problem+json."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin

from duespark.tests.urls import SECRET

MEMBERS = ["type", "title", "status", "detail", "error_code", "timestamp", "request_id"]


def problem(response, status, code):
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body = response.json()
    assert list(body)[:7] == MEMBERS
    assert (body["type"], body["status"], body["error_code"]) == ("about:blank", status, code)
    assert isinstance(body["detail"], str)
    return body


def test_it_is_whole(alice):
    body = problem(alice.get("/clients/client_unknown"), 404, "CLIENT_NOT_FOUND")

    moment = datetime.fromisoformat(body.pop("timestamp"))
    assert timedelta() <= datetime.now(UTC) - moment < timedelta(minutes=1)
    assert re.fullmatch("[0-9a-f]{32}", body.pop("request_id"))
    assert body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Client not found",
        "error_code": "CLIENT_NOT_FOUND",
    }


def test_the_time_is_utc_with_a_z(alice):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", alice.get("/nowhere").json()["timestamp"])


def test_the_request_id_is_in_a_header_too(alice):
    response = alice.get("/nowhere")

    assert response["X-Request-ID"] == response.json()["request_id"]


def test_a_request_id_that_is_sent_is_kept(alice):
    assert alice.get("/nowhere", HTTP_X_REQUEST_ID="trace-42/a.b:c").json()["request_id"] == "trace-42/a.b:c"


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", 'a"b', "\xff", "a\nb", "<script>", "a\x00"])
def test_a_strange_request_id_is_replaced(alice, sent):
    assert re.fullmatch("[0-9a-f]{32}", alice.get("/nowhere", HTTP_X_REQUEST_ID=sent).json()["request_id"])


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/", "/auth", "/auth/nowhere", "/auth/me/x", "/clients//"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_unknown_route(nobody, method, path):
    problem(nobody.call(method, path), 404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/auth/me%00", "/%ff%fe", "/\u00e9", "/auth/me%0a", "/" + "x" * 9000])
def test_a_strange_route(alice, path):
    problem(alice.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/auth/login", {"POST"}),
        ("PUT", "/auth/register", {"POST"}),
        ("POST", "/auth/me", {"GET", "HEAD"}),
        ("DELETE", "/clients/", {"GET", "HEAD", "POST"}),
        ("POST", "/clients/client_x", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("PUT", "/clients/bulk/import", {"POST"}),
        ("DELETE", "/", {"GET", "HEAD"}),
        ("TRACE", "/auth/me", {"GET", "HEAD"}),
        ("BREW", "/auth/me", {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(alice, method, path, allowed):
    response = alice.call(method, path)

    problem(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/xml;q=0.9", "nonsense", "/", ";", "\xff"])
def test_an_answer_that_is_no_json_is_not_to_be_had(alice, accept):
    problem(alice.get("/auth/me", HTTP_ACCEPT=accept), 406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/*",
        "application/json",
        "application/json; charset=utf-8",
        "text/html, */*;q=0.8",
        "application/json, text/plain, */*",
    ],
)
def test_json_is_what_most_accept(alice, accept):
    response = alice.get("/auth/me", **({"HTTP_ACCEPT": accept} if accept else {}))

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:evil", "a b", "\xff", "[::1", "testserver\x00", "x" * 5000]
)
@pytest.mark.parametrize("path", ["/auth/me", "/nowhere", "/"])
def test_a_bad_host(nobody, host, path):
    body = problem(nobody.get(path, HTTP_HOST=host), 400, "BAD_REQUEST")

    assert host not in body["detail"]


@pytest.mark.urls("duespark.tests.urls")
@pytest.mark.parametrize("path", ["/page/crash", "/api/crash", "/api/unspeakable"])
def test_a_crash_leaks_nothing(nobody, path):
    response = nobody.get(path)

    body = problem(response, 500, "INTERNAL_ERROR")
    assert body["detail"] == "Something went wrong on our side."
    for word in (SECRET, "RuntimeError", "KeyError", "Traceback", ".py"):
        assert word not in f"{response.headers}{response.content.decode()}"


@pytest.mark.urls("duespark.tests.urls")
@pytest.mark.parametrize("path", ["/page/crash", "/api/crash"])
def test_a_crash_is_logged_whole(nobody, path, caplog):
    nobody.get(path)

    assert SECRET in caplog.text


@pytest.mark.urls("duespark.tests.urls")
@pytest.mark.parametrize("path", ["/page/forbid", "/api/forbid"])
def test_a_refusal_leaks_nothing(nobody, path):
    response = nobody.get(path)

    problem(response, 403, "PERMISSION_DENIED")
    assert SECRET not in response.content.decode()


def test_the_back_office_refuses_in_html(client, db):
    response = client.get("/admin/nowhere/")

    assert response.status_code == 302  # to its own login, which has no JSON for people
    assert client.get(response["Location"])["Content-Type"].startswith("text/html")


def test_the_back_office_has_no_json_for_what_is_not_there(boss):
    response = boss.get("/admin/nowhere/")

    assert (response.status_code, response["Content-Type"].split(";")[0]) == (404, "text/html")


def test_the_back_office_has_no_json_for_a_crash(boss, monkeypatch):
    monkeypatch.setattr(admin.site, "each_context", lambda request: 1 / 0)
    response = boss.get("/admin/")

    assert (response.status_code, response["Content-Type"].split(";")[0]) == (500, "text/html")
    assert b"ZeroDivisionError" not in response.content


def test_the_head_of_an_error_has_no_body(alice):
    response = alice.call("HEAD", "/nowhere")

    assert (response.status_code, response.content) == (404, b"")
