"""The back office's screens of what is tried and asked for."""

from django.contrib import admin

from accounts.backoffice.modeladmin import ReadOnlyAdmin
from accounts.models import FailedLogin, RateWindow, ResetRequest


@admin.register(FailedLogin)
class FailedLoginAdmin(ReadOnlyAdmin):
    section = "Safety"
    list_display = ("failed_at", "id", "digest")
    date_hierarchy = "failed_at"  # the table is swept of all that is older than the throttle's window
    fields = ("id", "failed_at", "digest")

    def heading(self, row: FailedLogin) -> str:
        return "Failed login"

    @admin.display
    def digest(self, failure: FailedLogin) -> str:
        return bytes(failure.key).hex()


@admin.register(ResetRequest)
class ResetRequestAdmin(ReadOnlyAdmin):
    section = "Safety"
    list_display = fields = ("email", "id", "asked_at", "due_at")

    def heading(self, row: ResetRequest) -> str:
        return f"Reset request of {row.email}"


@admin.register(RateWindow)
class RateWindowAdmin(ReadOnlyAdmin):
    section = "Safety"
    list_display = ("caller", "requests", "started_at")
    search_fields = ("caller__startswith",)
    search_help_text = "How the user's id or the address begins"
    fields = ("caller", "requests", "started_at")
