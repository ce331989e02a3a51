"""Query parameters as rules: filter sets whose every parameter says in words what it may be."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import Filter
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from duespark.rules import Choice, Invalid, Record, Rejected, Rule


def checked_query(request: Request, record: Record) -> dict[str, Any]:
    """The query parameters of an endpoint that is no list, by their rules."""
    try:
        return record.check(request.query_params)
    except Rejected as rejected:
        raise ValidationError(rejected.errors) from None


class RuleFormField(forms.Field):
    def __init__(self, *, rule: Rule, **kwargs: Any) -> None:
        self.rule = rule
        super().__init__(**{**kwargs, "required": False, "widget": forms.TextInput})

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        try:
            return self.rule(value)
        except Invalid as error:
            raise forms.ValidationError(str(error)) from None


class RuleFilter(Filter):
    """A query parameter that obeys a rule; one that is not sent does nothing."""

    field_class = RuleFormField

    def __init__(self, rule: Rule, field_name: str | None = None, lookup_expr: str = "exact", **kwargs: Any) -> None:
        self.rule = rule
        super().__init__(field_name, lookup_expr, rule=rule, **kwargs)


class SortingFilterSet(FilterSet):
    """Filters, then sorts by `sort_by` and `sort_order`; ties break by id, so that pages never overlap."""

    SORTS: Mapping[str, Any] = {}
    DEFAULT_SORT = "created_at"
    ORDERS = Choice(("asc", "desc"))

    sort_order = RuleFilter(ORDERS, method="sorted_later", help_text="Sort order; desc unless said else.")

    def sorted_later(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Sorting waits until all filters have been applied."""
        return queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        key = self.SORTS[chosen["sort_by"] or self.DEFAULT_SORT]
        descending = chosen["sort_order"] != "asc"
        return queryset.order_by(key.desc() if descending else key.asc(), "-id" if descending else "id")
