"""Bars side by side, as SVG that a page carries along: no script, and readable without seeing them.

A page includes `admin/chart.html` with `chart`. Across, places are percentages, so that the bars
follow the page's width and their texts do not; down, they are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import ceil

HEIGHT = 180  # of the bars' room
LINES = 4  # of the scale, above zero
GROUP = Decimal("0.7")  # of a label's room that its bars take
MAX_TICKS = 12
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
SHORT = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(1000), "k"))


@dataclass(frozen=True)
class Series:
    """What is compared, such as what was invoiced: a value for each of the chart's labels."""

    name: str
    values: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.values, Decimal(0))


@dataclass(frozen=True)
class Bar:
    series: int
    title: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Tick:
    """A text on one of the axes; `minor` ones make room on a narrow page."""

    text: str
    at: str
    minor: bool = False


@dataclass(frozen=True)
class BarChart:
    """A group of bars for each label. `ticks` are shorter labels for the axis, where those are long."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    ticks: Sequence[str] = ()

    height = HEIGHT
    axis = HEIGHT + 18  # the line on which the labels stand
    full_height = HEIGHT + 26

    @cached_property
    def top(self) -> Decimal:
        """A round number that no value exceeds, and whose quarters are round, too."""
        most = max((value for one in self.series for value in one.values), default=Decimal(0))
        step = most / LINES
        if step <= 0:
            return Decimal(LINES)
        power = Decimal(10) ** step.adjusted()
        return LINES * next(round_one * power for round_one in STEPS if round_one * power >= step)

    def bars(self) -> Iterator[Bar]:
        room = Decimal(100) / max(1, len(self.labels))
        width = room * GROUP / max(1, len(self.series))
        for i, label in enumerate(self.labels):
            left = room * i + room * (1 - GROUP) / 2
            for n, one in enumerate(self.series):
                height = self._height(one.values[i])
                title = f"{one.name}, {label}: {self.amount(one.values[i])}"
                yield Bar(n, title, _percent(left + width * n), _percent(width), str(HEIGHT - height), str(height))

    def scale(self) -> Iterator[Tick]:
        for line in range(LINES + 1):
            value = self.top * line / LINES
            yield Tick(short(value), str(HEIGHT - self._height(value)))

    def along(self) -> Iterator[Tick]:
        """The labels under the bars, as many as there is room for."""
        texts, every = self.ticks or self.labels, -(-len(self.labels) // MAX_TICKS)
        for nth, i in enumerate(range(0, len(texts), max(1, every))):
            middle = (Decimal(i) + Decimal("0.5")) * 100 / len(texts)
            yield Tick(texts[i], _percent(middle), minor=nth % 2 == 1)

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """The same figures as a table."""
        for i, label in enumerate(self.labels):
            yield label, [self.amount(one.values[i]) for one in self.series]

    @property
    def summary(self) -> str:
        return f"{self.title}. " + " ".join(self._said(one) for one in self.series)

    def _said(self, one: Series) -> str:
        if not one.total:
            return f"{one.name}: nothing."
        most = max(one.values)
        label = self.labels[list(one.values).index(most)]
        return f"{one.name}: {self.amount(one.total)} in all, most in {label} with {self.amount(most)}."

    def amount(self, value: Decimal) -> str:
        return f"{value:,.2f} {self.unit}".strip()

    def _height(self, value: Decimal) -> int:
        """In whole pixels, at least one where there is anything."""
        return ceil(max(value, Decimal(0)) * HEIGHT / self.top)


def _percent(value: Decimal) -> str:
    return f"{value:.3f}%"


def short(value: Decimal) -> str:
    """As the scale says it: 2,500 is 2.5k."""
    for unit, letter in SHORT:
        if value >= unit:
            return f"{(value / unit).normalize():f}{letter}"
    return f"{value.normalize():f}"
