"""What browsers are told, by headers, to make of an answer: of a page for people, and of anything else."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# A page may use what this host serves, and nothing inline; `data:` are icons that style sheets bring along.
OF_PAGES = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OF_DATA = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}
# What has an ETag may be kept by its caller, who asks each time whether it still holds.
OF_TAGGED_DATA = {**OF_DATA, "Cache-Control": "private, no-cache"}


def is_back_office(request: HttpRequest) -> bool:
    return request.path_info.startswith(_back_office())


@cache
def _back_office() -> str:
    """Asked for several times a request, and a setting takes half a microsecond to look up."""
    return f"/{settings.ADMIN_PATH}"


def _as_kept(headers: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {name.lower(): (name, value) for name, value in headers.items()}


class SafetyHeaders:
    """Adds what Django's own middleware knows nothing of. An answer's own word stands.

    Straight to where Django keeps an answer's headers: by the front door, which looks at every value
    anew, they would cost each request five microseconds instead of one.
    """

    page_headers = _as_kept(OF_PAGES)
    data_headers = _as_kept(OF_DATA)
    tagged_data_headers = _as_kept(OF_TAGGED_DATA)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept = response.headers._store
        if kept.get("content-type", ("", ""))[1].startswith("text/html"):
            headers = self.page_headers
        else:
            headers = self.tagged_data_headers if "etag" in kept else self.data_headers
        for key, header in headers.items():
            kept.setdefault(key, header)
        return response
