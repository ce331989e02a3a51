"""Whose header means what: the columns of a file and the fields they are taken for."""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from clients.importing.lines import Unreadable

SHOWN = 300  # characters of a header that does not serve

# A field, its column's own name, and what else it is called: by people, and by the exports of Stripe, QuickBooks
# Online, Xero, FreshBooks and Invoice Ninja. Of several columns the one whose title stands first is taken. Case,
# spacing and punctuation are nothing.
CLIENT_TITLES = {
    "name": (
        "name", "Company", "Company name", "Client", "Client name", "Customer", "Customer name", "Customer full name",
        "Contact name", "Business name", "Organization", "Organisation", "Display name", "Full name",
    ),
    "email": (
        "email", "E-mail address", "Email address", "Mail", "Client email", "Customer email", "Billing email",
        "Contact email",
    ),
    "phone": (
        "phone", "Telephone", "Phone number", "Phone numbers", "Tel", "Client phone", "Work phone", "Contact phone",
        "Mobile", "Mobile number",
    ),
    "address.street": (
        "street", "address.street", "Address", "Address 1", "Address line 1", "Street address", "Billing street",
        "Billing address", "Billing address line 1", "Bill address", "PO address line 1", "Client street",
        "Card address line 1",
    ),
    "address.city": (
        "city", "address.city", "Town", "Billing city", "Billing address city", "PO city", "Client city",
        "Card address city",
    ),
    "address.state": (
        "state", "address.state", "Province", "Region", "County", "State/Province", "Province/State", "Billing state",
        "Billing state/province", "Billing address state", "PO region", "Client state/province", "Card address state",
    ),
    "address.zip_code": (
        "zip_code", "address.zip_code", "ZIP", "Postal code", "Postcode", "Address ZIP", "Address postal code",
        "Billing ZIP", "Billing postal code", "Billing address postal code", "PO postal code", "Client postal code",
        "Card address ZIP",
    ),
    "address.country": (
        "country", "address.country", "Country code", "Billing country", "Billing address country", "PO country",
        "Client country", "Card address country",
    ),
    "tax_id": (
        "tax_id", "Tax number", "Tax ID number", "VAT", "VAT number", "VAT ID", "Client VAT number", "Business VAT ID",
        "EIN", "Tax",
    ),
    "payment_terms": ("payment_terms", "Terms", "Net days", "Payment terms (days)", "Due days"),
    "notes": (
        "notes", "Note", "Comment", "Comments", "Memo", "Remarks", "Private notes", "Client private notes",
        "Public notes", "Client public notes", "Description",
    ),
}  # fmt: skip
HISTORY_TITLES = {"is_active": ("is_active",), "created_at": ("created_at",)}
# A line's total is no invoice's: FreshBooks and Xero write a row for each line.
INVOICE_TITLES = {
    "client_email": (
        "client_email", "Email", "Email address", "Customer email", "Bill to email", "Contact email", "Billing email",
    ),
    "invoice_number": (
        "invoice_number", "Invoice", "Number", "Invoice no", "Invoice #", "Num", "No.", "Invoice ID",
    ),
    "issue_date": ("issue_date", "Date", "Invoice date", "Issued", "Issued on", "Date issued", "Date (UTC)"),
    "due_date": ("due_date", "Due", "Due on", "Date due", "Invoice due date", "Due date (UTC)"),
    "amount": ("amount", "Total", "Invoice amount", "Invoice total"),
    "status": ("status", "Invoice status"),
    "payment_date": ("payment_date", "Paid on", "Paid date", "Date paid"),
    "paid_amount": (
        "paid_amount", "Amount paid", "Invoice amount paid", "Paid to date", "Invoice paid to date", "Paid",
    ),
    "description": ("description", "Memo/Description", "Subject", "Details"),
    "notes": ("notes", "Note", "Memo", "Private notes", "Public notes"),
}  # fmt: skip

# A column's title, or its position, and the field to take it for, whatever it is called; None passes it over.
ColumnMapping = Mapping[str, str | None] | Mapping[int, str | None]
NOTHING: ColumnMapping = MappingProxyType({})


@dataclass(frozen=True)
class Header:
    """What a header was taken for: `fields` by the position of their column, and what came of the rest.

    `columns` says the same to people: the title of each column that is taken, and its field's own name.
    """

    width: int
    fields: Mapping[int, str]
    columns: dict[str, str]
    ignored: list[str]


@dataclass(frozen=True)
class Columns:
    """The columns that a kind of file may have, and those that it must."""

    titles: Mapping[str, Sequence[str]]
    required: Sequence[str]

    @cached_property
    def names(self) -> dict[str, str]:
        """The fields, by the names under which they are mapped to."""
        return {_key(title): field for field, titles in self.titles.items() for title in (field, titles[0])}

    def understand(self, header: Sequence[str], mapping: ColumnMapping = NOTHING) -> Header:
        """Each field's column: the one that is mapped to it, or whose title stands first among the field's.

        Raises `Unreadable` for a required field without a column, for two columns of one title, and for a
        mapping that does not fit.
        """
        fields = self._mapped(header, mapping)
        for field, found in self._titled(header, fields):
            if len(found) > 1:
                raise Unreadable(f"Two columns are taken for {self.name(field)}.", _found(header))
            fields.setdefault(found[0], field)
        if missing := [field for field in self.required if field not in fields.values()]:
            raise Unreadable(f"The header has no column for {' and '.join(missing)}.", _found(header))
        taken = {index: field for index, field in sorted(fields.items()) if field}
        return Header(
            width=len(header),
            fields=taken,
            columns={header[index].strip(): self.name(field) for index, field in taken.items()},
            ignored=[title for index, title in enumerate(header) if index not in taken and title.strip()],
        )

    def guess(self, header: Sequence[str]) -> dict[int, str]:
        """The fields of those columns whose titles leave no doubt."""
        guessed: dict[int, str] = {}
        for field, found in self._titled(header, {}):
            if len(found) == 1:
                guessed.setdefault(found[0], field)
        return guessed

    def name(self, field: str) -> str:
        """How a field is called in a file of ours."""
        return self.titles[field][0]

    def known(self, header: Sequence[str], mapping: ColumnMapping = NOTHING) -> int:
        """How many of these titles say something to us."""
        titles = {_key(title) for titles in self.titles.values() for title in titles}
        called = _finder(header)
        return len(titles & _places(header).keys()) + sum(bool(called(title)) for title in mapping)

    def _titled(self, header: Sequence[str], fields: dict[int, str | None]) -> Iterator[tuple[str, list[int]]]:
        """The columns of each field that has none yet."""
        places = _places(header, passed_over=set(fields))
        for field, titles in self.titles.items():
            found = next(filter(None, (places.get(_key(title), []) for title in titles)), [])
            if found and field not in fields.values():
                yield field, found

    def _mapped(self, header: Sequence[str], mapping: ColumnMapping) -> dict[int, str | None]:
        """What the mapping says of each column that it names."""
        fields: dict[int, str | None] = {}
        called = _finder(header)
        for title, name in mapping.items():
            field = self._field(name) if name and name.strip() else None
            found = called(title)
            if not found:
                missing = f"Not there: {str(title)[:SHOWN]}. {_found(header)}"
                raise Unreadable("A mapped column is not in the header.", missing, about="mapping")
            if field and (len(found) > 1 or field in fields.values()):
                raise Unreadable(f"Two columns are mapped to {self.name(field)}.", _found(header), about="mapping")
            if any(index in fields for index in found):
                raise Unreadable("A column is mapped twice.", f"It is: {str(title)[:SHOWN]}.", about="mapping")
            fields.update(dict.fromkeys(found, field))
        return fields

    def _field(self, name: str) -> str:
        field = self.names.get(_key(name))
        if field is None:
            fields = ", ".join(map(self.name, self.titles))
            raise Unreadable(
                f"A column is mapped to an unknown field; the fields are {fields}.",
                f"Found: {name[:SHOWN]}.",
                about="mapping",
            )
        return field


def _finder(header: Sequence[str]) -> Callable[[str | int], list[int]]:
    """Finds the columns of a title: of exactly this one, or else of one that means the same; or that at a position."""
    exact: dict[str, list[int]] = {}
    for index, title in enumerate(header):
        exact.setdefault(title.strip(), []).append(index)
    places = _places(header)

    def found(title: str | int) -> list[int]:
        if isinstance(title, int):
            return [title] if title < len(header) else []
        return exact.get(title.strip()) or places.get(_key(title), [])

    return found


def _places(header: Sequence[str], passed_over: Container[int] = ()) -> dict[str, list[int]]:
    """The positions of each title, but for those that mean nothing."""
    places: dict[str, list[int]] = {}
    for index, title in enumerate(header):
        if index not in passed_over and (key := _key(title)):
            places.setdefault(key, []).append(index)
    return places


def _found(header: Sequence[str]) -> str:
    return f"Found: {', '.join(header)[:SHOWN]}."


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).lower()


CLIENT_COLUMNS = Columns(CLIENT_TITLES, required=("name", "email"))
CLIENT_COLUMNS_WITH_HISTORY = Columns({**CLIENT_TITLES, **HISTORY_TITLES}, required=("name", "email"))
INVOICE_COLUMNS = Columns(INVOICE_TITLES, required=("client_email", "invoice_number", "amount"))
