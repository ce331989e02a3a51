import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duespark.api.json import MalformedJSON, decode, encode


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"1", 1),
        (b"-0", 0),
        (b"36893488147419103232", 2**65),
        (b"1" * 300, int("1" * 300)),
        (b"1.10", Decimal("1.10")),
        (b"1E+2", Decimal("1E+2")),
        (b"0.1", Decimal("0.1")),
        (b"18446744073709551616.5", Decimal("18446744073709551616.5")),
        (b"1e400", Decimal("1e400")),
        (b'"\\ud83e\\udd8a"', "🦊"),
        (b'"\\ud800"', "\ud800"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"\xef\xbb\xbf[]", []),
        (b" \n\t\r{} ", {}),
        (b"null", None),
    ],
)
def test_it_reads_json_exactly(text, value):
    read = decode(text)

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("text", [b"0.%s" % (b"1" * 5000), b"9" * 5000, b"-" + b"9" * 5000])
def test_a_number_of_thousands_of_digits_is_exact(text):
    assert decode(text) == Decimal(text.decode())


def test_a_number_beyond_every_number_is_none_of_ours():
    assert decode(b"1e-99999999999999999999").is_nan()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"{",
        b"]",
        b"01",
        b"1.",
        b".5",
        b"+1",
        b"0x10",
        b"'a'",
        b"[1,]",
        b"{1:2}",
        b"{}{}",
        b"// a\n1",
        b"True",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'"\x00"',
        b'"\n"',
        b'"\\x"',
        b'"\\u12"',
        b'"',
        b"\xff",
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-32-le"),
        b"\x0b1",
        b"\xc2\xa01",
    ],
)
def test_what_is_no_json_is_malformed(text):
    with pytest.raises(MalformedJSON, match=r"^Malformed JSON"):
        decode(text)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b"[[],"])
@pytest.mark.parametrize("times", [101, 1_000, 100_000])
def test_what_nests_too_deep_is_malformed(opening, times):
    closing = b"".join({b"[": b"]", b"{": b"}"}[mark.to_bytes()] for mark in reversed(opening) if mark in b"[{")
    closing = b"]" if opening == b"[[]," else closing

    with pytest.raises(MalformedJSON, match="nested more than 100 levels deep"):
        decode(opening * times + b"1" + closing * times)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_hundred_levels_are_taken(opening, closing):
    assert encode(decode(opening * 100 + b"1" + closing * 100)) == opening * 100 + b"1" + closing * 100


def test_wide_is_not_deep():
    wide = b"[" + b"[]," * 10_000 + b'"[[[[' + b"[" * 200 + b'"]'

    assert len(decode(wide)) == 10_001


@given(st.binary())
def test_any_bytes_are_json_or_malformed(body):
    with suppress(MalformedJSON):
        decode(body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
)


@given(VALUES)
def test_what_others_write_is_read_and_written_back(value):
    assert decode(json.dumps(value).encode()) == value
    assert json.loads(encode(decode(json.dumps(value).encode()))) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("15750.00"), b"15750.00"),
        (Decimal("0.00"), b"0.00"),
        (Decimal("999999999999.99"), b"999999999999.99"),
        (Decimal("18.5"), b"18.5"),
        (datetime(2024, 1, 15, 10, 30, tzinfo=UTC), b'"2024-01-15T10:30:00Z"'),
        (date(2024, 1, 15), b'"2024-01-15"'),
        ("Zoë 🦊", '"Zoë 🦊"'.encode()),
        (None, b"null"),
        (True, b"true"),
    ],
)
def test_it_writes_as_the_guide_does(value, text):
    assert encode(value) == text
