"""Whatever is sent, a rule keeps a value or says that it is invalid."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import fields
from duespark.api.json import decode, encode
from duespark.records import Rejected
from duespark.rules import CalendarDate, Choice, Email, Flag, Invalid, Moment, Money, Text, WholeNumber

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
