"""Lists of any length: how many rows are told, which pages there are, and what they may be sorted by.

A list is long where it has more than `CAP` rows. Nobody waits for these to be counted or sorted: their
number is one that is kept, or the planner's estimate, and their order one that an index has.
"""

import json
import re
from functools import cached_property
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.text import get_text_list

CAP = 10_000
FIGURES = 3  # of an estimate
NEAR = 1_000  # rows that a page passes over one by one
COLUMN = re.compile(r"-?[0-9]{1,3}")


class CappedPaginator(Paginator):
    """Counts up to `CAP`, and has pages up to there: of more rows, if their number is `kept`."""

    def __init__(self, rows: Any, per_page: int, *, kept: int | None = None) -> None:
        super().__init__(rows, per_page)
        self.kept = kept

    @cached_property
    def _found(self) -> int:
        if self.kept is not None:
            return self.kept
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: CAP + 1].count())

    @property
    def is_long(self) -> bool:
        return self._found > CAP

    @property
    def is_exact(self) -> bool:
        return self.kept is not None or not self.is_long

    @cached_property
    def count(self) -> int:
        return self._found if self.is_exact else CAP

    @cached_property
    def told(self) -> str:
        """How many rows there are, in words."""
        if self.is_exact:
            return f"{self.count:,}"
        estimate = self._estimate()
        return f"about {estimate:,}" if estimate > CAP else f"more than {CAP:,}"

    def _estimate(self) -> int:
        rows: Any = self.object_list
        [plan] = json.loads(rows.order_by().values("pk").explain(format="json"))
        return rounded(int(plan["Plan"]["Plan Rows"]))

    def page(self, number: Any) -> Page:
        """Counted off from the nearer end, and far from it by the entries of an index."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        rows: Any = self.object_list
        if turned := self.is_exact and start > self.count // 2:
            rows, start, stop = rows.reverse(), self.count - stop, self.count - start
        if start > NEAR:
            found = rows.filter(pk__in=list(rows.values_list("pk", flat=True)[start:stop]))
        else:
            found = rows[start:stop]
        return Page(list(found)[::-1] if turned else list(found), number, self)


def rounded(count: int) -> int:
    """To the figures that an estimate is good for."""
    return round(count, FIGURES - len(str(count)))


class Choices(Page):
    """What is offered as one types: whether there is more is known by one row more, and by no counting."""

    def __init__(self, rows: Any, number: int, paginator: Paginator) -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.more = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        return self.more


class UncountedPaginator(Paginator):
    """Pages of `Choices`, as far as the `CAP`."""

    count = CAP

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        return Choices(list(rows[start : start + self.per_page + 1]), number, self)


class BackOfficeList(ChangeList):
    """Sorted by one column at a time: by any where the list is short, else by those that an index serves."""

    paginator: Any
    model_admin: Any

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except ValueError as error:  # a year after which there is none
            raise IncorrectLookupParameters(error) from None

    def get_results(self, request: HttpRequest) -> None:
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        column = self._sorted_column()
        indexed = self.model_admin.sorts_of_long_list(request)
        if column not in (None, *indexed) and self.paginator.is_long:
            del self.params[ORDER_VAR]
            ordering = self.get_ordering(request, self.queryset.order_by())
            self.queryset = self.paginator.object_list = self.queryset.order_by(*ordering)
        self.result_list = self._first_page() if self.page_num == 1 else self._page()
        if self.paginator.is_long:
            self.sortable_by = indexed
        self.result_count = self.full_result_count = self.paginator.count
        self.show_full_result_count, self.show_admin_actions = False, bool(self.result_count)
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        if self.show_all and self.can_show_all:
            self.result_list = self.queryset._clone()

    def _first_page(self) -> list[Any]:
        """One that is not full has been counted by this: a search for a single row reads all of them only once."""
        rows = list(self.queryset[: self.list_per_page + 1])
        if len(rows) <= self.list_per_page and self.paginator.kept is None:
            self.paginator.kept = len(rows)
        return rows[: self.list_per_page]

    def _page(self) -> Any:
        try:
            return self.paginator.page(self.page_num).object_list
        except InvalidPage:
            raise IncorrectLookupParameters from None

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Ties stand as an index has them, which is read from either end: in the direction of the column."""
        order = self.params.pop(ORDER_VAR, "").partition(".")[0]
        if COLUMN.fullmatch(order):  # Django takes more for a number of a column
            self.params[ORDER_VAR] = order
        keys = [key for key in super().get_ordering(request, queryset) if key != "-pk"]
        return [*keys, "pk" if keys and not _descends(keys[-1]) else "-pk"]

    def _sorted_column(self) -> Any:
        order = self.params.get(ORDER_VAR, "").removeprefix("-")
        return self.list_display[int(order)] if order and int(order) < len(self.list_display) else None

    @property
    def sort_hint(self) -> str:
        """Why a long list cannot be sorted as one may like."""
        if not self.paginator.is_long:
            return ""
        columns = [str(label_for_field(name, self.model, self.model_admin)) for name in self.sortable_by or ()]
        if columns:
            either = get_text_list(columns, "or")
            return f"A list this long can be sorted by {either}; narrow it to sort by any column."
        return "A list this long cannot be sorted; choose an account, or narrow it otherwise."


def _descends(key: Any) -> bool:
    return bool(key.descending) if isinstance(key, OrderBy) else key.startswith("-")
