"""What the OpenAPI document says of imports: what may be sent, and how it is taken."""

from drf_spectacular.utils import OpenApiParameter, inline_serializer

from clients.importing.kinds import LIMITS, MAX_SIZE, Upload
from clients.serializers import ClientSerializer, ImportedInvoiceSerializer
from clients.uploads import READING
from duespark.api.parsers import WorkbookParser
from duespark.sizes import MEGABYTE

IMPORT_CLIENTS = f"""\
Good rows land, bad ones are listed, each in the words of a single create. Send a list as JSON, or a CSV file or an
Excel workbook as the form field `file` or as the body itself. At most {LIMITS.rows:,} rows and
{MAX_SIZE // MEGABYTE} MB, counted after unpacking.

The columns of a file are `name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes` in any order;
`name` and `email` must be there, common synonyms and those of other products' exports are understood, `mapping` says of
others what they are, the rest is passed over; the answer tells which columns were taken and which were not. CSV is in
UTF-8, in UTF-16 with a byte order mark, or in the `encoding` that is named; by comma, semicolon or tab; gzipped or not.
Of a workbook (.xlsx) the first sheet is read. Of a cell that begins with `'` and then as a formula does, one `'` is
taken off, as an export puts it there."""
WORKBOOK = {"type": "string", "contentMediaType": WorkbookParser.media_type}
FORM = {"file": {"type": "string", "format": "binary"}, **{name: rule.schema for name, rule in READING.rules.items()}}
CLIENT_BODIES = {
    "application/json": inline_serializer("ClientImport", {"clients": ClientSerializer(many=True)}),
    "multipart/form-data": {"type": "object", "required": ["file"], "properties": FORM},
    "text/csv": {"type": "string", "contentMediaType": "text/csv"},
    WorkbookParser.media_type: WORKBOOK,
}


IMPORT_INVOICES = f"""\
Invoices, and what has been paid on them, for clients that are there. Good rows land, bad ones are listed. At most
{LIMITS.rows:,} rows and {MAX_SIZE // MEGABYTE} MB, counted after unpacking. Files are read as clients are.

The columns are `client_email,invoice_number,issue_date,due_date,amount,status,payment_date,paid_amount,description` and
`notes`; `client_email`, `invoice_number` and `amount` must be there. The status `cancelled` cancels, any other is
derived from what is paid. A `payment_date` without a `paid_amount` means that all is. The `email` of a refused row is
the client's."""
INVOICE_BODIES = {
    **CLIENT_BODIES,
    "application/json": inline_serializer("InvoiceImport", {"invoices": ImportedInvoiceSerializer(many=True)}),
}


def import_options(upload: Upload, duplicate: str) -> list[OpenApiParameter]:
    rules = upload.options.rules
    return [
        OpenApiParameter("on_duplicate", rules["on_duplicate"].schema, description=duplicate, default="error"),
        OpenApiParameter(
            "dry_run", rules["dry_run"].schema, description="Says what would happen, writes nothing.", default=False
        ),
        OpenApiParameter(
            "atomic", rules["atomic"].schema, description="Any bad row: 400, and nothing is written.", default=False
        ),
        *READING_OPTIONS,
    ]


READING_OPTIONS = [
    OpenApiParameter(
        "encoding",
        READING.rules["encoding"].schema,
        description="Of a CSV file that is neither UTF-8 nor UTF-16, such as cp1252. May be a field of the form, too.",
    ),
    OpenApiParameter(
        "mapping",
        READING.rules["mapping"].schema,
        description="Of a file: an object of columns and the fields they are, or null to pass one over. It goes "
        "before the synonyms. May be a field of the form, too.",
    ),
]
