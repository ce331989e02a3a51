"""Requests that Django does not see, answered as problems all the same.

gunicorn refuses some itself (a header too large, a line that is no request line), in HTML and with
a piece of what was sent. This writes the answer in its place; gunicorn.conf.py puts it there. And
duespark/serving.py refuses those that no thread has had the time for.
"""

import socket
import uuid
from http import HTTPStatus

from duespark.api.json import encode
from duespark.api.problems import CONTENT_TYPE, RETRY_AFTER_UNAVAILABLE, UNAVAILABLE, problem_body


def write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """In the place of `gunicorn.util.write_error`; what its message echoes stays unsaid."""
    code = "INTERNAL_ERROR" if status >= 500 else "BAD_REQUEST"
    _write(sock, status, f"{HTTPStatus(status).phrase}.", code)


def write_unavailable(sock: socket.socket) -> None:
    _write(sock, 503, UNAVAILABLE, "UNAVAILABLE", f"Retry-After: {RETRY_AFTER_UNAVAILABLE}\r\n")


def _write(sock: socket.socket, status: int, detail: str, code: str, headers: str = "") -> None:
    body = encode(problem_body(status, detail, code, uuid.uuid4().hex))
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n{headers}"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sock.setblocking(False)
    sock.sendall(head.encode() + body)
