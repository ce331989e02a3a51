"""The front door: where the API, its documentation and the back office are."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from duespark.api.problems import problem

LINKS = {"clients": "/clients/", "invoices": "/invoices/", "schema": "/schema", "docs": "/docs"}
if settings.ADMIN_PATH == "admin/":  # whoever has moved the back office does not want it found
    LINKS["admin"] = "/admin/"


def home(request: HttpRequest) -> HttpResponse:
    """A page for people, JSON for programs."""
    if request.method not in ("GET", "HEAD"):
        response = problem(request, 405, "This path takes GET only.")
        response["Allow"] = "GET, HEAD"
        return response
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "home.html", {"links": LINKS})
    return JsonResponse({"name": "DueSpark", **{name: request.build_absolute_uri(to) for name, to in LINKS.items()}})
