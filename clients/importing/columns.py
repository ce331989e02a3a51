"""Whose header means what: the columns of a file and the fields they are taken for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A field, its column's own name, and what else it is called. Case, spacing and punctuation are nothing.
CLIENT_TITLES = {
    "name": (
        "name", "Company", "Company name", "Client", "Client name", "Customer", "Customer name", "Business name",
        "Organization", "Organisation", "Display name", "Full name",
    ),
    "email": (
        "email", "E-mail address", "Email address", "Mail", "Client email", "Customer email", "Billing email",
    ),
    "phone": ("phone", "Telephone", "Phone number", "Tel", "Mobile", "Work phone"),
    "address.street": (
        "street", "address.street", "Address", "Address 1", "Address line 1", "Street address", "Billing street",
        "Billing address",
    ),
    "address.city": ("city", "address.city", "Town", "Billing city"),
    "address.state": ("state", "address.state", "Province", "Region", "County", "State/Province", "Billing state"),
    "address.zip_code": (
        "zip_code", "address.zip_code", "ZIP", "Postal code", "Postcode", "Address ZIP", "Address postal code",
        "Billing ZIP",
    ),
    "address.country": ("country", "address.country", "Country code", "Billing country"),
    "tax_id": ("tax_id", "Tax number", "Tax ID number", "VAT", "VAT number", "VAT ID", "EIN", "Tax"),
    "payment_terms": ("payment_terms", "Terms", "Net days", "Payment terms (days)", "Due days"),
    "notes": ("notes", "Note", "Comment", "Comments", "Memo", "Remarks"),
}  # fmt: skip
HISTORY_TITLES = {"is_active": ("is_active",), "created_at": ("created_at",)}
INVOICE_TITLES = {
    "client_email": ("client_email", "Email", "Customer email", "Bill to email"),
    "invoice_number": ("invoice_number", "Invoice", "Number", "Invoice no", "Invoice #", "Invoice ID"),
    "issue_date": ("issue_date", "Date", "Invoice date", "Issued", "Issued on"),
    "due_date": ("due_date", "Due", "Due on"),
    "amount": ("amount", "Total", "Invoice amount", "Invoice total"),
    "status": ("status",),
    "payment_date": ("payment_date", "Paid on", "Paid date", "Date paid"),
    "paid_amount": ("paid_amount", "Paid", "Amount paid"),
    "description": ("description", "Subject", "Details"),
    "notes": ("notes", "Note", "Memo"),
}


@dataclass(frozen=True)
class Header:
    """What a header was taken for: `fields` by the position of their column, and what came of the rest."""

    width: int
    fields: Mapping[int, str]
    ignored: list[str]
    missing: list[str]
    twice: str | None


@dataclass(frozen=True)
class Columns:
    """The columns that a kind of file may have, and those that it must."""

    titles: Mapping[str, Sequence[str]]
    required: Sequence[str]

    def understand(self, header: Sequence[str]) -> Header:
        """Each field's column: the one whose title stands first among the field's. Two of one title are too many."""
        keys = [_key(title) for title in header]
        fields: dict[int, str] = {}
        twice = None
        for field, titles in self.titles.items():
            found = next(filter(None, (_positions(keys, title) for title in titles)), [])
            if len(found) > 1:
                twice = field
            for index in found[:1]:
                fields.setdefault(index, field)
        return Header(
            width=len(header),
            fields=dict(sorted(fields.items())),
            ignored=[title for index, title in enumerate(header) if index not in fields and title.strip()],
            missing=[field for field in self.required if field not in fields.values()],
            twice=twice,
        )


def _positions(keys: Sequence[str], title: str) -> list[int]:
    return [index for index, key in enumerate(keys) if key == _key(title)]


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).lower()


CLIENT_COLUMNS = Columns(CLIENT_TITLES, required=("name", "email"))
CLIENT_COLUMNS_WITH_HISTORY = Columns({**CLIENT_TITLES, **HISTORY_TITLES}, required=("name", "email"))
INVOICE_COLUMNS = Columns(INVOICE_TITLES, required=("client_email", "invoice_number", "amount"))
