"""Requests that no OpenAPI document would lead to: bytes on a socket, as odd as HTTP lets them be, and beyond."""

import json
import socket
from contextlib import suppress
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

PATIENCE = 60  # seconds for an answer
PATHS = [
    *("/", "/schema", "/auth/login", "/auth/logout", "/auth/me", "/auth/refresh", "/auth/register"),
    *("/clients", "/clients/", "/clients/export", "/clients/bulk/import", "/invoices/", "/invoices/bulk/import"),
    *("/clients/client_01h455vb4pex5vsknk084sn02q", "/clients/client_01h455vb4pex5vsknk084sn02q/stats"),
    *("/clients/%00", "/clients/%ff%fe", "/clients/%ed%a0%80/stats", "/clients/..%2f..", "//clients//", "/clients;a=b"),
    *(
        "/invoices/invoice_01h455vb4pex5vsknk084sn02q/payments/",
        "/invoices/" + "9" * 4000,
        "/cliënts".encode().decode("latin-1"),
    ),
]
QUERIES = [
    *("", "?page=1&page=2", "?page=%00", "?limit=99999999999999999999", "?search=%ed%a0%80", "?search=%", "?=&&=;"),
    *(
        "?is_active=%F0%9F%92%A9",
        "?sort_by[]=name",
        "?cursor=%00",
        "?cursor=a:b",
        "?fields=,,",
        "?period=all&period=1m",
    ),
    *("?client_id[$ne]=1", "?due_after=0000-00-00", "?min_amount=1e400", "?max_amount=NaN", "?search=" + "%25" * 700),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "M-SEARCH", "QUERY"]
BODIES = [
    *(b"", b"{", b"[]", b"null", b'""', b"0", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"{} {}", b"\x00", b"%PDF-1.4"),
    *(
        b'{"name": "\\ud800", "email": "a@b.co"}',
        b'{"name": "a\\u0000b", "email": "a@b.co"}',
        b'{"name": "\xed\xa0\x80"}',
    ),
    *(
        b'{"name": "A", "name": "B", "email": "c@d.co", "email": 5}',
        b'{"name": "A", "email": "a@b.co", "__proto__": {}}',
    ),
    *(b'{"amount": 1e400}', b'{"amount": NaN}', b'{"amount": ' + b"9" * 5000 + b"}", b'{"payment_terms": -0}'),
    *(b"[" * 5000, b'{"address": ' * 101 + b"1" + b"}" * 101, b'{"clients": [' + b"{}," * 2000 + b"7]}"),
    *(
        b"name,email\n\x00,\x00\n",
        b"name=A&email=%00&password=%ff",
        b"--x\r\n\r\n--x--",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
    ),
]
HEADERS = {
    "Accept": [
        "",
        "*/*",
        "text/html",
        "a",
        ";;;",
        "application/json;q=x",
        "application/*;q=0",
        "*/json",
        "\xff",
        ", ," * 500,
    ],
    "Content-Type": [
        *(
            "",
            "application/json",
            "application/json; charset=punycode",
            "application/json; charset=\xff",
            "json",
            "/",
            ";",
        ),
        *(
            "text/csv; charset=utf-7",
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "image/png",
        ),
        *(
            "multipart/form-data; boundary=" + "x" * 300,
            "application/x-www-form-urlencoded; charset=idna",
            "a/b; c*=utf-8''%ff",
        ),
    ],
    "Authorization": [
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "bearer \xff",
        "Basic Og==",
        "Digest a=b",
        "Bearer " + "x" * 7000,
    ],
    "X-Request-ID": ["", "a b", "\xff", "<script>", "x" * 500, "ok-1"],
    "Host": ["", "evil.example", "127.0.0.1:99999", "[::1", "a b", "\xff"],
    "Transfer-Encoding": ["gzip", "chunked, chunked", "identity", "\x0bchunked"],
    "Content-Length": ["-1", "x", "99999999999999999999", "1_0", "+5"],
    "Content-Encoding": ["gzip", "br", "nonsense"],
    "X-Forwarded-For": ["", ",", "\xff", "1.2.3.4, " * 300, "::1%eth0"],
    "X-Forwarded-Proto": ["https", "javascript", "\xff"],
    "X-HTTP-Method-Override": ["DELETE"],
    "Range": ["bytes=0-0", "bytes=-1,5-2", "x"],
    "If-None-Match": ["*", '"', 'W/"a"', "\xff"],
    "If-Match": ["*", '"', "\xff"],
    "If-Modified-Since": ["yesterday", "Thu, 99 Foo 99999 99:99:99 GMT", "\xff"],
    "Idempotency-Key": ["", '"', "\xff", "k" * 5000],
    "Cookie": ["sessionid=\xff", "=;=;", "csrftoken=" + "x" * 4000],
    "Expect": ["100-continue", "200-ok"],
    "Origin": ["null", "https://evil.example", "\xff"],
    "A B": ["c"],
    "Content_Length": ["5"],
}

some_headers = st.dictionaries(st.sampled_from(sorted(HEADERS)), st.integers(0, 99), max_size=4).map(
    lambda drawn: {name: HEADERS[name][index % len(HEADERS[name])] for name, index in drawn.items()}
)


def throw_junk(url: str, token: str, count: int, number: int) -> int:
    """Sends odd requests, alike for the same number; gives how many were answered, `AssertionError` if one wrongly."""
    sent = 0

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(
        method=st.sampled_from(METHODS),
        target=st.tuples(st.sampled_from(PATHS), st.sampled_from(QUERIES)).map("".join),
        headers=some_headers,
        body=st.sampled_from(BODIES) | st.binary(max_size=200),
    )
    def throw(method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        nonlocal sent
        usual = {"Host": urlsplit(url).netloc, "Authorization": f"Bearer {token}", "Content-Length": str(len(body))}
        response, answered = answer(url, method, target, {**usual, **headers, "Connection": "close"}, body)
        if response:
            check(method, response, answered)
            sent += 1

    throw()
    return sent


def answer(
    url: str, method: str, target: str, headers: dict[str, str], body: bytes
) -> tuple[HTTPResponse | None, bytes]:
    """The answer and its body; none where the connection was cut."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    place = urlsplit(url)
    with socket.create_connection((str(place.hostname), place.port or 80), timeout=PATIENCE) as connection:
        response = HTTPResponse(connection, method=method)
        with suppress(OSError):  # it has refused the request before it had all of it
            connection.sendall("\r\n".join(lines).encode("latin-1") + body)
            connection.shutdown(socket.SHUT_WR)
        try:
            response.begin()
            return response, response.read()
        except ConnectionResetError:  # closed with bytes unread, and the answer was lost on its way
            return None, b""


def check(method: str, response: HTTPResponse, body: bytes) -> None:
    """An answer is no 5xx, and an error is a problem."""
    assert response.status < 500, (response.status, body)
    if response.status < 400 or method == "HEAD":
        return
    assert response.headers["Content-Type"] == "application/problem+json", (response.status, body)
    problem: dict[str, Any] = json.loads(body)
    assert problem["status"] == response.status
    assert set(problem) >= {"type", "title", "status", "detail", "error_code", "timestamp", "request_id"}
    assert response.status != 405 or response.headers["Allow"]
    assert response.status != 401 or response.headers["WWW-Authenticate"] == "Bearer"
