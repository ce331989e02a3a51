"""The back office's screens of imports: what has been imported, when, by whom, and what came of it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format

from accounts.backoffice.display import Fact, add_url, link, list_url, public_id, with_below
from accounts.backoffice.lists import BackOfficeList
from accounts.backoffice.modeladmin import ReadOnlyAdmin, TenantAdmin
from clients.admin.history import everybodys_names
from clients.admin.import_forms import DUPLICATES
from clients.admin.import_views import figures, import_urls, of_draft
from clients.entries import is_user
from clients.models import Client, Import, ImportDraft, Invoice


def name_writers(imports: list[Import]) -> None:
    """Sets on each who did it, as `by`, with one question for all of them."""
    ids = {one.created_by for one in imports if one.created_by and is_user(one.created_by)}
    names = everybodys_names(None, ids)
    for one in imports:
        one.by = names.get(one.created_by or "", one.created_by)  # type: ignore[attr-defined]


def column(name: str) -> Any:
    """A column of so many rows."""

    @admin.display
    def shown(row: Import) -> str:
        return f"{getattr(row, name):,}"

    shown.__name__ = name
    return shown


class ImportList(BackOfficeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        name_writers(self.result_list)


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin, TenantAdmin):
    place = 1  # after what is imported
    list_display = ("started", "file", "owner", "who", *map(column, Import.COUNTS))
    list_filter = (*TenantAdmin.list_filter, "kind", "source", "started_at")
    sortable_by = ("started",)
    search_fields = ("file_name",)
    search_help_text = "Name of the file, id of the import, or the account's id"
    change_list_template = "admin/imports/list.html"
    change_form_template = "admin/imports/result.html"
    fields = ("account",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return ImportList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may import sees what comes of it."""
        return super().has_view_permission(request, obj) or self.has_add_permission(request)

    def heading(self, row: Any) -> str:
        return f"Import of {row.file_name or row.get_kind_display().lower()}"

    @admin.display(ordering="-pk")
    def started(self, row: Import) -> str:
        return with_below(date_format(row.started_at), f"{date_format(row.started_at, 'H:i')} UTC")

    @admin.display
    def file(self, row: Import) -> str:
        """With what is in it below."""
        return with_below(row.file_name or "—", row.get_kind_display())

    @admin.display(description="by")
    def who(self, row: Any) -> str:
        """With the way by which it came below."""
        return with_below(row.by or "—", row.get_source_display())

    def render_change_form(self, request: HttpRequest, context: Any, **page: Any) -> Any:  # type: ignore[override]
        if row := page["obj"]:
            name_writers([row])
            context |= self._result(request, row)
        return super().render_change_form(request, context, **page)

    def _result(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        counts = {name: getattr(row, name) for name in Import.COUNTS}
        mine = ImportDraft.objects.of(request.user).for_account(row.account_id).filter(result=row)
        draft = mine.defer("content", "rejected").first()
        before = {name: draft.preview["counts"][name] for name in Import.COUNTS} if draft else counts
        models = {Import.Kind.CLIENTS: Client, Import.Kind.INVOICES: Invoice}
        return {
            "figures": list(figures(row.kind, counts, "{}")),
            "before": before != counts and ", ".join(f"{count:,} {name}" for name, count in before.items()),
            "facts": self._facts(row),
            "list": list_url(models[row.kind], account=row.account_id),
            "again": add_url(Import, kind=row.kind, account=row.account_id),
            **(of_draft(draft, row.refused) if draft else {}),
        }

    def _facts(self, row: Any) -> list[Fact]:
        return [
            Fact("Account", link(row.account)),
            Fact("What", row.get_kind_display()),
            Fact("File", row.file_name),
            Fact("By", row.by),
            Fact("From", row.get_source_display()),
            Fact("If it was there already", DUPLICATES[row.on_duplicate]),
            Fact("With a bad row", "Nothing would have been written" if row.atomic else "The others went in"),
            Fact("Started", f"{date_format(row.started_at, 'j M Y, H:i:s')} UTC"),
            Fact("Took", f"{row.duration.total_seconds():,.1f} s"),
            Fact("Id", public_id(row)),
        ]

    def get_urls(self) -> Any:
        return [*import_urls(self), *super().get_urls()]
