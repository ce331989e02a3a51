"""What the document at /schema says of a text's form is what its rule takes, no more and no less."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import fields
from duespark.rules import Invalid, Text

TEXTS = st.text(alphabet=st.sampled_from("ab \t\n\r\x00\x1f\x7f\x85\x9f\u00a0\u2028\u3000\ufeffé🦊"), max_size=8)
PHONES = st.text(alphabet=st.sampled_from("059+-(). /xX#eEtTnsiO\n"), max_size=12)
ISSUED = st.dates().map(str)


def takes(rule, text):
    try:
        rule(text)
    except Invalid:
        return False
    return True


def matches(schema, text):
    return re.search(schema["pattern"], text) is not None


@pytest.mark.parametrize(
    "rule",
    [Text(80), Text(80, required=True), Text(80, multiline=True), Text(80, required=True, multiline=True)],
    ids=["line", "required line", "lines", "required lines"],
)
@given(text=TEXTS)
def test_a_texts_pattern_is_its_rule(rule, text):
    assert matches(rule.schema, text) == takes(rule, text)


@given(text=PHONES | st.from_regex(fields.PHONE.pattern, fullmatch=True).filter(lambda text: len(text) <= 40))
def test_a_phones_pattern_is_its_rule(text):
    assert matches(fields.PHONE.schema, text) == takes(fields.PHONE, text)


@given(day=ISSUED)
def test_the_pattern_of_a_day_of_issue_is_its_rule(day):
    assert (re.search(fields.ISSUE_DATE_FORM, day) is not None) == takes(fields.ISSUE_DATE, day)


def test_the_countries_of_the_document_are_the_rules():
    assert all(takes(fields.COUNTRY, code) for code in fields.COUNTRY.schema["enum"])
    assert len(fields.COUNTRY.schema["enum"]) > 240
