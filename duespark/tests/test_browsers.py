"""What browsers are told to make of an answer."""

import pytest

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OF_DATA = EVERYWHERE | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Permissions-Policy": None,
}
OF_PAGES = EVERYWHERE | {
    "Content-Security-Policy": PAGE_POLICY,
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HTML = {"HTTP_ACCEPT": "text/html"}


def told(response, headers):
    return {name: response.get(name) for name in headers}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/clients/", 200),
        ("GET", "/clients/export", 200),
        ("POST", "/clients/", 400),
        ("POST", "/auth/login", 400),
        ("GET", "/clients/client_unknown", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/auth/me", 405),
    ],
)
def test_data_is_nothing_to_show_or_to_keep(alice, method, path, status):
    response = alice.call(method, path)

    assert response.status_code == status
    assert told(response, OF_DATA) == OF_DATA


def test_who_has_a_client_may_keep_it_and_asks_whether_it_still_holds(alice, acme):
    whole = alice.get(f"/clients/{acme.pk}")
    unchanged = alice.get(f"/clients/{acme.pk}", HTTP_IF_NONE_MATCH=whole["ETag"])

    assert (whole["Cache-Control"], unchanged["Cache-Control"]) == ("private, no-cache", "private, no-cache")


def test_nor_is_what_a_stranger_is_told(nobody):
    response = nobody.get("/clients/")

    assert response.status_code == 401
    assert told(response, OF_DATA) == OF_DATA


@pytest.mark.parametrize("path", ["/", "/docs", "/admin/login/"])
def test_a_page_may_use_what_this_host_serves(nobody, path):
    response = nobody.get(path, **HTML)

    assert response.status_code == 200
    assert told(response, OF_PAGES) == OF_PAGES


def test_staffs_pages_are_kept_by_no_cache(boss):
    assert "no-store" in boss.get("/admin/")["Cache-Control"]


@pytest.mark.parametrize("path", ["", "clients/client/", "clients/invoice/", "clients/client/add/", "accounts/user/"])
def test_no_page_of_the_back_office_has_anything_inline(boss, acme, path):
    """The policy would have browsers pass it over."""
    page = boss.get(f"/admin/{path}").content.decode()

    assert "<script>" not in page
    assert "<style" not in page
    assert not any(f" {inline}=" in page for inline in ("style", "onchange", "onclick", "onsubmit", "onload"))


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_nor_has_any_other_page(nobody, path):
    page = nobody.get(path, **HTML).content.decode()

    assert "<script>" not in page
    assert "<style" not in page


def test_the_documentation_finds_its_script(nobody):
    response = nobody.get("/docs?script=")

    assert (response.status_code, response["Content-Type"]) == (200, "application/javascript")
    assert 'url: "/schema"' in response.content.decode()


def test_tls_is_asked_for_where_there_is_tls(nobody):
    plain, encrypted = (nobody.get("/clients/", **{"wsgi.url_scheme": scheme}) for scheme in ("http", "https"))

    assert not plain.has_header("Strict-Transport-Security")
    assert encrypted["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
