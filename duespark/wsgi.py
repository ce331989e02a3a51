"""What a WSGI server serves: `gunicorn duespark.wsgi`."""

import os
import tempfile
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duespark.settings")

SPOOL = 2_000_000  # bytes of a chunked body in memory; more wait on disk
LARGEST = 50_000_001  # one more than any endpoint takes

django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, behind a measure for bodies sent in chunks: it knows none that come without a length."""
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked" and not environ.get("CONTENT_LENGTH"):
        body = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115  # goes with the request
        while body.tell() < LARGEST and (chunk := environ["wsgi.input"].read(65536)):
            body.write(chunk)
        environ |= {"CONTENT_LENGTH": str(body.tell()), "wsgi.input": body}
        body.seek(0)
    return django(environ, start_response)
