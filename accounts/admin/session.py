"""The back office's screens of sessions: what users have open in the API."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.backoffice.display import badge
from accounts.backoffice.filters import ChoiceFilter, RowFilter
from accounts.backoffice.modeladmin import ReadOnlyAdmin, TenantAdmin
from accounts.backoffice.verbs import Verb
from accounts.models import Session


class SessionState(ChoiceFilter):
    title = parameter_name = "state"
    CHOICES = (("live", "Live"), ("over", "Over"))

    def narrowed(self, queryset: Any, value: str) -> Any:
        live = Q(ended_at=None, expires_at__gt=timezone.now(), user__is_active=True, account__closed_at=None)
        return queryset.filter(live if value == "live" else ~live)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin, TenantAdmin):
    section = "People"
    list_display = ("created_at", "user", "owner", "state", "last_seen_at", "address", "device")
    list_filter = (*TenantAdmin.list_filter, ("user", RowFilter), SessionState)
    list_select_related = ("account", "user")
    search_fields = ("user__email",)
    search_help_text = "The user's email, or the id of the session, the user or the account"
    fields = (
        ("id", "user", "account", "state"),
        ("device", "address"),
        ("created_at", "last_seen_at", "expires_at", "ended_at"),
    )
    verbs = (Verb("end", "End", "ended", Session.end, applies=lambda session: session.ended_at is None),)

    def within_power(self, request: HttpRequest, verb: Verb, rows: Sequence[Any]) -> list[Any]:
        """Of staff only superusers."""
        return [session for session in rows if request.user.is_superuser or not session.user.is_staff]

    @admin.display
    def state(self, session: Any) -> str:
        shut_out = session.ended_at or not session.user.is_active or session.account.closed_at
        return badge("over" if shut_out or session.expires_at <= timezone.now() else "live")
