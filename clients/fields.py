"""One rule for each field, shared by the serializers, the imports and the admin."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django_countries import countries

from duespark.records import Record
from duespark.rules import (
    Choice,
    Email,
    Flag,
    Invalid,
    Money,
    Pattern,
    Rule,
    Text,
    WholeNumber,
)
from duespark.times import CalendarDate, Moment

DEFAULT_PAYMENT_TERMS = 30  # days
MAX_PAYMENT_TERMS = 365
MAX_AMOUNT = Decimal("999999999999.99")  # numeric(14, 2)


@dataclass(frozen=True)
class Country:
    """An ISO 3166-1 alpha-2 code, upper-cased."""

    def __call__(self, value: Any) -> str | None:
        try:
            code = Text(2)(value)
        except Invalid:
            code = ""
        if code is None:
            return None
        if not code.isascii() or code.upper() not in countries.countries:  # "ß" would become South Sudan's SS
            raise Invalid("Must be an ISO 3166-1 alpha-2 country code, such as US.")
        return code.upper()

    @property
    def schema(self) -> dict[str, Any]:
        codes = sorted(countries.countries)
        return {"type": "string", "enum": codes, "description": "ISO 3166-1 alpha-2", "examples": ["US"]}


@dataclass(frozen=True)
class Reference:
    """An id of something else, in whatever form: whether there is such a thing is for its table to say."""

    schema: dict[str, Any]

    def __call__(self, value: Any) -> str:
        return value if type(value) is str else ""


NAME = Text(200, required=True)
EMAIL = Email()
PHONE = Pattern(
    Text(40, min_length=3),
    re.compile(
        r"(?=[^0-9]*[0-9])[0-9+\-()./][0-9+\-(). /]+[0-9+\-()./]"
        r"|[0-9+\-()./][0-9+\-(). /]*(?:[xX#]|[eE][xX][tT](?:\.|[eE][nN][sS][iI][oO][nN])?) ?[0-9]{1,8}"
    ),
    "Must be a phone number: digits, spaces, + - ( ) . / and an extension such as x123.",
)
TAX_ID = Text(64)
PAYMENT_TERMS = WholeNumber(0, MAX_PAYMENT_TERMS)
NOTES = Text(10_000, multiline=True)

STREET = Text(200)
CITY = Text(100)
STATE = Text(100)
ZIP_CODE = Text(20)
COUNTRY = Country()
ADDRESS: dict[str, Rule] = {"street": STREET, "city": CITY, "state": STATE, "zip_code": ZIP_CODE, "country": COUNTRY}

CLIENT = Record(
    {
        "name": NAME,
        "email": EMAIL,
        "phone": PHONE,
        "tax_id": TAX_ID,
        "payment_terms": PAYMENT_TERMS,
        "notes": NOTES,
    },
    required=frozenset({"name", "email"}),
    null={"payment_terms": DEFAULT_PAYMENT_TERMS},
    nested={"address": Record(ADDRESS)},
)

# What an operator moving house brings along, and the API passes over as read-only.
CLIENT_WITH_HISTORY = replace(CLIENT, rules={**CLIENT.rules, "is_active": Flag(), "created_at": Moment()})

INVOICE_NUMBER = Text(100, required=True)
AMOUNT = Money(MAX_AMOUNT)
CURRENCY = Text(3)
DAY = CalendarDate()
# Statistics have a row for every month since; payment terms are added to it.
ISSUE_DATE = CalendarDate(first=date(1900, 1, 1), last=date(9998, 12, 31))
ISSUE_DATE_FORM = r"^(?!9999)(?:19|[2-9][0-9])"  # the same as a pattern of JSON Schema
DESCRIPTION = Text(2_000, multiline=True)
PAYMENT_METHOD = Text(50)
PAYMENT_REFERENCE = Text(200)
NEW_STATUS = Choice(("paid", "cancelled"))
CLIENT_ID = Reference({"type": "string"})

# A null, like a field that is not sent, leaves a date to its default.
INVOICE_CHANGE = Record(
    {"amount": AMOUNT, "issue_date": ISSUE_DATE, "due_date": DAY, "description": DESCRIPTION, "notes": NOTES},
    required=frozenset({"amount", "issue_date"}),
)
INVOICE = Record(
    {
        "client_id": CLIENT_ID,
        "invoice_number": INVOICE_NUMBER,
        "currency": CURRENCY,
        **INVOICE_CHANGE.rules,
    },
    required=frozenset({"client_id", "invoice_number", "amount"}),
)
PAYMENT = Record(
    {
        "amount": AMOUNT,
        "payment_date": DAY,
        "payment_method": PAYMENT_METHOD,
        "payment_reference": PAYMENT_REFERENCE,
    },
    required=frozenset({"amount"}),
)
STATUS_CHANGE = Record(
    {"status": NEW_STATUS, **{name: rule for name, rule in PAYMENT.rules.items() if name != "amount"}},
    required=frozenset({"status"}),
)

# A file's invoice: its client by email, and what has been paid on it. Whatever its status says but
# "cancelled" is derived from that.
IMPORTED_INVOICE = Record(
    {
        "client_email": EMAIL,
        **{name: rule for name, rule in INVOICE.rules.items() if name not in ("client_id", "currency")},
        "status": Text(40),
        "payment_date": DAY,
        "paid_amount": Money(MAX_AMOUNT, minimum=Decimal(0)),
    },
    required=frozenset({"client_email", "invoice_number", "amount"}),
)
