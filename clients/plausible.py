"""Clients and invoices that could be real, made of word lists: the same every time, as many as wanted.

Row number i depends on i, on how many there are and on the day, so any number is made without
keeping the rest in memory, and an invoice knows the email of its client. Domains and telephone
numbers are of the ranges that are kept free for fiction.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any, TypeVar

from clients.exporting import COLUMNS

CLIENT_COLUMNS: Sequence[str] = COLUMNS
INVOICE_COLUMNS: Sequence[str] = (
    "client_email", "invoice_number", "issue_date", "due_date", "amount", "status", "payment_date", "paid_amount",
    "description",
)  # fmt: skip
SPAN = 425  # days, some 14 months, over which clients come and are invoiced

STEMS = (
    "Alder", "Amber", "Beacon", "Birchwood", "Bluebell", "Cedar", "Cobalt", "Copperfield", "Eastgate", "Fernhill",
    "Foxglove", "Granite", "Harbor", "Hawthorn", "Juniper", "Lantern", "Larkspur", "Meadow", "Northwind", "Orchard",
    "Pioneer", "Quayside", "Redwood", "Saffron", "Silverlake", "Summit", "Tidewater", "Vantage", "Willow",
)  # fmt: skip
TRADES = (
    "Architects", "Bakery", "Books", "Brewing", "Catering", "Ceramics", "Consulting", "Cycles", "Dental", "Design",
    "Films", "Florists", "Interiors", "Labs", "Landscaping", "Legal", "Logistics", "Media", "Optics", "Printing",
    "Robotics", "Studio", "Travel",
)  # fmt: skip
FORMS = ("", " Ltd", " & Co", " Group")
GIVEN = (
    "Amara", "Ben", "Carla", "Daniel", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kenji", "Leila", "Marco",
    "Nadia", "Oscar", "Priya", "Rosa", "Samuel", "Tessa", "Victor", "Wanda", "Yusuf", "Zoë",
)  # fmt: skip
FAMILY = (
    "Adler", "Bennett", "Castillo", "Duarte", "Eriksen", "Ferrari", "Grant", "Haddad", "Ivanova", "Jensen", "Kowalski",
    "Lefèvre", "Moreau", "Nakamura", "Okafor", "Patel", "Quinn", "Rossi", "Schäfer", "Tanaka", "Underwood", "Weber",
)  # fmt: skip
PLACES = (  # city, state, ZIP code, country, telephone
    ("New York", "NY", "10001", "US", "+1-212-555-01{:02}"),
    ("Boston", "MA", "02108", "US", "+1-617-555-01{:02}"),
    ("Austin", "TX", "78701", "US", "+1-512-555-01{:02}"),
    ("Portland", "OR", "97204", "US", "+1-503-555-01{:02}"),
    ("Toronto", "ON", "M5V 2T6", "CA", "+1-416-555-01{:02}"),
    ("Leeds", "", "LS1 4AP", "GB", "+44 113 496 00{:02}"),
    ("Berlin", "", "10115", "DE", "+49 30 23125 0{:02}"),
    ("Lyon", "", "69002", "FR", "+33 4 65 71 10 {:02}"),
    ("Melbourne", "VIC", "3000", "AU", "+61 3 5550 00{:02}"),
)
STREETS = ("Bridge Street", "Canal Row", "High Street", "Market Square", "Mill Lane", "Station Road", "Park Avenue")
TERMS = (14, 15, 30, 30, 30, 45, 60)
NOTES = ("Prefers email", "Wants a purchase order number on each invoice", "Pays by bank transfer", "Met at the fair")
WORK = ("Website", "Brand guidelines", "Monthly retainer", "Product photography", "Workshop", "Translation", "Audit")

T = TypeVar("T")


class Dice:
    """Rolls that depend on nothing but what they are about."""

    def __init__(self, *about: Any) -> None:
        self.left = int.from_bytes(blake2b(repr(about).encode(), digest_size=32).digest(), "big")

    def roll(self, sides: int) -> int:
        self.left, rolled = divmod(self.left, sides)
        return rolled

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.roll(len(choices))]


def clients(count: int, day: date) -> Iterator[tuple[Any, ...]]:
    """Rows of CLIENT_COLUMNS, oldest first; the last came some days before `day`."""
    for index in range(count):
        dice = Dice("client", index)
        company, person, email = _who(index)
        city, state, zip_code, country, phone = dice.pick(PLACES)
        tax_id = f"{country}{dice.roll(10**9):09}"
        notes = dice.pick(("", f"{dice.pick(NOTES)}.\nAsk for {person}."))
        came = datetime.combine(day - timedelta(1 + SPAN * (count - index) // count), time(8), UTC)
        yield (
            company, email, phone.format(dice.roll(100)), f"{1 + dice.roll(240)} {dice.pick(STREETS)}", city, state,
            zip_code, country, dice.pick(("", tax_id)), _terms(index), notes, dice.pick(["true"] * 11 + ["false"]),
            (came + timedelta(seconds=dice.roll(36_000))).isoformat(),
        )  # fmt: skip


def invoices(count: int, of: int, day: date) -> Iterator[tuple[Any, ...]]:
    """Rows of INVOICE_COLUMNS, oldest first, each to one of the `of` clients who had come by then."""
    for index in range(count):
        dice = Dice("invoice", index)
        client = dice.roll(1 + index * of // count)
        issued = day - timedelta(SPAN * (count - index) // count)
        due = issued + timedelta(_terms(client))
        cents = (2 + dice.roll(40)) * (45 + 5 * dice.roll(22)) * 100 + dice.pick((0, 0, 0, 25, 50, 80))
        status, paid_on, paid = _fate(dice, cents, issued, due, day)
        yield (
            _who(client)[2], f"INV-{index + 1:05}", issued, due, _money(cents), status, paid_on, paid, dice.pick(WORK),
        )  # fmt: skip


def write_csv(file: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def _who(index: int) -> tuple[str, str, str]:
    """A company of its own for each index, who answers for it, and their email."""
    combinations = len(STEMS) * len(TRADES) * len(FORMS)
    # A prime step walks all combinations, each once, before one is used again with a number.
    place = index * 1_009 % combinations
    place, stem = divmod(place, len(STEMS))
    form, trade = divmod(place, len(TRADES))
    again = f" {index // combinations + 1}" if index >= combinations else ""
    company = f"{STEMS[stem]} {TRADES[trade]}{FORMS[form]}{again}"
    dice = Dice("person", index)
    given, family = dice.pick(GIVEN), dice.pick(FAMILY)
    mailbox = dice.pick(("billing", "accounts", "office", given.lower().replace("ë", "e")))
    domain = "".join(letter for letter in company.lower() if letter.isalnum())
    return company, f"{given} {family}", f"{mailbox}@{domain}.example"


def _terms(client: int) -> int:
    return Dice("terms", client).pick(TERMS)


def _fate(dice: Dice, cents: int, issued: date, due: date, day: date) -> tuple[str, Any, str]:
    """What has become of an invoice by `day`: its status, when something was paid, and how much."""
    fate = dice.roll(100)
    paid_on = issued + timedelta(1 + dice.roll((due - issued).days + 12))
    if fate < 3:
        return "cancelled", "", ""
    if fate < 12 or paid_on > day:
        return ("overdue" if due < day else "pending"), "", ""
    if fate < 18:
        return ("overdue" if due < day else "pending"), paid_on, _money(cents // 2)
    return "paid", paid_on, _money(cents)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
