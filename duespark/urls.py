"""The site map: the API, its documentation, the back office.

Reading order for a newcomer: this, clients/views.py, clients/models/client.py,
clients/tests/test_create_client.py.
"""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from duespark.api.routers import route
from duespark.api.views import home

urlpatterns = [
    path("", include("clients.urls")),
    path("", include("accounts.urls")),
    path("", home, name="home"),
    route("schema", SpectacularAPIView.as_view(), "schema"),
    route("docs", SpectacularSwaggerView.as_view(url_name="schema"), "docs"),
    re_path("^admin$", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]

handler400 = "duespark.api.problems.bad_request"
handler403 = "duespark.api.problems.permission_denied"
handler404 = "duespark.api.problems.not_found"
handler500 = "duespark.api.problems.server_error"
