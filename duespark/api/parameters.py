"""Rules for what only a query string has; as in duespark/rules.py."""

from dataclasses import dataclass
from typing import Any

from duespark.rules import SPACE, Invalid


@dataclass(frozen=True)
class Ordinal:
    """A whole number from 1, in digits, such as a page's."""

    maximum: int = 2**31 - 1

    def __call__(self, value: Any) -> int:
        text = value.strip(SPACE)
        if not (text.isascii() and text.isdigit()) or not text.strip("0"):
            raise Invalid("Must be a whole number from 1.")
        if len(text.lstrip("0")) > 10 or int(text) > self.maximum:
            raise Invalid(f"Too large: must be at most {self.maximum}.")
        return int(text)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": self.maximum}


@dataclass(frozen=True)
class Names:
    """Some of these names, with commas between them; in the order in which an answer has them."""

    choices: tuple[str, ...]

    def __call__(self, value: Any) -> tuple[str, ...]:
        asked = {name.strip(SPACE) for name in value.split(",")}
        if not asked <= set(self.choices):
            raise Invalid(f"Must be names of {', '.join(self.choices)}, with commas between them.")
        return tuple(name for name in self.choices if name in asked)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "enum": list(self.choices)}, "minItems": 1}
