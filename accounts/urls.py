from accounts import views
from duespark.api.routers import route

urlpatterns = [
    route("auth/register", views.RegisterView.as_view(), "register"),
    route("auth/login", views.LoginView.as_view(), "login"),
    route("auth/refresh", views.RefreshView.as_view(), "refresh"),
    route("auth/logout", views.LogoutView.as_view(), "logout"),
    route("auth/me", views.MeView.as_view(), "me"),
    route("auth/sessions", views.SessionViewSet.as_view({"get": "list", "delete": "end_others"}), "session-list"),
    route("auth/sessions/(?P<pk>[^/]+)", views.SessionViewSet.as_view({"delete": "destroy"}), "session-detail"),
    route("auth/password-reset-request", views.PasswordResetRequestView.as_view(), "password-reset-request"),
    route("auth/password-reset", views.PasswordResetView.as_view(), "password-reset"),
]
