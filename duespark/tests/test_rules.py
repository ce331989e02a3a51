import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from duespark.api.json import encode
from duespark.records import Record, Rejected, validation_detail
from duespark.rules import Choice, Email, Flag, Invalid, Money, Pattern, Text, WholeNumber
from duespark.times import CalendarDate, Moment


def says(rule, value):
    with pytest.raises(Invalid) as error:
        rule(value)
    return str(error.value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Acme", "Acme"),
        ("  Acme \t\r\n", "Acme"),
        ("\u00a0\u2003\u3000Acme\u2028", "Acme"),
        ("Zoë 李 🦊", "Zoë 李 🦊"),
        ("a\u200db", "a\u200db"),  # a zero-width joiner holds emoji together
        ("12345678", "12345678"),
        ("", None),
        ("   ", None),
    ],
)
def test_text_is_trimmed_and_otherwise_kept(value, kept):
    assert Text(8)(value) == kept


def test_text_is_as_long_as_it_may_be():
    assert says(Text(8), "123456789") == "Must have at most 8 characters."
    assert says(Text(10_000), "x" * 10_001) == "Must have at most 10,000 characters."
    assert says(Text(8, min_length=3), "12") == "Must have at least 3 characters."
    assert Text(8)("🦊" * 8) == "🦊" * 8


def test_required_text_is_not_empty():
    assert says(Text(8, required=True), " ") == "Must not be empty."


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_text_has_no_control_characters(code):
    assert says(Text(8), f"a{chr(code)}b") == "Must not contain control characters."


@pytest.mark.parametrize("code", [*range(9), *range(0xB, 0x20), *range(0x7F, 0xA0), 0xD800])
def test_text_of_many_lines_has_none_but_tab_and_line_feed(code):
    assert says(Text(8, multiline=True), f"a{chr(code)}b") == "Must not contain control characters."


def test_text_of_many_lines_ends_them_with_a_line_feed():
    assert Text(20, multiline=True)("\r\na\r\n\tb\n\nc\r\n") == "a\n\tb\n\nc"


@pytest.mark.parametrize("value", ["\x0bAcme", "Acme\x1c", "\x85", "\x1f"])
def test_a_control_character_at_the_end_is_not_trimmed_away(value):
    assert says(Text(8), value) == "Must not contain control characters."


@pytest.mark.parametrize("value", [5, 1.5, Decimal("1"), True, [], {}, b"Acme"])
def test_text_is_text(value):
    assert says(Text(8), value) == "Must be text."


@pytest.mark.parametrize("email", ["a@b.co", " Bob.O'Neil+x@Example.COM ", "x" * 64 + "@" + "y" * 60 + ".com"])
def test_an_email_is_kept_as_written(email):
    assert Email()(email) == email.strip()


@pytest.mark.parametrize(
    "email", ["a", "a@", "@b.co", "a b@c.co", "a@b@c.co", "a@b..co", "a@-b.co", "a@b.co,c@d.co", "<a@b.co>"]
)
def test_an_email_is_an_address(email):
    assert says(Email(), email) == "Must be a valid email address."


@pytest.mark.parametrize("value", [0, 30, 365, "0", "30", " 365 ", "0030"])
def test_a_whole_number_is_one_or_digits(value):
    assert WholeNumber(0, 365)(value) == int(value)


@pytest.mark.parametrize("value", [-1, 366, 10**400, "366", "9" * 5000])
def test_a_whole_number_is_within_its_range(value):
    assert says(WholeNumber(0, 365), value) == "Must be from 0 to 365."


@pytest.mark.parametrize(
    "value",
    [True, False, 1.0, Decimal("30"), Decimal("NaN"), "", "3.0", "+3", "-3", "1e2", "1_0", "\u0663", "\xb2", [], {}],
)
def test_a_whole_number_is_no_fraction_and_no_boolean(value):
    assert says(WholeNumber(0, 365), value) == "Must be a whole number."


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1, "1.00"),
        (Decimal("1250.5"), "1250.50"),
        (Decimal("0.01"), "0.01"),
        (Decimal("999999999999.99"), "999999999999.99"),
        (Decimal("1.10000"), "1.10"),
        (Decimal("1E+3"), "1000.00"),
        ("1250.50", "1250.50"),
        (" 7 ", "7.00"),
    ],
)
def test_money_has_two_decimals(value, kept):
    assert str(Money()(value)) == kept


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "Must be at least 0.01."),
        (-5, "Must be at least 0.01."),
        (Decimal("0.009"), "Must be at least 0.01."),
        (Decimal("1e-400"), "Must be at least 0.01."),
        (Decimal("0.011"), "Must have at most two decimals."),
        (Decimal("1." + "0" * 500 + "1"), "Must have at most two decimals."),
        (Decimal("999999999999.991"), "Must be at most 999,999,999,999.99."),
        (10**12, "Must be at most 999,999,999,999.99."),
        (10**400, "Must be at most 999,999,999,999.99."),
        ("1e999999", "Must be at most 999,999,999,999.99."),
    ],
)
def test_money_is_within_its_range(value, message):
    assert says(Money(), value) == message


@pytest.mark.parametrize(
    "value",
    [
        True,
        1.5,
        "",
        " ",
        "x",
        "1,5",
        "$5",
        "1_000",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "\u0661",
        Decimal("NaN"),
        [],
        {},
    ],
)
def test_money_is_an_amount(value):
    assert says(Money(), value) == "Must be an amount such as 1250.00."


def test_no_money_is_positive_no_money():
    nothing = Money(minimum=Decimal(0))

    assert [encode(nothing(value)) for value in (0, "0", "-0", Decimal("-0.0"), "0e5")] == [b"0.00"] * 5


@pytest.mark.parametrize("value", ["2026-01-31", " 2024-02-29 ", "0001-01-01", "9999-12-31"])
def test_a_calendar_date_is_a_day(value):
    assert CalendarDate()(value) == date.fromisoformat(value.strip())


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "2026-1-1",
        "20260131",
        "2026-W01-1",
        "2026-01-31T00:00:00Z",
        20260131,
        "\u0662026-01-31",
        "2026-01-31\x0b",
        True,
        None,
        [],
        {},
        Decimal(1),
    ],
)
def test_what_is_no_day_is_no_calendar_date(value):
    assert says(CalendarDate(), value) == "Must be a date such as 2026-01-31."


@pytest.mark.parametrize("value", ["2026-01-31T12:00:00Z", "2026-01-31 12:00", "2026-01-31T14:00:00+02:00"])
def test_a_moment_is_utc(value):
    moment = Moment()(value)

    assert (moment, moment.tzinfo) == (datetime(2026, 1, 31, 12, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "value", ["", "noon", "0001-01-01T00:00:00+10:00", "9999-12-31T23:00:00-10:00", 5, True, [], {}]
)
def test_what_is_no_time_is_no_moment(value):
    assert says(Moment(), value) == "Must be a time such as 2026-01-31T12:00:00Z."


def test_a_zoned_moment_says_its_zone():
    moment = Moment(zoned=True)

    assert moment("2026-01-31T14:00:00+02:00") == moment("2026-01-31T12:00:00Z") == Moment()("2026-01-31T12:00:00")
    assert says(moment, "2026-01-31T12:00:00") == "Must be a time with its zone, such as 2026-01-31T12:00:00Z."
    assert says(moment, "noon") == "Must be a time such as 2026-01-31T12:00:00Z."


@pytest.mark.parametrize(("value", "kept"), [(True, True), ("TRUE", True), (1, True), ("1", True), (" true ", True)])
def test_a_flag_is_true_or_one(value, kept):
    assert Flag()(value) is kept


@pytest.mark.parametrize("value", [False, "False", "fALSE", 0, "0"])
def test_or_false_or_zero(value):
    assert Flag()(value) is False


@pytest.mark.parametrize("value", ["", "yes", "no", "on", "2", 2, -1, "truee", [], {}, [True]])
def test_and_nothing_else(value):
    assert says(Flag(), value) == "Must be one of: true, false, 1, 0."


@pytest.mark.parametrize("value", ["", "A", "a ", "a,b", 5, None, True, [], ["a"], {}])
def test_a_choice_is_one_of_its_words(value):
    assert Choice(("a", "b"))("a") == "a"
    assert says(Choice(("a", "b")), value) == "Must be one of: a, b."


def test_a_pattern_is_of_its_form():
    number = Pattern(Text(5), re.compile("[0-9]+"), "Must be digits.")

    assert (number("12"), number(" ")) == ("12", None)
    assert says(number, "1\u0663") == "Must be digits."


PERSON = Record(
    {"name": Text(5, required=True), "age": WholeNumber(0, 150)},
    required=frozenset({"name"}),
    null={"age": 18},
    nested={"home": Record({"city": Text(5)})},
)


def rejected(sent, **kwargs):
    with pytest.raises(Rejected) as error:
        PERSON.check(sent, **kwargs)
    return error.value.errors


def test_a_record_keeps_what_was_sent_and_knows():
    sent = {"name": "Bob", "age": None, "home": {"city": "Rome", "moon": 1}, "shoe": 42}

    assert PERSON.check(sent) == {"name": "Bob", "age": 18, "city": "Rome"}


def test_a_record_says_all_that_is_wrong():
    assert rejected({"age": -1, "home": {"city": 5}}) == {
        "name": ["This field is required."],
        "age": ["Must be from 0 to 150."],
        "home": {"city": ["Must be text."]},
    }


def test_a_change_may_leave_out_what_is_required_but_not_unset_it():
    assert PERSON.check({}, change=True) == {}
    assert rejected({"name": None}, change=True) == {"name": ["Must not be null."]}


@pytest.mark.parametrize("home", ["Rome", 5, True, [], ["city"]])
def test_what_is_nested_is_an_object(home):
    assert rejected({"name": "Bob", "home": home}) == {"home": ["Must be an object."]}


def test_a_nested_null_clears_its_fields():
    assert PERSON.check({"name": "Bob", "home": None}) == {"name": "Bob", "city": None}


@pytest.mark.parametrize(
    ("errors", "detail"),
    [
        ({"name": ["Too long.", "Too loud."], "age": ["No."]}, "Validation error: name: Too long."),
        ({"home": {"city": ["No."]}}, "Validation error: home.city: No."),
        ({"non_field_errors": ["No."]}, "Validation error: No."),
        (["No."], "Validation error: No."),
    ],
)
def test_the_detail_is_the_first_field_and_what_is_wrong(errors, detail):
    assert validation_detail(errors) == detail
