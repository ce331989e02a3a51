"""Whatever is sent, a rule keeps a value or says that it is invalid."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import fields
from duespark.api.json import decode, encode
from duespark.records import Rejected
from duespark.rules import Choice, ColumnRule, Email, Flag, Invalid, Money, Text, WholeNumber
from duespark.times import CalendarDate, Moment

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(alphabet=st.characters(exclude_categories=()))
    | st.from_regex(r"[-+0-9.eE_: TZ]{0,30}"),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=5,
)
RULES = [
    Text(5),
    Text(5, multiline=True, required=True),
    Email(),
    WholeNumber(0, 365),
    Money(),
    Money(minimum=Decimal(0)),
    CalendarDate(),
    Moment(),
    Choice(("a", "b")),
    Flag(),
    fields.PHONE,
    fields.COUNTRY,
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(value=JSON)
def test_a_rule_keeps_a_value_or_says_invalid(rule, value):
    with suppress(Invalid):
        encode(rule(value))  # whatever is kept can be answered


TEXTS = ["", "Acme", " Acme", "two\nlines", "tab\t", "\u3000", "\ud800", "x" * 300]
EMAILS = ["a@b.example", "a@b", "a..b@c.example"]
NUMBERS = ["+1-555", "12.50", "0.00", "-1.00", "1e3", "9" * 20]
TIMES = ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00+00:00", "2026-01-31"]
USUAL = st.sampled_from([*TEXTS, *EMAILS, *NUMBERS, *TIMES])


@pytest.mark.parametrize("rule", [rule for rule in RULES if isinstance(rule, ColumnRule)], ids=repr)
@given(texts=st.lists(USUAL | st.text(max_size=6), min_size=1, max_size=4))
def test_many_at_once_are_kept_as_each_alone(rule, texts):
    kept = rule.column(texts)
    if kept is not None:
        assert list(kept) == [rule(text) for text in texts]


@pytest.mark.parametrize("absent", ["", None], ids=["of a file", "of a list"])
@given(data=st.data())
def test_records_that_are_plainly_right_are_kept_as_each_alone(absent, data):
    names = [*fields.CLIENT.rules, *fields.ADDRESS]
    values = (
        st.just(absent) | USUAL | st.sampled_from(["30", "US", "us", "x"]) | (JSON if absent is None else st.text())
    )
    columns = {name: data.draw(st.lists(values, min_size=3, max_size=3)) for name in names}
    kept, doubtful = fields.CLIENT.check_columns(columns, absent)
    for place in {0, 1, 2} - doubtful:
        sent = {name: columns[name][place] for name in fields.CLIENT.rules if columns[name][place] != absent}
        sent["address"] = {name: columns[name][place] for name in fields.ADDRESS if columns[name][place] != absent}
        assert {name: values[place] for name, values in kept.items()} == dict.fromkeys(names) | fields.CLIENT.check(
            sent
        )


@pytest.mark.parametrize(
    "record", [fields.CLIENT, fields.INVOICE, fields.PAYMENT], ids=["client", "invoice", "payment"]
)
@given(data=st.data())
def test_a_record_is_kept_or_rejected(record, data):
    names = st.sampled_from([*record.rules, *record.nested, "else"])
    with suppress(Rejected):
        record.check(data.draw(st.dictionaries(names, JSON)))


@given(st.decimals(min_value="0.01", max_value="999999999999.99", places=2))
def test_money_survives_the_journey_in_and_out(amount):
    assert Money()(decode(encode(amount))) == amount
