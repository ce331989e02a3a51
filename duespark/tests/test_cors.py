import pytest
from django.test import override_settings

APP = "https://app.example.com"

pytestmark = pytest.mark.usefixtures("listed")


@pytest.fixture
def listed():
    with override_settings(CORS_ALLOWED_ORIGINS=[APP]):
        yield


def preflight(caller, origin=APP, path="/clients/", method="POST", headers="authorization,content-type"):
    return caller.call(
        "OPTIONS",
        path,
        HTTP_ORIGIN=origin,
        HTTP_ACCESS_CONTROL_REQUEST_METHOD=method,
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS=headers,
    )


@pytest.mark.parametrize("path", ["/clients/", "/clients", "/clients/client_x", "/auth/login", "/auth/logout"])
def test_the_preflight_needs_no_token(nobody, path):
    response = preflight(nobody, path=path)

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize("header", ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"])
def test_the_preflight_allows_the_headers_we_read(nobody, header):
    assert header in preflight(nobody)["Access-Control-Allow-Headers"].lower().split(", ")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_the_preflight_allows_the_methods_we_have(nobody, method):
    assert method in preflight(nobody)["Access-Control-Allow-Methods"].split(", ")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://app.example.com", f"{APP}.evil.example", "null", "x"]
)
def test_another_origin_is_allowed_nothing(alice, origin):
    for response in (preflight(alice, origin), alice.get("/auth/me", HTTP_ORIGIN=origin)):
        assert not response.has_header("Access-Control-Allow-Origin")


def test_an_answer_may_be_read_by_the_origin(alice):
    response = alice.get("/auth/me", HTTP_ORIGIN=APP)

    assert response["Access-Control-Allow-Origin"] == APP
    assert "origin" in response["Vary"].lower()


@pytest.mark.parametrize(("path", "status"), [("/auth/me", 401), ("/nowhere", 404), ("/auth/login", 405)])
def test_an_error_may_be_read_by_the_origin(nobody, path, status):
    response = nobody.get(path, HTTP_ORIGIN=APP)

    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (status, APP)


@pytest.mark.urls("duespark.tests.urls")
@pytest.mark.parametrize("path", ["/api/crash", "/page/crash"])
def test_a_crash_may_be_read_by_the_origin(nobody, path):
    assert nobody.get(path, HTTP_ORIGIN=APP)["Access-Control-Allow-Origin"] == APP


@pytest.mark.parametrize("header", ["ETag", "Idempotent-Replayed", "Location", "Retry-After", "X-Request-ID"])
def test_the_origin_may_read_our_headers(alice, header):
    assert header in alice.get("/auth/me", HTTP_ORIGIN=APP)["Access-Control-Expose-Headers"].split(", ")


def test_no_cookie_travels(alice):
    assert not alice.get("/auth/me", HTTP_ORIGIN=APP).has_header("Access-Control-Allow-Credentials")


@override_settings(CORS_ALLOWED_ORIGINS=[])
def test_with_no_origin_listed_there_is_none(alice):
    assert not alice.get("/auth/me", HTTP_ORIGIN=APP).has_header("Access-Control-Allow-Origin")
