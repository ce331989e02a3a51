"""Some thousand rows at a time, as they came: by column, which is the fast way, and any of them alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from clients.fields import ADDRESS
from clients.importing.columns import Header
from clients.spreadsheets import unmarked
from duespark.rules import SPACE


@dataclass(frozen=True, slots=True)
class Row:
    """One client or invoice as it came: what was sent, or why it is not even a record.

    `number` counts from 1, headers and blank lines apart; `cells` are the file's own, to hand back.
    """

    number: int
    sent: Mapping[str, Any]
    errors: dict[str, Any] | None = None
    cells: Sequence[str] | None = None


class Batch(Protocol):
    """Rows that follow each other, to be looked at by column, or any of them alone."""

    @property
    def first(self) -> int:
        """The number of the first row."""

    @property
    def absent(self) -> str | None:
        """What stands where nothing was sent."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> Row: ...

    def cells(self, index: int) -> Sequence[str] | None: ...

    def columns(self, names: Iterable[str]) -> dict[str, Sequence[Any]]:
        """The values of these fields, as far as they are there; of a row that is `odd` they mean nothing."""

    @property
    def odd(self) -> set[int]:
        """Which rows are not what a column can be made of."""


@dataclass(frozen=True)
class Cells:
    """Rows of a file."""

    first: int
    records: list[list[str]]
    meant: Header
    required: Sequence[str]
    absent: str | None = ""

    def __len__(self) -> int:
        return len(self.records)

    def row(self, index: int) -> Row:
        cells, number, width = self.records[index], self.first + index, self.meant.width
        if len(cells) != width:
            message = f"Must have as many cells as the header, {width}, not {len(cells)}."
            return Row(number, {}, {"non_field_errors": [message]}, cells)
        return Row(number, _sent(unmarked(cells), self.meant.fields, self.required), cells=cells)

    def cells(self, index: int) -> Sequence[str]:
        return self.records[index]

    def columns(self, names: Iterable[str]) -> dict[str, Sequence[Any]]:
        records = self.records
        if odd := self.odd:
            empty = [""] * self.meant.width
            records = [empty if index in odd else cells for index, cells in enumerate(records)]
        columns = list(zip(*records, strict=True))
        return {name.removeprefix("address."): unmarked(columns[index]) for index, name in self.meant.fields.items()}

    @cached_property
    def odd(self) -> set[int]:
        if set(map(len, self.records)) == {self.meant.width}:
            return set()
        return {index for index, cells in enumerate(self.records) if len(cells) != self.meant.width}


@dataclass(frozen=True)
class Items:
    """Rows of a JSON list."""

    first: int
    items: list[Any]
    absent: str | None = None

    def __len__(self) -> int:
        return len(self.items)

    def row(self, index: int) -> Row:
        item, number = self.items[index], self.first + index
        if isinstance(item, Mapping):
            return Row(number, item)
        return Row(number, {}, {"non_field_errors": ["Must be an object."]})

    def cells(self, index: int) -> None:
        return None

    def columns(self, names: Iterable[str]) -> dict[str, Sequence[Any]]:
        odd = self.odd
        items = [{} if index in odd else item for index, item in enumerate(self.items)] if odd else self.items
        addresses = [item.get("address") or {} for item in items]
        return {name: [one.get(name) for one in (addresses if name in ADDRESS else items)] for name in names}

    @cached_property
    def odd(self) -> set[int]:
        return {
            index
            for index, item in enumerate(self.items)
            if not isinstance(item, dict) or not isinstance(item.get("address"), dict | None)
        }


def _sent(cells: Sequence[str], fields: Mapping[int, str], required: Sequence[str]) -> dict[str, Any]:
    """A record's cells as the API's JSON has them. An empty one was not sent, but for the required."""
    sent: dict[str, Any] = {}
    address: dict[str, str] = {}
    for index, name in fields.items():
        cell = cells[index]
        if name.startswith("address."):
            if cell.strip(SPACE):
                address[name.removeprefix("address.")] = cell
        elif cell.strip(SPACE) or name in required:
            sent[name] = cell
    if address:
        sent["address"] = address
    return sent
