"""The page of a client, an invoice or a payment: what is to be seen comes first, the form below."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from accounts.backoffice.display import change_url, link, with_below
from accounts.backoffice.modeladmin import TenantAdmin
from clients.admin.history import Told, history, told
from clients.history import Entries, Log

LATEST = 5  # entries of the history on a row's page
ENTRIES = 50  # on a page of their own
EDIT = "edit"  # said by an address that opens the form


def whose(client: Any, account: Any) -> str:
    """A client in a list of what is its, with the account below."""
    return with_below(link(client, client.name), account)


class HistoryPages(Paginator):
    """A history's entries, a page's worth read at a time."""

    def __init__(self, entries: Entries) -> None:
        super().__init__(entries, ENTRIES)  # type: ignore[arg-type]

    @cached_property
    def count(self) -> int:
        return self._read(0, 1).total

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        return Page(self._read((number - 1) * ENTRIES, ENTRIES).items, number, self)

    def _read(self, start: int, limit: int) -> Any:
        entries: Any = self.object_list
        return entries.page(start, limit)


class PageAdmin(TenantAdmin):
    """`overview` says what the page shows, in the terms of `admin/clients/page.html`."""

    change_form_template = "admin/clients/page.html"
    add_form_template = "admin/row.html"
    log: ClassVar[Log]

    class Media:
        css = {"all": ("clients/pages.css",)}

    def overview(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        raise NotImplementedError

    def may_add(self, request: HttpRequest, model: type[Model]) -> bool:
        """Whether a form is offered that would not refuse who asks."""
        return self.admin_site.get_model_admin(model).has_add_permission(request)

    def may_see(self, request: HttpRequest, model: type[Model]) -> bool:
        """Whether other rows are shown on a row's page, as on their own."""
        return self.admin_site.get_model_admin(model).has_view_permission(request)

    def currency(self, row: Any) -> str:
        return str(row.currency)

    def render_change_form(self, request: HttpRequest, context: Any, **page: Any) -> Any:  # type: ignore[override]
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        if row := page["obj"]:
            edits = self.has_change_permission(request, row) and (EDIT in request.GET or bool(context["errors"]))
            context |= {"edits": True} if edits else self.overview(request, row)
        return super().render_change_form(request, context, **page)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(change_url(obj))

    response_post_save_add = response_post_save_change

    def latest(self, row: Any) -> dict[str, Any]:
        """The newest entries of its history."""
        return {"entries": self._told(row, history(self.log, row).page(0, LATEST).items)}

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        heading = self.heading(row)
        page = HistoryPages(history(self.log, row)).get_page(request.GET.get("p", 1))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {heading}",
            "heading": heading,
            "opts": self.opts,
            "original": row,
            "entries": self._told(row, page.object_list),
            "page": page,
            "numbers": list(page.paginator.get_elided_page_range(page.number)),
        }
        return TemplateResponse(request, "admin/clients/history.html", context)

    def _told(self, row: Any, entries: Any) -> list[Told]:
        return told(entries, self.opts.model_name or "", self.currency(row))
