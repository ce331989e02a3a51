"""JSON as the API speaks it: money and other fractions are exact decimals, times end in Z.

msgspec does the work. What it refuses is given to the standard library once more, so that a lone
surrogate or a number of a thousand digits reaches the field it was sent for, whose message says
more than a byte offset can.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from rest_framework.exceptions import ParseError

MAX_DEPTH = 100
MAX_DIGITS = 400


class MalformedJSON(ParseError):
    """The body is not JSON as RFC 8259 has it, or nests deeper than `MAX_DEPTH`."""

    default_code = "MALFORMED_JSON"


def decode(body: bytes) -> Any:
    """The value of a JSON text in UTF-8; raises `MalformedJSON`."""
    try:
        value = _decode(body)
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, msgspec.MsgspecError, ArithmeticError):
        value = _decode_leniently(body)
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_too_deep(value):
        raise _too_deep()
    return value


def _decode_leniently(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode("utf-8-sig"), parse_float=_number, parse_int=_integer, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise MalformedJSON(f"Malformed JSON: byte {error.start + 1} is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise MalformedJSON(f"Malformed JSON at line {error.lineno}, column {error.colno}.") from error
    except RecursionError:
        raise _too_deep() from None


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _too_deep() -> MalformedJSON:
    return MalformedJSON(f"Malformed JSON: nested more than {MAX_DEPTH} levels deep.")


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what a Decimal holds: no number of ours
        return Decimal("NaN")


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= MAX_DIGITS else _number(text)


def _refuse_constant(name: str) -> None:
    raise MalformedJSON(f"Malformed JSON: {name} is no JSON number.")


encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(float_hook=_number).decode
