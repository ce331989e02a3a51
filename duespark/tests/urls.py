"""The site, and a few doors that fail."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from duespark.urls import handler400, handler403, handler404, handler500
from duespark.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

SECRET = "the combination of the vault is 31-7-42"


def crash(request):
    raise RuntimeError(SECRET)


def forbid(request):
    raise PermissionDenied(SECRET)


class Open(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)


class Crash(Open):
    def get(self, request):
        raise RuntimeError(SECRET)


class Forbid(Open):
    def get(self, request):
        raise PermissionDenied(SECRET)


class Unspeakable(Open):
    def get(self, request):
        return HttpResponse(request.GET["q"])  # a KeyError, and no more than that


urlpatterns = [
    path("page/crash", crash),
    path("page/forbid", forbid),
    path("api/crash", Crash.as_view()),
    path("api/forbid", Forbid.as_view()),
    path("api/unspeakable", Unspeakable.as_view()),
    *site,
]
