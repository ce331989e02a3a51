"""The lists' filters that Django has none of."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.backoffice.forms import RowSelect, row_field
from accounts.tenancy import TenantModel


def others(request: HttpRequest, name: str) -> dict[str, Any]:
    """Whatever else than this a list is asked for; another choice begins on its first page."""
    return {other: value for other, value in request.GET.items() if other not in (name, PAGE_VAR)}


class RowFilter(admin.FieldListFilter):
    """By a row of another table, which one finds by typing: there may be too many for a list."""

    template = "admin/row_filter.html"

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, **path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, **path)
        self.request = request
        self.admin_site = model_admin.admin_site
        self.remote_admin = self.admin_site.get_model_admin(field.remote_field.model)
        self.title = field.remote_field.model._meta.verbose_name

    def expected_parameters(self) -> Any:
        return [self.field_path]

    @property
    def offers(self) -> bool:
        """Whether there is a choice: its rows have names, which are not for everybody."""
        return self.remote_admin.has_view_permission(self.request)

    def has_output(self) -> bool:
        """What an address asks for holds, and stands there, for who is not offered it, too."""
        return self.offers or bool(self.value)

    @property
    def value(self) -> str:
        given: Any = self.used_parameters.get(self.field_path, [""])
        return str(given[-1])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Names the account, too, where the row has one: the tables' indexes begin with it."""
        if not self.value:
            return queryset
        try:
            row = self.remote_admin.model._base_manager.filter(pk=self.value).first()
        except ValidationError as error:
            raise IncorrectLookupParameters(error) from None
        if row is None:
            return queryset.none()
        account = {"account": row.account_id} if isinstance(row, TenantModel) else {}
        return queryset.filter(**{self.field_path: row.pk}, **account)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Whatever else the list is filtered by, for the filter's own form to send along."""
        for name, value in others(self.request, self.field_path).items():
            yield {"name": name, "value": value}

    def without(self) -> str:
        """The address of the list but for this filter."""
        return f"?{urlencode(others(self.request, self.field_path))}"

    def widget(self) -> SafeString:
        select = RowSelect(self.field, self.admin_site)
        field = row_field(self.remote_admin, self.request, widget=select, required=False)
        attrs = {"id": f"filter-{self.field_path}", "aria-label": self.title}
        return field.widget.render(self.field_path, self.value, attrs)


class ChoiceFilter(admin.SimpleListFilter):
    """A few choices, in words. One that there is not is as good as none."""

    CHOICES: ClassVar[tuple[tuple[str, str], ...]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return self.CHOICES

    def value(self) -> str | None:
        value = super().value()
        return value if value in dict(self.lookup_choices) else None

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if (value := self.value()) is None else self.narrowed(queryset, value)

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(**{str(self.parameter_name): value})


class DropdownFilter(ChoiceFilter):
    """For more choices than a list of links bears.

    It has a button: with the arrow keys one passes over other choices, none of which is meant yet.
    """

    template = "admin/dropdown_filter.html"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.others = others(request, str(self.parameter_name))
