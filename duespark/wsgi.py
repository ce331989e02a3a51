"""What a WSGI server serves: `gunicorn duespark.wsgi`."""

import os
import tempfile
from collections.abc import Iterable
from typing import Any

import django
from django.conf import settings
from django.core.cache import close_caches
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries
from django.urls import Resolver404, resolve
from django.utils.http import parse_header_parameters

from duespark.sizes import SPOOL

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duespark.settings")


class BrokenOff(SuspiciousOperation):
    """A body has ended before its Content-Length. What has come of a file would pass for all of it."""


class Whole:
    """A body's stream, of which all that is asked for must come: Django asks for no more than the Content-Length."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.readline = stream.readline

    def read(self, size: int) -> bytes:
        data: bytes = self.stream.read(size)
        if len(data) < size:
            raise BrokenOff
        return data


class Request(WSGIRequest):
    """A request in UTF-8, whatever charset its Content-Type names, and with the whole of its body or none.

    Django decodes with any codec of Python's that a caller names, `punycode` among them, and hands a
    Content-Type that it cannot read on to the server as an exception. Here it is no type at all: 415.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ | {"wsgi.input": Whole(environ["wsgi.input"])})

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}


class Handler(WSGIHandler):
    request_class = Request

    def get_response(self, request: Any) -> Any:
        """A HEAD is answered by GET's headers alone.

        A pooled connection goes back before the first byte is sent: a client may be slow to read. What
        is streamed is a file, never the database.
        """
        response: Any = super().get_response(request)
        if POOLED:
            close_old_connections()
        if request.method == "HEAD":
            setattr(response, "streaming_content" if response.streaming else "content", b"")
        return response


django.setup(set_prefix=False)
# Django looks after connections, caches and a log of queries when a request begins and again when it ends. Whether
# the connection is still good is asked once, at the beginning; the log and the caches are not in use.
request_started.disconnect(reset_queries)
request_finished.disconnect(close_old_connections)
request_finished.disconnect(close_caches)
POOLED = "pool" in settings.DATABASES["default"].get("OPTIONS", {})
handler = Handler()


def max_body(path: str) -> int:
    """How large a body the view at this path takes: no more is received than shows that one is larger."""
    usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        said = vars(resolve(path).func)
    except Resolver404:
        return usual
    return int((said | said.get("initkwargs", {})).get("max_body", usual))


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, behind a measure for bodies sent in chunks: it knows none that come without a length."""
    if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower() or environ.get("CONTENT_LENGTH"):
        return handler(environ, start_response)
    limit = max_body(environ.get("PATH_INFO", ""))
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as body:
        while body.tell() <= limit and (chunk := environ["wsgi.input"].read(65536)):
            body.write(chunk)
        environ |= {"CONTENT_LENGTH": str(body.tell()), "wsgi.input": body}
        body.seek(0)
        return handler(environ, start_response)  # no view reads on once it has answered
