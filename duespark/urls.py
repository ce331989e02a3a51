"""The site map: the API, its documentation, the back office.

Reading order for a newcomer: this, clients/views.py, clients/models/client.py,
clients/tests/test_create_client.py.
"""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from duespark.api.routers import route
from duespark.api.views import home

urlpatterns = [
    path("", include("clients.urls")),
    path("", include("accounts.urls")),
    path("", home, name="home"),
    route("schema", SpectacularAPIView.as_view(), "schema"),
    route("docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), "docs"),
    path(settings.ADMIN_PATH.removesuffix("/"), RedirectView.as_view(pattern_name="admin:index")),
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler400 = "duespark.api.problems.bad_request"
handler403 = "duespark.api.problems.permission_denied"
handler404 = "duespark.api.problems.not_found"
handler500 = "duespark.api.problems.server_error"
