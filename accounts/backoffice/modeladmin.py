"""What the models' admins inherit."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import DataError, connection
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.backoffice.display import Link, link, list_url
from accounts.backoffice.filters import RowFilter
from accounts.backoffice.forms import RowSelect, row_field
from accounts.backoffice.lists import BackOfficeList, CappedPaginator
from accounts.backoffice.looking import note
from accounts.backoffice.verbs import Verb
from accounts.models import Look
from duespark.ids import TypeIDField


class BackOfficeAdmin(admin.ModelAdmin):
    """Rows are listed newest first, found by any id that is pasted, and never deleted."""

    ordering: ClassVar[Any] = ("-pk",)  # ids begin with their time, and the primary key's index is at hand
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count whole tables
    empty_value_display = "—"
    change_form_template = "admin/row.html"
    section, place = "Billing", 0  # of the menu
    verbs: ClassVar[tuple[Verb, ...]] = ()

    @property
    def media(self) -> forms.Media:
        """With what the filters and their autocompletes need."""
        own = forms.Media(js=["admin/js/jquery.init.js", "accounts/filters.js", "accounts/selects.js"])
        return super().media + RowSelect(None, self.admin_site).media + own

    @property
    def list_name(self) -> str:
        return str(capfirst(self.opts.verbose_name_plural))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BackOfficeList]:
        return BackOfficeList

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **options: Any) -> Any:
        return CappedPaginator(queryset, per_page, kept=self.kept_count(request))

    def kept_count(self, request: HttpRequest) -> int | None:
        """How many rows the list has, where that is kept."""
        return None

    def sorts_of_long_list(self, request: HttpRequest) -> tuple[str, ...]:
        """The columns that indexes can sort it by, however long it is."""
        return ()

    def option(self, row: Any) -> str:
        """How a row is named where one of many is chosen."""
        return str(row)

    @property
    def keeps_history(self) -> bool:
        """Whether anything is done to its rows here that their history could tell."""
        return True

    def heading(self, row: Any) -> str:
        """What its page is called."""
        return str(row)

    def account_of(self, row: Any) -> str | None:
        """Whose the row is, if it is a customer's: it is noted who looks at it."""
        return None

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Every page of a row begins here."""
        try:
            row = super().get_object(request, object_id, from_field)
        except DataError:  # an id with what no text has
            return None
        page: Any = request.resolver_match
        what = Look.What.HISTORY if page.url_name.endswith("_history") else Look.What.PAGE
        sent = request.method == "POST" and page.url_name.endswith(f"_{self.opts.model_name}_change")
        if row and not sent and self.has_view_or_change_permission(request, row):
            note(request, self, what, [row], of=row)
        return row

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except DataError as error:  # a filter that the database cannot make sense of
            raise IncorrectLookupParameters(error) from None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_act(self, request: HttpRequest, verb: Verb) -> bool:
        """Verbs take the permission to change, of models that no form changes, too, unless they say another."""
        return request.user.has_perm(verb.permission or f"{self.opts.app_label}.change_{self.opts.model_name}")

    def verbs_for(self, request: HttpRequest, row: Any) -> list[Verb]:
        """What who asks may do to this row."""
        offered = [verb for verb in self.verbs if verb.on_page and self.may_act(request, verb) and verb.applies(row)]
        return [verb for verb in offered if self.within_power(request, verb, [row])]

    def links_for(self, request: HttpRequest, row: Any) -> list[Link]:
        """Where who asks may go from its page."""
        return []

    def who_looked(self, request: HttpRequest, row: Any) -> str:
        """Where the looks at a customer's row are, for whom it is to see."""
        seen = self.account_of(row) and self.admin_site.get_model_admin(Look).has_view_permission(request)
        return self.looks(row) if seen else ""

    def looks(self, row: Any) -> str:
        return list_url(Look, row=row.pk)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if IS_POPUP_VAR not in request.GET:
            for verb in (verb for verb in self.verbs if self.may_act(request, verb)):
                actions[verb.name] = (verb, verb.name, f"{verb.label}: selected %(verbose_name_plural)s")
        return actions

    def within_power(self, request: HttpRequest, verb: Verb, rows: Sequence[Any]) -> Sequence[Any]:
        """Those of the rows to which who asks may do this."""
        return rows

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> Any:
        try:
            return super().response_action(request, queryset, *args)
        except ValidationError:  # an id that is none
            self.message_user(request, "There is no such row.", messages.WARNING)
            return None

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        if "\0" in text:  # no text in the database has it
            return queryset.none(), False
        for field in self.opts.concrete_fields:
            target = getattr(field, "target_field", field)
            if isinstance(target, TypeIDField) and text.startswith(f"{target.prefix}_"):
                try:
                    return queryset.filter(**{field.name: target.to_python(text)}), False
                except ValidationError:
                    break
        return self.search(request, queryset, text) or super().get_search_results(request, queryset, text)

    def search(self, request: HttpRequest, queryset: Any, text: str) -> tuple[Any, bool] | None:
        """A model's own way of searching, instead of `search_fields`."""
        return None

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A row is found by typing, and its own page changes it: no windows that pop up beside a field."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        remote_admin: Any = self.admin_site.get_model_admin(db_field.remote_field.model)
        return row_field(
            remote_admin,
            request,
            widget=RowSelect(db_field, self.admin_site),
            label=capfirst(db_field.verbose_name),
            help_text=db_field.help_text,
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """As Django's, but that the number of all rows is told as the list tells it."""
        page: Any = super().changelist_view(request, {"title": self.list_name, **(extra_context or {})})
        context = getattr(page, "context_data", None) or {}
        if "cl" in context:
            note(request, self, Look.What.LIST, context["cl"].result_list)
            context["selection_note_all"] = f"{context['cl'].paginator.told} selected"
        return page

    def render_change_form(self, request: HttpRequest, context: Any, **page: Any) -> Any:  # type: ignore[override]
        context |= {"show_save_and_add_another": False, "show_save_and_continue": bool(page["obj"])}
        if row := page["obj"]:
            if request.method == "POST":  # what was sent has errors, and its page is shown again
                note(request, self, Look.What.PAGE, [row], of=row)
            context |= {"title": self.heading(row), "subtitle": None}
            context["verbs"] = self.verbs_for(request, row)
            context["keeps_history"] = self.keeps_history
            context["links"] = self.links_for(request, row)
            context["who_looked"] = self.who_looked(request, row)
        return super().render_change_form(request, context, **page)


class RecordAdmin(BackOfficeAdmin):
    """Its form is a `RecordForm`."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Who saves, waits for who saves already, and then sees what they have saved."""
        if request.method == "POST" and connection.in_atomic_block:
            with suppress(ValidationError):  # an id that is none
                self.model._base_manager.select_for_update(no_key=True).filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form's verb has written it."""


class TenantAdmin(RecordAdmin):
    """Rows of a tenant. Whose a row is, is said once, when it is added."""

    list_filter: ClassVar[Any] = (("account", RowFilter),)
    exclude: ClassVar[Any] = ("account",)  # not editable, so that a form that asks for it declares it

    @admin.display(description="account", ordering="account__name")
    def owner(self, row: Any) -> str:
        return link(row.account)

    def account_of(self, row: Any) -> str | None:
        return str(row.account_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "account")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        form = super().get_form(request, obj, **kwargs)
        if "account" in form.base_fields:
            account = self.opts.get_field("account")
            form.base_fields["account"] = self.formfield_for_foreignkey(account, request)
        return form


class ReadOnlyAdmin(BackOfficeAdmin):
    """Rows that the product writes, and nobody in the back office."""

    @property
    def keeps_history(self) -> bool:
        return bool(self.verbs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
