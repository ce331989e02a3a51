"""What is kept of other rows, and where it is not what those come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that keeps something else than its children come to.

    `columns` maps each kept column to what is kept and what is true. It is not `mendable` where a
    constraint of the row's own forbids the truth.
    """

    id: str
    mendable: bool
    columns: dict[str, tuple[Any, Any]]

    def __str__(self) -> str:
        wrong = {column: pair for column, pair in self.columns.items() if pair[0] != pair[1]}
        return f"{self.id}: " + ", ".join(f"{column} is {kept}, not {true}" for column, (kept, true) in wrong.items())


class Comparable(Protocol):
    """Anything kept that can be compared with the rows it is kept from, and mended."""

    def differences(self, account_id: str) -> Iterator[Difference]: ...

    def mend(self, account_id: str) -> None: ...
