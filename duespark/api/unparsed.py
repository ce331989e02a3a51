"""Requests that are not HTTP enough for Django to see them, answered as problems all the same.

gunicorn refuses them itself (a header too large, a line that is no request line), in HTML and with
a piece of what was sent. This writes the answer in its place; gunicorn.conf.py puts it there.
"""

import socket
import uuid
from http import HTTPStatus

from duespark.api.json import encode
from duespark.api.problems import CONTENT_TYPE, problem_body


def write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """In the place of `gunicorn.util.write_error`; what its message echoes stays unsaid."""
    reason = HTTPStatus(status).phrase
    code = "INTERNAL_ERROR" if status >= 500 else "BAD_REQUEST"
    body = encode(problem_body(status, f"{reason}.", code, uuid.uuid4().hex))
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sock.setblocking(False)
    sock.sendall(head.encode() + body)
