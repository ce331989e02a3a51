"""What each field of a client takes, by creates; a change obeys the same rules."""

import json
from functools import reduce
from operator import getitem

import pytest

from clients.models import Client

VALID = {
    "name": "Acme Corporation",
    "email": "billing@acme.com",
    "phone": "+1-555-123-4567",
    "tax_id": "12-3456789",
    "notes": "Important client",
    "address.street": "123 Business Ave",
    "address.city": "New York",
    "address.state": "NY",
    "address.zip_code": "10001",
    "address.country": "US",
}
LONGEST = {
    "name": "é" * 200,
    "email": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.com",
    "phone": "1" * 40,
    "tax_id": "é" * 64,
    "notes": "😀" * 10_000,
    "address.street": "é" * 200,
    "address.city": "市" * 100,
    "address.state": "é" * 100,
    "address.zip_code": "é" * 20,
}
NO_TEXT = ["true", "false", "0", "-1", "1.5", "1e400", "1" * 5000, "[]", "{}", '["a"]', '{"a": "b"}']
NO_DAYS = [
    *("true", "false", "[]", "{}", "[30]", '""', '" "', '"abc"', '"-1"', '"1.5"', '"1_0"', '"0x1e"', '"366"'),
    *('"٣٠"', '"\uff13\uff10"', '"30 days"', "-1", "366", "1.5", "-0.5", "1e400", "-1e400", "1e99999999999999999999"),
    *("32768", "2147483648", "9223372036854775808", "9" * 5000, "-" + "9" * 5000, json.dumps("9" * 5000)),
]
CONTROLS = ["\0", "\x0b", "\x1f", "\x7f", "\x85", "\x9f", "\ud800", "\udfff"]

every_text = pytest.mark.parametrize("field", VALID)


def sending(field, value):
    """A client in which the field, or the part of the address, has the value."""
    base = {"name": "Acme", "email": "billing@acme.com"}
    outer, _, inner = field.rpartition(".")
    return {**base, outer: {inner: value}} if outer else {**base, inner: value}


def sending_raw(field, text):
    """The same, where the value is any JSON text, or none."""
    return json.dumps(sending(field, "@@")).replace('"@@"', text).encode()


def kept(answer, field):
    assert answer.status_code == 201, answer.json()
    return reduce(getitem, field.split("."), answer.json())


def refused(answer, field):
    """Whether the answer is a validation error of that field alone, in words that misroute nobody."""
    problem = answer.json()
    (message,) = reduce(getitem, field.split("."), problem["errors"])
    assert (answer.status_code, problem["error_code"]) == (400, "VALIDATION_ERROR")
    assert problem["detail"] == f"Validation error: {field}: {message}"
    assert "not found" not in problem["detail"].lower()
    return not Client.objects.exists()


@every_text
@pytest.mark.parametrize("text", NO_TEXT, ids=lambda text: text[:20])
def test_a_text_is_no_other_type(alice, field, text):
    assert refused(alice.post("/clients/", sending_raw(field, text)), field)


@every_text
@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_control_characters_and_lone_surrogates_are_refused(alice, field, control):
    start, end = VALID[field][:1], VALID[field][1:]
    assert refused(alice.post("/clients/", sending(field, f"{start}{control}{end}")), field)


@pytest.mark.parametrize("field", [field for field in VALID if field != "notes"])
@pytest.mark.parametrize("line", ["\n", "\t", "\r", "\r\n"], ids=ascii)
def test_a_text_is_one_line(alice, field, line):
    start, end = VALID[field][:1], VALID[field][1:]
    assert refused(alice.post("/clients/", sending(field, f"{start}{line}{end}")), field)


def test_notes_have_lines_and_tabs(alice):
    answer = alice.post("/clients/", sending("notes", "one\r\ntwo\n\n\tthree"))
    assert kept(answer, "notes") == "one\ntwo\n\n\tthree"


def test_notes_have_no_lone_carriage_return(alice):
    assert refused(alice.post("/clients/", sending("notes", "one\rtwo")), "notes")


@every_text
@pytest.mark.parametrize("space", ["  ", "\u00a0", "\u3000 \u2009"], ids=ascii)
def test_a_text_is_trimmed(alice, field, space):
    answer = alice.post("/clients/", sending(field, f"{space}{VALID[field]}{space}"))
    assert kept(answer, field) == VALID[field]


@pytest.mark.parametrize("field", LONGEST)
def test_the_longest_text_fits(alice, field):
    assert kept(alice.post("/clients/", sending(field, f" {LONGEST[field]} ")), field) == LONGEST[field]


@pytest.mark.parametrize("field", LONGEST)
def test_one_character_more_does_not(alice, field):
    too_long = f"{LONGEST[field][:1]}{LONGEST[field]}" if field != "email" else f"{LONGEST[field]}m"
    assert refused(alice.post("/clients/", sending(field, too_long)), field)


@pytest.mark.parametrize("field", ["name", "email"])
@pytest.mark.parametrize("empty", ["", " ", "\u00a0\u3000", None], ids=ascii)
def test_name_and_email_cannot_be_empty(alice, field, empty):
    assert refused(alice.post("/clients/", sending(field, empty)), field)


@pytest.mark.parametrize("field", ["phone", "tax_id", "notes"])
@pytest.mark.parametrize("empty", ["", " ", "\u00a0\u3000", None], ids=ascii)
def test_an_empty_optional_text_is_null(alice, field, empty):
    assert kept(alice.post("/clients/", sending(field, empty)), field) is None


@pytest.mark.parametrize("part", ["street", "city", "state", "zip_code", "country"])
@pytest.mark.parametrize("empty", ["", " ", None], ids=ascii)
def test_an_empty_part_of_an_address_is_null(alice, part, empty):
    other = "city" if part != "city" else "street"
    answer = alice.post("/clients/", {**sending("name", "Acme"), "address": {part: empty, other: "x"}})
    assert kept(answer, "address") == {**dict.fromkeys(["street", "city", "state", "zip_code", "country"]), other: "x"}


@pytest.mark.parametrize(
    "name", ["A", "😀 Ltd", 'O\'Neill & Søns "x"', "<script>", "%s {0} \\n", "null", "ناصر", "e\u0301"]
)
def test_any_other_text_is_kept_as_written(alice, name):
    assert kept(alice.post("/clients/", sending("name", name)), "name") == name
    assert alice.get("/clients/").json()["items"][0]["name"] == name


@pytest.mark.parametrize(
    "email", ["Billing@ACME.Com", "a@b.co", "first.last+tag@sub.acme.com", "o'neill@acme.com", "1@xn--mnchen-3ya.de"]
)
def test_an_email_is_kept_as_written(alice, email):
    assert kept(alice.post("/clients/", sending("email", email)), "email") == email


@pytest.mark.parametrize(
    "email",
    [
        *("billing", "billing@", "@acme.com", "billing@acme", "a@b@acme.com", "bil ling@acme.com", ".a@acme.com"),
        *(
            "billing@acme..com",
            "billing@-acme.com",
            "billing@acme.com.",
            "Acme <billing@acme.com>",
            "a@acme.com,b@c.de",
        ),
        *("mailto:billing@acme.com", f"{'a' * 250}@acme.com", f"a@{'b' * 64}.com", "not found"),
    ],
)
def test_what_is_no_email_address_is_refused(alice, email):
    assert refused(alice.post("/clients/", sending("email", email)), "email")


@pytest.mark.parametrize(
    "phone",
    [
        *("123", "+1-555-123-4567", "(555) 123.4567", "+49 (0)30/1234-56", "5551234567", "555 1234 x12"),
        *("555 1234 ext. 99", "555-1234 ext 5", "555-1234 X5", "555-1234 extension 5"),
    ],
)
def test_a_phone_is_kept_as_written(alice, phone):
    assert kept(alice.post("/clients/", sending("phone", phone)), "phone") == phone


@pytest.mark.parametrize(
    "phone",
    [
        "1",
        "12",
        "+-()",
        "...",
        "call me",
        "555-CALL",
        "5551234;",
        "\uff15\uff15\uff15",
        "\u0665\u0665\u0665",
        "555 x",
        "555_1234",
    ],
)
def test_what_is_no_phone_is_refused(alice, phone):
    assert refused(alice.post("/clients/", sending("phone", phone)), "phone")


@pytest.mark.parametrize(("sent", "code"), [("us", "US"), ("Gb", "GB"), (" de ", "DE"), ("FR", "FR")])
def test_a_country_is_upper_cased(alice, sent, code):
    assert kept(alice.post("/clients/", sending("address.country", sent)), "address.country") == code


@pytest.mark.parametrize(
    "country", ["USA", "U", "XX", "UK", "EU", "12", "840", "Germany", "ß", "\ufb01", "\u0131t", "\uff35\uff33", "U S"]
)
def test_what_is_no_country_is_refused(alice, country):
    assert refused(alice.post("/clients/", sending("address.country", country)), "address.country")


@pytest.mark.parametrize("address", ["true", "0", "1e400", '""', '"123 Business Ave, New York"', "[]", "[{}]"])
def test_an_address_is_an_object(alice, address):
    assert refused(alice.post("/clients/", sending_raw("address", address)), "address")


@pytest.mark.parametrize(
    ("sent", "days"), [("0", 0), ("365", 365), ("null", 30), ('"0"', 0), ('"365"', 365), ('" 45 "', 45), ('"007"', 7)]
)
def test_payment_terms_are_whole_days_up_to_a_year(alice, sent, days):
    terms = kept(alice.post("/clients/", sending_raw("payment_terms", sent)), "payment_terms")
    assert (terms, type(terms)) == (days, int)


@pytest.mark.parametrize("text", NO_DAYS, ids=lambda text: ascii(text)[:20])
def test_payment_terms_are_nothing_else(alice, text):
    assert refused(alice.post("/clients/", sending_raw("payment_terms", text)), "payment_terms")


@pytest.mark.parametrize("field", ["payment_terms", "address.city", "unknown"])
@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "nan", "01", "+1", ".5", "'a'", "undefined", ""])
def test_what_json_does_not_have_is_malformed_wherever_it_stands(alice, field, constant):
    answer = alice.post("/clients/", sending_raw(field, constant))
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MALFORMED_JSON")


@pytest.mark.parametrize("field", ["total_paid", "invoice_count", "unknown"])
@pytest.mark.parametrize("value", ["1e400", "1" * 5000, '"\\ud800"', '"\\u0000"'], ids=lambda text: text[:10])
def test_an_ignored_field_may_hold_anything(alice, field, value):
    assert alice.post("/clients/", sending_raw(field, value)).status_code == 201


@every_text
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_obeys_the_same_rules_in_the_same_words(alice, acme, method, field):
    wrong = sending(field, "Client not found: Duplicate\0")
    created, edited = alice.post("/clients/", wrong), alice.call(method, f"/clients/{acme.id}", wrong)
    assert (created.status_code, edited.status_code) == (400, 400)
    assert created.json()["errors"] == edited.json()["errors"]
    assert "not found" not in edited.json()["detail"]
