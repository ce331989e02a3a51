"""Query parameters as rules: filter sets whose every parameter says in words what it may be."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import Filter
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from duespark.records import Record, Rejected
from duespark.rules import Choice, Invalid, Rule


def checked_query(request: Request, record: Record) -> dict[str, Any]:
    """The query parameters of an endpoint that is no list, by their rules."""
    try:
        return record.check(request.query_params)
    except Rejected as rejected:
        raise ValidationError(rejected.errors) from None


class RuleFormField(forms.Field):
    def __init__(self, *, rule: Rule, default: Any, **kwargs: Any) -> None:
        self.rule = rule
        self.default = default
        super().__init__(**{**kwargs, "required": False, "widget": forms.TextInput})

    def clean(self, value: Any) -> Any:
        if value is None:
            return self.default
        try:
            return self.rule(value)
        except Invalid as error:
            raise forms.ValidationError(str(error)) from None


class RuleFilter(Filter):
    """A query parameter that obeys a rule; one that is not sent is its default, and without one does nothing."""

    field_class = RuleFormField

    def __init__(
        self,
        rule: Rule,
        field_name: str | None = None,
        lookup_expr: str = "exact",
        *,
        default: Any = None,
        **kwargs: Any,
    ) -> None:
        self.rule = rule
        self.default = default
        super().__init__(field_name, lookup_expr, rule=rule, default=default, **kwargs)


class SortingFilterSet(FilterSet):
    """Filters, then sorts by `sort_by` and `sort_order`; ties break by id, so that pages never overlap."""

    SORTS: Mapping[str, Any] = {}

    sort_order = RuleFilter(Choice(("asc", "desc")), method="sorted_later", default="desc", help_text="Sort order.")

    def sorted_later(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Sorting waits until all filters have been applied."""
        return queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        key = self.SORTS[chosen["sort_by"]]
        descending = chosen["sort_order"] == "desc"
        return queryset.order_by(key.desc() if descending else key.asc(), "-id" if descending else "id")
