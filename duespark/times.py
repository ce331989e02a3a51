"""Rules for days and moments, as those of duespark/rules.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from duespark.rules import SPACE, Invalid

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class CalendarDate:
    """A day as YYYY-MM-DD, from `first` to `last`."""

    first: date = date.min
    last: date = date.max

    def __call__(self, value: Any) -> date:
        day = self._day(value)
        if day < self.first:
            raise Invalid(f"Must not be before {self.first}.")
        if day > self.last:
            raise Invalid(f"Must not be after {self.last}.")
        return day

    def _day(self, value: Any) -> date:
        if type(value) is str and _DATE.fullmatch(text := value.strip(SPACE)):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        raise Invalid("Must be a date such as 2026-01-31.")

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Moment:
    """A time as ISO 8601 has it; one without an offset is UTC's, unless it must be `zoned`."""

    zoned: bool = False

    def __call__(self, value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value.strip(SPACE))
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, AttributeError, OverflowError):
            raise Invalid("Must be a time such as 2026-01-31T12:00:00Z.") from None
        if self.zoned:
            raise Invalid("Must be a time with its zone, such as 2026-01-31T12:00:00Z.")
        return moment.replace(tzinfo=UTC)

    def column(self, texts: Sequence[str]) -> Sequence[datetime] | None:
        try:
            moments = list(map(datetime.fromisoformat, texts))
        except ValueError:
            return None
        return moments if all(moment.tzinfo is UTC for moment in moments) else None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}
