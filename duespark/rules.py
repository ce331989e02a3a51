"""What a value sent from outside must be: rules shared by the API, the imports and the admin.

A rule is called with what was sent and gives the value to keep, or raises `Invalid` with one
sentence for people, which never repeats what was sent. `None` never reaches a rule: whether a
field may be null is its field's own affair.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, runtime_checkable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from duespark import patterns

# Cc apart from tab and line feed, then those two, and halves of surrogate pairs.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile("[\t\n]")
# White space that may surround a text. The other control characters that `str.strip` takes are errors.
SPACE = " \t\r\n\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
# What most emails and amounts look like: some of those that the rules take.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]{1,63}\.)+[a-z]{2,63}", re.ASCII | re.IGNORECASE
).fullmatch
_PLAIN_MONEY = re.compile(r"[0-9]{1,12}\.[0-9]{2}", re.ASCII).fullmatch


class Invalid(ValueError):
    """A value breaks its rule; the message says what it must be."""


class Rule(Protocol):
    """Gives the value to keep, or raises `Invalid`; `schema` is the same rule as JSON Schema."""

    @property
    def schema(self) -> dict[str, Any]: ...

    def __call__(self, value: Any) -> Any: ...


@runtime_checkable
class ColumnRule(Rule, Protocol):
    """A rule that looks at many texts at once, ten times as fast."""

    def column(self, texts: Sequence[str]) -> Sequence[Any] | None:
        """What the rule gives for each; None where one is wrong, or so unusual that each needs a look."""


@dataclass(frozen=True)
class Text:
    """Text without control characters, trimmed, of `min_length` to `max_length` characters.

    An empty text is `None` unless `required`. `multiline` text keeps tabs and line feeds, and
    CRLF becomes LF.
    """

    max_length: int
    min_length: int = 1
    required: bool = False
    multiline: bool = False

    def __call__(self, value: Any) -> str | None:
        if type(value) is not str:
            raise Invalid("Must be text.")
        text = value.strip(SPACE)
        if not text:
            if self.required:
                raise Invalid("Must not be empty.")
            return None
        if self.multiline:
            text = text.replace("\r\n", "\n")
        if not text.isprintable() and (_CONTROL.search(text) or (not self.multiline and _LINES.search(text))):
            raise Invalid("Must not contain control characters.")
        if len(text) > self.max_length:
            raise Invalid(f"Must have at most {self.max_length:,} characters.")
        if len(text) < self.min_length:
            raise Invalid(f"Must have at least {self.min_length} characters.")
        return text

    def column(self, texts: Sequence[str]) -> Sequence[str | None] | None:
        joined = "\n".join(texts)
        apart = joined.split("\n")
        if len(apart) != len(texts) or not "".join(apart).isprintable():
            return None
        if "\n " in joined or " \n" in joined or joined.startswith(" ") or joined.endswith(" "):
            return None
        lengths = set(map(len, texts))
        if max(lengths) > self.max_length or not lengths.isdisjoint(range(int(not self.required), self.min_length)):
            return None
        if self.required:
            return texts
        return [text or None for text in texts]

    @property
    def schema(self) -> dict[str, Any]:
        shortest = {"minLength": self.min_length} if self.required else {}
        form = patterns.text(required=self.required, multiline=self.multiline)
        return {"type": "string", **shortest, "maxLength": self.max_length, "pattern": form}


@dataclass(frozen=True)
class Email:
    """An email address, kept as written."""

    text: Text = Text(254, required=True)

    def __call__(self, value: Any) -> str:
        email = self.text(value)
        try:
            validate_email(email)
        except ValidationError:
            raise Invalid("Must be a valid email address.") from None
        return email  # type: ignore[return-value]

    def column(self, texts: Sequence[str]) -> Sequence[str | None] | None:
        emails = self.text.column(texts)
        return emails if emails is not None and all(map(_PLAIN_EMAIL, texts)) else None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.text.max_length, "format": "email"}


@dataclass(frozen=True)
class Pattern:
    """A text of a certain form; `message` says which."""

    text: Text
    pattern: re.Pattern[str]
    message: str

    def __call__(self, value: Any) -> str | None:
        text = self.text(value)
        if text is not None and not self.pattern.fullmatch(text):
            raise Invalid(self.message)
        return text

    def column(self, texts: Sequence[str]) -> Sequence[str | None] | None:
        kept = self.text.column(texts)
        return kept if kept is not None and all(map(self.pattern.fullmatch, filter(None, texts))) else None

    @property
    def schema(self) -> dict[str, Any]:
        form = patterns.trimmed(f"(?:{self.pattern.pattern}){'' if self.text.required else '?'}")
        return {**self.text.schema, "pattern": form, "description": self.message}


@dataclass(frozen=True)
class WholeNumber:
    """An integer from `minimum` to `maximum`, as one or as a string of digits."""

    minimum: int
    maximum: int

    def __call__(self, value: Any) -> int:
        if type(value) is str and (text := value.strip(SPACE)).isascii() and text.isdigit():
            value = int(text) if len(text) < 20 else self.maximum + 1
        if type(value) is not int:
            raise Invalid("Must be a whole number.")
        if not self.minimum <= value <= self.maximum:
            raise Invalid(f"Must be from {self.minimum} to {self.maximum}.")
        return value

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True)
class Money:
    """An amount of money with at most two decimals, above zero unless `minimum` says else."""

    maximum: Decimal = Decimal("999999999999.99")
    minimum: Decimal = Decimal("0.01")

    def __call__(self, value: Any) -> Decimal:
        amount = self._number(value)
        # Compared before quantize, which refuses more digits than its context has.
        if amount > self.maximum:
            raise Invalid(f"Must be at most {self.maximum:,}.")
        if amount < self.minimum:
            raise Invalid(f"Must be at least {self.minimum}.")
        rounded = amount.quantize(Decimal("0.01"))
        if rounded != amount:
            raise Invalid("Must have at most two decimals.")
        return rounded or Decimal("0.00")  # never -0.00

    def column(self, texts: Sequence[str]) -> Sequence[Decimal] | None:
        if not all(map(_PLAIN_MONEY, texts)):
            return None
        amounts = list(map(Decimal, texts))
        return amounts if self.minimum <= min(amounts) and max(amounts) <= self.maximum else None

    def _number(self, value: Any) -> Decimal:
        try:
            if type(value) is int or type(value) is Decimal:
                amount = Decimal(value)
            elif type(value) is str and value.isascii() and "_" not in value:
                amount = Decimal(value.strip(SPACE))
            else:
                raise Invalid("Must be an amount such as 1250.00.")
        except InvalidOperation:
            raise Invalid("Must be an amount such as 1250.00.") from None
        if not amount.is_finite():
            raise Invalid("Must be an amount such as 1250.00.")
        return amount

    @property
    def schema(self) -> dict[str, Any]:
        bounds = {"minimum": float(self.minimum), "maximum": float(self.maximum)}
        return {"type": "number", "format": "decimal", **bounds, "description": "At most two decimals."}


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    choices: tuple[str, ...]

    def __call__(self, value: Any) -> str:
        if type(value) is not str or value not in self.choices:
            raise Invalid(f"Must be one of: {', '.join(self.choices)}.")
        return value

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}


@dataclass(frozen=True)
class Flag:
    """true, false, 1 or 0, in any case."""

    def __call__(self, value: Any) -> bool:
        if type(value) is bool:
            return value
        match str(value).strip(SPACE).lower():
            case "true" | "1":
                return True
            case "false" | "0":
                return False
        raise Invalid("Must be one of: true, false, 1, 0.")

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}
