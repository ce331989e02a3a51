"""The back office as a whole: its name, who gets in, and what its autocompletes say."""

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.acting import act_as
from accounts.backoffice.lists import UncountedPaginator
from accounts.backoffice.looking import note
from accounts.models import Look
from accounts.throttling import Locked, LoginGuard, counted_address

METHODS = ["GET", "HEAD", "POST"]


class LoginForm(AdminAuthenticationForm):
    """Counts wrong passwords together with the API's: no second door to try them at."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "This email and password do not open the back office, which is for staff alone. Check both.",
    }

    def clean(self) -> dict[str, Any]:
        request: Any = self.request
        if not (self.cleaned_data.get("username") and self.cleaned_data.get("password")):
            return super().clean()  # nothing is tried
        try:
            guard = LoginGuard(self.cleaned_data["username"], counted_address(request))
        except Locked as locked:
            request.locked = locked
            raise ValidationError(str(locked.detail), code="locked") from None
        cleaned: dict[str, Any] = super().clean()
        guard.succeeded()
        return cleaned


class Autocomplete(AutocompleteJsonView):
    """Names a row with enough to tell it from its namesakes in other accounts."""

    def get_queryset(self) -> Any:
        try:
            return super().get_queryset()
        except ValidationError:  # it was to be of an account that is none
            return self.model_admin.model._default_manager.none()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        note(self.request, self.model_admin, Look.What.CHOICE, context["object_list"])
        return context

    def get_paginator(self, *args: Any, **kwargs: Any) -> UncountedPaginator:
        """Somebody waits after each letter."""
        return UncountedPaginator(*args, **kwargs)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        admin: Any = self.model_admin
        result = super().serialize_result(obj, to_field_name)  # type: ignore[misc]
        return {**result, "text": admin.option(obj)}


class BackOffice(AdminSite):
    site_header = site_title = "DueSpark"
    index_title = "Home"
    login_form = LoginForm
    enable_nav_sidebar = False  # the menu is our own

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """What is written on a page is written by whoever is logged in; it answers what browsers send, and no more."""
        shown = require_http_methods(METHODS)(super().admin_view(view, cacheable))

        @wraps(shown)
        def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with act_as(lambda: request.user.pk):
                return shown(request, *args, **kwargs)

        return acting

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """As Django's, but that one who has tried too often is told so by the status, too."""
        response: HttpResponse = super().login(request, extra_context)
        if locked := getattr(request, "locked", None):
            response.status_code = locked.status_code
            response["Retry-After"] = str(ceil(locked.wait))
        return response

    def home(self, request: HttpRequest) -> dict[str, Any]:
        """What the first page shows, for its template. Nothing, unless another app says what."""
        return {}

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().index(request, {**self.home(request), **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """The menu has all of an app's lists on every page."""
        return HttpResponseRedirect(reverse("admin:index"))

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Autocomplete.as_view(admin_site=self)(request)
