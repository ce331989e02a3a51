"""Query parameters as rules: filter sets whose every parameter says in words what it may be."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet
from django_filters import Filter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from duespark.records import Record, Rejected
from duespark.rules import Choice, Rule


def checked_query(request: Request, record: Record) -> dict[str, Any]:
    """The query parameters of an endpoint, by their rules; raises DRF's `ValidationError`."""
    try:
        return record.check(request.query_params)
    except Rejected as rejected:
        raise ValidationError(rejected.errors) from None


# Filters in use: each with what of its value decides the query, and with how many values it binds.
Filters = tuple[tuple[str, Any, int], ...]

FEW = 20_000  # rows that are sorted sooner than a walk through a million would meet the first of them


class RowCount(Func):
    """`count(*)` of a query's rows as they are; `Count` would group them."""

    template = "COUNT(*)"
    output_field = IntegerField()


class RuleFilter(Filter):
    """A query parameter that obeys a rule; one that is not sent is its default, and without one does nothing.

    Its values are bound to a query that is compiled beforehand; the value of a `fixed` one, of which
    there are few, stands in the query itself. How many rows fit depends so much on the value of a
    `skewed` one that its queries are planned anew each time.
    """

    skewed = False

    def __init__(
        self,
        rule: Rule,
        field_name: str | None = None,
        lookup_expr: str = "exact",
        *,
        default: Any = None,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        self.rule = rule
        self.default = default
        self.fixed = fixed
        super().__init__(field_name, lookup_expr, **kwargs)

    def kind(self, value: Any) -> Any:
        """What of the value decides the query itself."""
        return value if self.fixed else None

    def values(self, value: Any) -> Sequence[Any]:
        """What is bound, as the database keeps it."""
        return () if self.fixed else (value,)

    def narrowed(self, queryset: Any, kind: Any, values: Sequence[Any]) -> Any:
        """The rows that fit; `values` are those of `values()`, or parameters in their places."""
        return self.filter(queryset, kind if self.fixed else values[0])


class SortFilter(RuleFilter):
    """Says how to sort, and leaves no row out."""

    def __init__(self, choices: Iterable[str], default: str, help_text: str) -> None:
        super().__init__(Choice(tuple(choices)), default=default, help_text=help_text)


class SortingFilterSet(FilterSet):
    """Filters, then sorts by `sort_by` and `sort_order`; ties break by id, so that pages never overlap.

    What `SORTS` sorts by is never null, and what stands in `UNIQUE` has no ties.
    """

    SORTS: Mapping[str, Any] = {"created_at": F("created_at")}
    UNIQUE: frozenset[str] = frozenset()

    sort_by = SortFilter(SORTS, "created_at", "Sort field.")
    sort_order = SortFilter(("asc", "desc"), "desc", "Sort order.")

    @classmethod
    @cache
    def query(cls) -> Record:
        return Record({name: one.rule for name, one in cls.base_filters.items()})

    @classmethod
    def asked(cls, request: Request) -> dict[str, Any]:
        """What the query parameters ask for; raises DRF's `ValidationError`."""
        sent = checked_query(request, cls.query())
        asked = {name: sent.get(name, one.default) for name, one in cls.base_filters.items()}
        return {name: value for name, value in asked.items() if value is not None}

    @classmethod
    def bound(cls, asked: Mapping[str, Any]) -> tuple[Filters, dict[str, Any]]:
        """Which filters are in use, for `narrowed`, and the values that they bind, by the names of parameters."""
        filters: list[tuple[str, Any, int]] = []
        bound: dict[str, Any] = {}
        for name, value in asked.items():
            one = cls.base_filters[name]
            if not isinstance(one, SortFilter):
                values = one.values(value)
                filters.append((name, one.kind(value), len(values)))
                bound |= {f"{name}{index}": value for index, value in enumerate(values)}
        return tuple(filters), bound

    @classmethod
    def narrowed(cls, queryset: QuerySet[Any], filters: Filters, given: Mapping[str, Any]) -> QuerySet[Any]:
        for name, kind, count in filters:
            values = [given[f"{name}{index}"] for index in range(count)]
            queryset = cls.base_filters[name].narrowed(queryset, kind, values)
        return queryset

    @classmethod
    def few(cls, filters: Filters, sort_by: str) -> int:
        """How many rows of a skewed filter are at most sorted, once all are found.

        More of them are met sooner on a walk through the list's order.
        """
        return FEW

    @classmethod
    def total(cls, queryset: QuerySet[Any], asked: Mapping[str, Any], given: Mapping[str, Any]) -> QuerySet[Any]:
        """One row: how many there are, of all the rows that were asked for.

        `asked` are the filters in use with what of their values decides the query, `given` all values.
        """
        return queryset.order_by().values_list(RowCount())


class RuleFilterBackend(DjangoFilterBackend):
    """Reads the query parameters for a list of duespark/api/lists.py."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        return queryset.asked(queryset.listing.filterset.asked(request))
