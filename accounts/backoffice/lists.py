"""Lists of any length: how many rows are told, which pages there are, and what they may be sorted by.

A list is long where it has more than `CAP` rows. Nobody waits for these to be counted or sorted: their
number is one that is kept, or the planner's estimate, and their order one that an index has.
"""

import json
from functools import cached_property
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

CAP = 10_000
FIGURES = 3  # of an estimate


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
        estimate = int(plan["Plan"]["Plan Rows"])
        return round(estimate, FIGURES - len(str(estimate)))

    def page(self, number: Any) -> Page:
        """Counted off from the nearer end: an offset reads all that it passes over."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        rows: Any = self.object_list
        if not self.is_exact or start <= self.count // 2:
            return self._get_page(rows[start:stop], number, self)
        last = rows.reverse()[self.count - stop : self.count - start]
        return self._get_page(list(last)[::-1], number, self)


class BackOfficeList(ChangeList):
    """Sorted by one column at a time: by any where the list is short, else by those that an index serves."""

    paginator: CappedPaginator

    def get_results(self, request: HttpRequest) -> None:
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        if paginator.is_long:
            self.sortable_by = self.model_admin.sorts_of_long_list(request)
            if self._sorted_column() not in self.sortable_by:
                self.params.pop(ORDER_VAR, None)
                self.queryset = paginator.object_list = self.queryset.order_by(*self._get_default_ordering())
        self.paginator = paginator
        self.result_count, self.full_result_count = paginator.count, None
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        self.result_list = self._page()

    def _page(self) -> Any:
        if not self.multi_page or (self.show_all and self.can_show_all):
            return self.queryset._clone()
        try:
            return self.paginator.page(self.page_num).object_list
        except InvalidPage:
            raise IncorrectLookupParameters from None

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Ties stand as an index has them, which is read from either end: in the direction of the column."""
        if order := self.params.get(ORDER_VAR):
            self.params[ORDER_VAR] = order.partition(".")[0]
        first, *ties = super().get_ordering(request, queryset)
        ascends = not (first.descending if isinstance(first, OrderBy) else first.startswith("-"))
        return [first, *("pk" if ascends and tie == "-pk" else tie for tie in ties)]

    def _sorted_column(self) -> str | None:
        order = self.params.get(ORDER_VAR, "").removeprefix("-")
        return self.list_display[int(order)] if order.isdecimal() and int(order) < len(self.list_display) else None

    @property
    def sort_hint(self) -> str:
        """Why a long list cannot be sorted as one may like."""
        if not self.paginator.is_long:
            return ""
        columns = [str(self._label(name)) for name in self.sortable_by or ()]
        if columns:
            return f"A list this long is sorted by {_either(columns)}. Narrow it to sort by any column."
        return "A list this long stands newest first. Choose an account, or narrow it otherwise, to sort it."

    def _label(self, name: str) -> Any:
        shown = getattr(self.model_admin, name, None)
        return getattr(shown, "short_description", None) or name.replace("_", " ")


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
