"""The log of looks: which of the staff has seen what of a customer's data."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.backoffice.display import change_url, with_below
from accounts.backoffice.filters import DropdownFilter
from accounts.backoffice.modeladmin import ReadOnlyAdmin, TenantAdmin
from accounts.models import Look, User


class StaffFilter(DropdownFilter):
    title = parameter_name = "staff"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Who is of the staff today; of others the looks are found by their email."""
        return list(User.objects.filter(is_staff=True).order_by("email").values_list("pk", "email"))


@admin.register(Look)
class LookAdmin(ReadOnlyAdmin, TenantAdmin):
    section, list_name = "Safety", "Log of looks"
    list_display = ("looked_at", "email", "shown", "owner", "asked")
    list_filter = (*TenantAdmin.list_filter, StaffFilter, "what", "looked_at")
    list_select_related = ("account",)
    search_fields = ("email",)
    search_help_text = "The staff member's email, or the id of the account or of the row that was looked at"
    fields = (("looked_at", "email"), ("what", "seen"), ("account", "asked"), ("address", "id"))

    def account_of(self, row: Any) -> None:
        """Who looks at the looks is not noted: there would be no end to it."""

    def search(self, request: HttpRequest, queryset: Any, text: str) -> Any:
        return (queryset.filter(row=text), False) if text.startswith(tuple(self._kinds())) else None

    def heading(self, row: Look) -> str:
        return f"{row.get_what_display()} of {row.row or self._rows(row)}"

    @admin.display(description="what")
    def shown(self, look: Look) -> SafeString:
        return with_below(self.seen(look), look.get_what_display())

    @admin.display(description="of")
    def seen(self, look: Look) -> str | SafeString:
        model = self._kinds().get(f"{look.kind}_")
        if model is None or not look.row:
            return look.row or self._rows(look)
        return format_html('<a href="{}">{}</a>', change_url(model(pk=look.row)), look.row)

    def _rows(self, look: Look) -> str:
        """Of what kind they were, be it that it is none any longer."""
        model = self._kinds().get(f"{look.kind}_")
        return str(model._meta.verbose_name_plural) if model else look.kind

    def _kinds(self) -> dict[str, Any]:
        return {f"{model._meta.model_name}_": model for model in self.admin_site._registry}
