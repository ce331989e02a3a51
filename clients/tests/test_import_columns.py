"""What the columns of a file are taken for: by mapping, and by the headers of other products' exports."""

import json

import pytest

from clients.models import Invoice
from clients.tests.commands import run
from clients.tests.imports import clients_of, emails_of, upload, upload_form

FIELDS = "name, email, phone, street, city, state, zip_code, country, tax_id, payment_terms, notes"
FILE = "Firma;Mail;Ort\nAcme;a@example.com;Bonn\n"
MAPPING = {"Firma": "name", "Ort": "city"}


@pytest.fixture
def import_file(alice, tmp_path):
    def import_file(text, *pairs, command="import_clients"):
        (tmp_path / "in.csv").write_text(text)
        return run(command, str(tmp_path / "in.csv"), account="alice@example.com", map=list(pairs))

    return import_file


class TestMapping:
    def test_says_what_a_column_is(self, alice, import_file):
        outcome = import_file(FILE, "Firma=name", "Ort=address.city")

        assert (outcome.code, outcome.err) == (0, "Columns: Firma → name, Mail → email, Ort → city.\n")
        assert clients_of(alice).get().city == "Bonn"

    def test_stands_in_the_query_of_the_api(self, alice):
        report = upload(alice, FILE, mapping=json.dumps(MAPPING), dry_run="true").json()

        assert report["columns"] == {"Firma": "name", "Mail": "email", "Ort": "city"}

    def test_stands_in_the_form_too(self, alice):
        assert upload_form(alice, FILE.encode(), mapping=json.dumps(MAPPING)).json()["created"] == 1
        assert clients_of(alice).get().name == "Acme"

    def test_tells_the_delimiter_as_synonyms_do(self, alice):
        mapping = json.dumps({"Firma, kurz": "name", "Post, elektronisch": "email"})

        assert (
            upload(alice, "Firma, kurz;Post, elektronisch\nA;a@example.com\n", mapping=mapping).json()["created"] == 1
        )

    def test_goes_before_a_synonym(self, alice, import_file):
        import_file("name,email,Private mail\nA,a@example.com,b@example.com\n", "Private mail=email")

        assert emails_of(alice) == ["b@example.com"]

    def test_to_nothing_passes_a_column_over(self, alice, import_file):
        outcome = import_file("name,email,Notes\nA,a@example.com,x\n", "notes=")

        assert outcome.err == "Columns: name → name, email → email; passed over: Notes.\n"
        assert clients_of(alice).get().notes is None

    def test_to_null_passes_a_column_over(self, alice):
        report = upload(alice, "name,email,Notes\nA,a@example.com,x\n", mapping='{"Notes": null}').json()

        assert report["ignored_columns"] == ["Notes"]

    @pytest.mark.parametrize(
        ("pairs", "message"),
        [
            (["Fax=phone"], "A mapped column is not in the header. Not there: Fax. Found: Firma, Mail, Ort."),
            (["Ort=place"], f"A column is mapped to an unknown field; the fields are {FIELDS}"),
            (["Firma=name", "Ort=name"], "Two columns are mapped to name. Found: Firma, Mail, Ort."),
            (["Firma=name", "firma=notes"], "A column is mapped twice. It is: firma."),
            (["Firma=name", "Firma=notes"], "A column is mapped twice. It is: Firma."),
            (["Firma"], '--map needs a column and its field, such as --map "E-mail=email".'),
        ],
    )
    def test_that_does_not_fit_is_2(self, alice, import_file, pairs, message):
        outcome = import_file(FILE, *pairs)

        assert outcome.code == 2
        assert outcome.err.startswith(message)
        assert len(outcome.err.splitlines()) == 1
        assert not emails_of(alice)

    @pytest.mark.parametrize(
        "mapping", ["{", "[]", "1", '{"Firma": 1}', '{"Firma": {}}', '{"Fax": "phone"}', '{"Ort": "place"}']
    )
    def test_that_does_not_fit_is_a_validation_error_and_not_repeated(self, alice, mapping):
        response = upload(alice, FILE, mapping=mapping)

        assert response.status_code == 400
        assert list(response.json()["errors"]) == ["mapping"]
        assert not {"Fax", "place"} & set(response.json()["detail"].replace(".", " ").split())


# Header lines as the products write them.
CLIENT_HEADERS = {
    "Stripe": (
        "id,Description,Email,Name,Created (UTC),Delinquent,Card Address Line1,Card Address City,Card Address State,"
        "Card Address Country,Card Address Zip,Plan,Status,Total Spend,Payment Count",
        {
            "Description": "notes",
            "Email": "email",
            "Name": "name",
            "Card Address Line1": "street",
            "Card Address City": "city",
            "Card Address State": "state",
            "Card Address Country": "country",
            "Card Address Zip": "zip_code",
        },
    ),
    "QuickBooks Online": (
        "Customer,Phone Numbers,Email,Full Name,Billing Address,Open Balance,Currency",
        {"Customer": "name", "Phone Numbers": "phone", "Email": "email", "Billing Address": "street"},
    ),
    "Xero": (
        "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAttentionTo,POAddressLine1,POAddressLine2,"
        "POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,SAAttentionTo,SAAddressLine1,SACity,"
        "SARegion,SAPostalCode,SACountry,PhoneNumber,FaxNumber,MobileNumber,TaxNumber,Website,LegalName",
        {
            "*ContactName": "name",
            "EmailAddress": "email",
            "POAddressLine1": "street",
            "POCity": "city",
            "PORegion": "state",
            "POPostalCode": "zip_code",
            "POCountry": "country",
            "PhoneNumber": "phone",
            "TaxNumber": "tax_id",
        },
    ),
    "FreshBooks": (
        "Organization,First Name,Last Name,Email,Phone,Street,City,Province/State,Country,Postal Code,Notes",
        {
            "Organization": "name",
            "Email": "email",
            "Phone": "phone",
            "Street": "street",
            "City": "city",
            "Province/State": "state",
            "Country": "country",
            "Postal Code": "zip_code",
            "Notes": "notes",
        },
    ),
    "Invoice Ninja": (
        "Street,Apt/Suite,Balance,City,Country,ID Number,Name,Number,Paid to Date,Phone,Postal Code,Private Notes,"
        "Public Notes,Shipping Street,Shipping City,State/Province,VAT Number,Website,First Name,Last Name,Email",
        {
            "Street": "street",
            "City": "city",
            "Country": "country",
            "Name": "name",
            "Phone": "phone",
            "Postal Code": "zip_code",
            "Private Notes": "notes",
            "State/Province": "state",
            "VAT Number": "tax_id",
            "Email": "email",
        },
    ),
}
# None of QuickBooks' and FreshBooks' lists has the client's email, and a line's total is no invoice's.
INVOICE_HEADERS = {
    "Stripe": (
        "id,Amount Due,Billing,Currency,Customer,Date (UTC),Due Date (UTC),Number,Paid,Subtotal,Tax,Total,Amount Paid,"
        "Status,Customer Email",
        {
            "Date (UTC)": "issue_date",
            "Due Date (UTC)": "due_date",
            "Number": "invoice_number",
            "Total": "amount",
            "Amount Paid": "paid_amount",
            "Status": "status",
            "Customer Email": "client_email",
        },
    ),
    "QuickBooks Online, with the emails": (
        "Date,Transaction Type,Num,Name,Memo/Description,Due Date,Amount,Open Balance,Email",
        {
            "Date": "issue_date",
            "Num": "invoice_number",
            "Memo/Description": "description",
            "Due Date": "due_date",
            "Amount": "amount",
            "Email": "client_email",
        },
    ),
    "Xero": (
        "ContactName,EmailAddress,POAddressLine1,POCity,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,"
        "InvoiceAmountPaid,InvoiceAmountDue,InventoryItemCode,Description,Quantity,UnitAmount,LineAmount,Status",
        {
            "EmailAddress": "client_email",
            "InvoiceNumber": "invoice_number",
            "InvoiceDate": "issue_date",
            "DueDate": "due_date",
            "Total": "amount",
            "InvoiceAmountPaid": "paid_amount",
            "Description": "description",
            "Status": "status",
        },
    ),
    "FreshBooks, with the emails and totals": (
        "Client Name,Invoice #,Date Issued,Date Due,Invoice Status,Date Paid,Item Name,Item Description,Rate,Quantity,"
        "Line Subtotal,Line Total,Currency,Email,Total",
        {
            "Invoice #": "invoice_number",
            "Date Issued": "issue_date",
            "Date Due": "due_date",
            "Invoice Status": "status",
            "Date Paid": "payment_date",
            "Email": "client_email",
            "Total": "amount",
        },
    ),
    "Invoice Ninja": (
        "Client,Email,Invoice Number,Amount,Paid,PO Number,Status,Invoice Date,Due Date,Discount,Partial/Deposit,"
        "Partial Due Date,Public Notes,Private Notes,Item Product,Item Notes,Item Cost,Item Quantity",
        {
            "Email": "client_email",
            "Invoice Number": "invoice_number",
            "Amount": "amount",
            "Paid": "paid_amount",
            "Status": "status",
            "Invoice Date": "issue_date",
            "Due Date": "due_date",
            "Private Notes": "notes",
        },
    ),
}
CELLS = {
    "name": "Acme",
    "email": "a@example.com",
    "phone": "555-0000",
    "country": "US",
    "client_email": "billing@acme.com",
    "invoice_number": "INV-1",
    "issue_date": "2024-01-15",
    "due_date": "2024-02-14",
    "amount": "100.00",
    "paid_amount": "40.00",
    "payment_date": "2024-02-01",
}


def row_under(header, columns):
    return ",".join(CELLS.get(columns.get(title), "x") for title in header.split(","))


def columns_line(header, columns):
    taken = ", ".join(f"{title} → {columns[title]}" for title in header.split(",") if title in columns)
    return f"Columns: {taken}; passed over: {', '.join(title for title in header.split(',') if title not in columns)}."


@pytest.mark.parametrize(("header", "columns"), CLIENT_HEADERS.values(), ids=CLIENT_HEADERS.keys())
def test_clients_of_other_products_are_imported(alice, import_file, header, columns):
    outcome = import_file(f"{header}\n{row_under(header, columns)}\n")

    assert (outcome.code, outcome.err) == (0, f"{columns_line(header, columns)}\n")
    assert clients_of(alice).get().name == "Acme"


@pytest.mark.parametrize(("header", "columns"), INVOICE_HEADERS.values(), ids=INVOICE_HEADERS.keys())
def test_invoices_of_other_products_are_imported(alice, acme, import_file, header, columns):
    outcome = import_file(f"{header}\n{row_under(header, columns)}\n", command="import_invoices")

    assert (outcome.code, outcome.err) == (0, f"{columns_line(header, columns)}\n")
    invoice = Invoice.objects.for_account(alice.account).get()
    assert (invoice.invoice_number, invoice.amount) == ("INV-1", 100)


def test_a_lines_total_is_not_taken_for_the_invoices(import_file):
    header = "Client Name,Invoice #,Date Issued,Invoice Status,Date Paid,Item Name,Rate,Quantity,Line Total,Currency"

    outcome = import_file(f"{header}\n", command="import_invoices")

    assert outcome.code == 2
    assert outcome.err.startswith("The header has no column for client_email and amount.")


def test_two_columns_of_one_title_are_refused_until_they_are_passed_over(alice, import_file):
    text = "Name,Phone,Email,Phone\nAcme,555-0000,a@example.com,555-0001\n"

    assert import_file(text).err == "Two columns are taken for phone. Found: Name, Phone, Email, Phone.\n"
    assert (
        import_file(text, "Phone=phone").err == "Two columns are mapped to phone. Found: Name, Phone, Email, Phone.\n"
    )
    assert import_file(text, "Phone=").code == 0
    assert clients_of(alice).get().phone is None
