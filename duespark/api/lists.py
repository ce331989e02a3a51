"""Lists: the rows that were asked for, by queries that are compiled once.

What a list's query is depends on which parameters are sent and on the order, not on the values that
are looked for. Each such shape is a prepared query of its own (duespark/prepared.py), which the ORM
makes from the list's filter set when it is first asked for.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Self

from django.db.models import F, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan

from duespark.api.filters import Filters, SortingFilterSet
from duespark.api.serializers import RecordSerializer
from duespark.ids import uuid_of
from duespark.prepared import Prepared

NEAR = 1_000  # rows that a page passes over one by one; the way to a deeper one is looked up first
SHAPES = 512  # compiled queries of a kind that a process keeps at most
MANY = 12  # values of a query that is worth keeping
TOTAL, PLACES = "total", "places"  # what a page's query may tell beside the page


class Position(NamedTuple):
    """A place in a list: a row's sort key, as text, and its id."""

    key: str
    id: str


class Page(NamedTuple):
    """Some consecutive rows as they are shown, and how many there are in all.

    `keys` and `ids` say where each of them stands, if that was asked for.
    """

    items: list[Any]
    total: int
    keys: Sequence[Any] = ()
    ids: Sequence[str] = ()

    def position(self, index: int) -> Position:
        return Position(str(self.keys[index]), self.ids[index])


@dataclass(frozen=True, eq=False)
class Listing:
    """One list of the API: its rows, what is shown of each, and what may be asked of them.

    `rows` takes the values that choose the rows, the account among them, or parameters in their places.
    What is `passing` of these, such as today's date, does not make it another list.
    """

    rows: Callable[..., QuerySet[Any]]
    serializer: type[RecordSerializer]
    filterset: type[SortingFilterSet] = SortingFilterSet
    passing: frozenset[str] = frozenset()

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.rows).parameters)

    def identity(self, values: Mapping[str, Any]) -> list[Any]:
        """What tells these rows from those of every other list and account."""
        return [self.serializer.__name__, *(values[name] for name in self.parameters if name not in self.passing)]

    def of(self, **values: Any) -> "Rows":
        """The rows that are chosen by these values, in the usual order."""
        return Rows(self, values, sort_by=self.filterset.base_filters["sort_by"].default)


class Chosen(NamedTuple):
    """Which rows of a list: all that decides how they are found and counted."""

    listing: Listing
    filters: Filters

    def rows(self, given: Mapping[str, Any]) -> QuerySet[Any]:
        queryset = self.listing.rows(*(given[name] for name in self.listing.parameters))
        return self.listing.filterset.narrowed(queryset, self.filters, given)

    def total(self, given: Mapping[str, Any]) -> QuerySet[Any]:
        asked = {name: kind for name, kind, _ in self.filters}
        return self.listing.filterset.total(self.rows(given), asked, given)

    @property
    def is_skewed(self) -> bool:
        return any(self.listing.filterset.base_filters[name].skewed for name, *_ in self.filters)

    def prepared(self, build: Callable[..., QuerySet[Any]], names: Iterable[str], **options: Any) -> Prepared[Any]:
        return Prepared(build, names, planned_once=not self.is_skewed, **options)


class Shape(NamedTuple):
    """Which rows, and in which order."""

    chosen: Chosen
    sort_by: str
    descending: bool
    fenced: bool

    @property
    def key(self) -> Any:
        return self.chosen.listing.filterset.SORTS[self.sort_by]

    @property
    def is_unique(self) -> bool:
        return self.sort_by in self.chosen.listing.filterset.UNIQUE

    def ordered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # A fenced order is that of no index: PostgreSQL finds the rows first and then sorts them.
        key = Coalesce(self.key, self.key) if self.fenced else self.key
        ties = [] if self.is_unique else ["-id" if self.descending else "id"]
        return queryset.order_by(key.desc() if self.descending else key.asc(), *ties)

    def beyond(self, queryset: QuerySet[Any], given: Mapping[str, Any]) -> QuerySet[Any]:
        """The rows after a position."""
        if self.is_unique:
            lookup: Any = LessThan if self.descending else GreaterThan
            return queryset.filter(lookup(self.key, given["key"]))
        lookup = TupleLessThan if self.descending else TupleGreaterThan
        return queryset.filter(lookup(Tuple(self.key, F("id")), (given["key"], given["tie"])))


@lru_cache(maxsize=SHAPES)
def _total(chosen: Chosen, names: tuple[str, ...]) -> Prepared[Any]:
    return chosen.prepared(lambda **given: chosen.total(given), names)


@lru_cache(maxsize=SHAPES)
def _seek(shape: Shape, names: tuple[str, ...]) -> Prepared[Any]:
    """Where the row stands that is preceded by `start` others."""

    def build(**given: Any) -> QuerySet[Any]:
        return shape.ordered(shape.chosen.rows(given)).values_list(shape.key, "id")[:1]

    return shape.chosen.prepared(build, names, offset="start")


@lru_cache(maxsize=SHAPES)
def _page(
    shape: Shape, names: tuple[str, ...], fields: tuple[str, ...], limit: int, extra: tuple[str, ...]
) -> Prepared[Any]:
    """Up to `limit` rows: the first ones, those after `start` others, or those after a position."""

    def build(**given: Any) -> QuerySet[Any]:
        queryset = shape.chosen.rows(given)
        extras: dict[str, Any] = {}
        if TOTAL in extra:
            extras |= {"page_total": Subquery(shape.chosen.total(given))}
        if PLACES in extra:
            extras |= {"page_key": shape.key, "page_id": F("id")}
        if "key" in given:
            queryset = shape.beyond(queryset, given)
        return shape.chosen.listing.serializer.selected(shape.ordered(queryset), fields, extras)[:limit]

    offset = "start" if "start" in names else None
    return shape.chosen.prepared(build, [name for name in names if name != "start"], offset=offset)


@dataclass(frozen=True)
class Rows:
    """The rows of one list: as much as a view and a paginator need of a QuerySet."""

    listing: Listing
    values: Mapping[str, Any]
    sort_by: str
    descending: bool = True
    filters: Filters = ()
    fields: tuple[str, ...] = ()
    known: int | None = None  # how many there are, once they have been counted

    def asked(self, asked: Mapping[str, Any]) -> Self:
        """Narrowed and sorted as the query parameters say."""
        filters, values = self.listing.filterset.bound(asked)
        return replace(
            self,
            filters=filters,
            values={**self.values, **values},
            sort_by=asked["sort_by"],
            descending=asked["sort_order"] == "desc",
        )

    @property
    def chosen(self) -> Chosen:
        return Chosen(self.listing, self.filters)

    @property
    def shape(self) -> Shape:
        fenced = (
            self.known is not None
            and self.chosen.is_skewed
            and self.known <= self.listing.filterset.few(self.filters, self.sort_by)
        )
        return Shape(self.chosen, self.sort_by, self.descending, fenced)

    def compiled(self, make: Any, *args: Any) -> Prepared[Any]:
        """What `make` makes, and keeps: but for a search of so many words that nobody will ask for its like again."""
        return (make if len(self.values) <= MANY else make.__wrapped__)(*args)

    def queryset(self) -> QuerySet[Any]:
        """All of them, for the ORM."""
        return self.shape.ordered(self.chosen.rows(self.values))

    def showing(self, fields: tuple[str, ...]) -> Self:
        return replace(self, fields=fields)

    def backwards(self) -> Self:
        return replace(self, descending=not self.descending)

    def counted(self) -> Self:
        return replace(self, known=self.total()) if self.known is None else self

    def total(self) -> int:
        return int(self.compiled(_total, self.chosen, tuple(self.values)).columns(self.values)[0][0])

    def page(self, start: int, limit: int) -> Page:
        """The rows after `start` others."""
        if start == 0:
            return self._read({}, limit)
        if start <= NEAR:
            return self._read({"start": start}, limit)
        rows = self.counted()
        before = rows._before(start)
        return rows.after(before, limit) if before else Page([], rows.known or 0)

    def after(self, position: Position | None, limit: int, *, places: bool = False) -> Page:
        """The rows after a position, or the first ones."""
        place = {"key": position.key, "tie": uuid_of(position.id)} if position else {}
        return self._read(place, limit, places=places)

    def _before(self, start: int) -> Position | None:
        """The position of the last of `start` rows, counted from the nearer end; None where there are no more."""
        total = self.known or 0
        if start >= total:
            return None
        rows, others = (self, start - 1) if start <= total // 2 else (self.backwards(), total - start)
        seek = self.compiled(_seek, rows.shape, tuple(rows.values))
        columns = seek.columns({**rows.values, "start": others})
        return Position(str(columns[0][0]), columns[1][0]) if columns else None

    def _read(self, place: Mapping[str, Any], limit: int, *, places: bool = False) -> Page:
        if self.known is None and self.chosen.is_skewed:
            return self.counted()._read(place, limit, places=places)
        if self.known == 0:
            return Page([], 0)
        values = {**self.values, **place}
        fields = self.fields or self.listing.serializer.names()
        extra = (*([TOTAL] if self.known is None else []), *([PLACES] if places else []))
        plan = self.compiled(_page, self.shape, tuple(values), fields, limit, extra).plan
        columns = plan.columns(values)
        if not columns:
            is_beyond_the_end = bool(place)
            return Page([], self.total() if is_beyond_the_end else 0)
        extras = {name: columns[index] for name, index in plan.annotations.items()}
        total = extras["page_total"][0] if self.known is None else self.known
        items = self.listing.serializer.shown(plan, columns, fields)
        return Page(items, total, extras.get("page_key", ()), extras.get("page_id", ()))
