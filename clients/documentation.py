"""What the documentation says of the endpoints of clients and invoices, beyond what their views do."""

from drf_spectacular.utils import OpenApiParameter, extend_schema_view

from clients import examples
from clients.entries import EntrySerializer
from clients.exporting import OPTIONS as EXPORT_OPTIONS
from clients.import_documentation import (
    CLIENT_BODIES,
    IMPORT_CLIENTS,
    IMPORT_INVOICES,
    INVOICE_BODIES,
    import_options,
)
from clients.importing.kinds import CLIENTS, INVOICES
from clients.models.client import DUPLICATE_CLIENT, EMAIL_TAKEN
from clients.models.invoice import DUPLICATE_INVOICE, NUMBER_TAKEN
from clients.past import AS_OF
from clients.serializers import (
    ClientItemSerializer,
    ClientSerializer,
    DeactivatedSerializer,
    ImportReportSerializer,
    InvoiceSerializer,
    PaymentSerializer,
    StatisticsSerializer,
)
from clients.statistics import DEFAULT_PERIOD, PERIOD
from duespark.api.documented_headers import ETAG, LOCATION
from duespark.api.documented_problems import FIELD_ERRORS, Error, of_field
from duespark.api.fields import COUNT, FLAG, id_schema
from duespark.api.schema import answered, endpoint, sent

# Errors that say more than the usual ones, or other words.

EXISTING_CLIENT = {
    "type": ["object", "null"],
    "description": "The client that has the email.",
    "required": ["id", "is_active"],
    "properties": {"id": id_schema("client"), "is_active": FLAG},
}
DUPLICATE_EMAIL = of_field("email", EMAIL_TAKEN, DUPLICATE_CLIENT)
EMAIL_IN_USE = Error(
    DUPLICATE_CLIENT,
    {**DUPLICATE_EMAIL.example, "existing_client": {"id": examples.CLIENT_ID, "is_active": False}},
    {**DUPLICATE_EMAIL.members, "existing_client": EXISTING_CLIENT},
)
NUMBER_IN_USE = of_field("invoice_number", NUMBER_TAKEN, DUPLICATE_INVOICE)
DEACTIVATED_CLIENT = Error("The client is deactivated; reactivate it to invoice it.")
PAID_ON = Error("Something has been paid on this invoice; its amount and issue date stay as they are.")
ROW_ERRORS = {"type": "array", "items": {"$ref": "#/components/schemas/RowError"}}
ROWS_REFUSED = Error(
    "Validation error: 1 of 2 rows are refused and nothing is written; "
    "row 2: Validation error: email: Must be a valid email address.",
    examples.REFUSED,
    {
        "errors": {"anyOf": [FIELD_ERRORS, ROW_ERRORS], "description": "Of an atomic import, the refused rows."},
        "error_count": COUNT,
        "total": COUNT,
        "dry_run": FLAG,
    },
)
ANSWER_TOO_LARGE = Error("This request has been done already; its answer was too large to be kept.")

# What an export gives

CSV = {"type": "string", "contentMediaType": "text/csv"}

EXPORT = """\
A CSV file, in UTF-8, of all the clients that the parameters choose, deactivated ones among them; there are no pages.
Importing it gives the same clients. `is_active` and `created_at` are taken along by `manage.py import_clients`, and
passed over by an import here, where they are read-only.

With `for_spreadsheet`, `'` stands before a text that a spreadsheet would run as a formula, as it would one beginning
with `=`, `+`, `-` or `@`. An import takes it off again."""
ATTACHMENT = OpenApiParameter(
    "Content-Disposition",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The name of the file, with the day in UTC.",
    response=[200],
)
FOR_SPREADSHEET = OpenApiParameter(
    "for_spreadsheet",
    EXPORT_OPTIONS.rules["for_spreadsheet"].schema,
    description="Defuses what a spreadsheet would run as a formula.",
    default=False,
)

WHO = "Whoever made a change is named: the API, the back office, a command or SQL. No entry can be changed."

# The endpoints

CLIENT_ENDPOINTS = extend_schema_view(
    list=endpoint("listClients", "List clients", ClientItemSerializer(many=True), examples=[answered(examples.ITEM)]),
    create=endpoint(
        "createClient",
        "Create a client",
        {201: ClientSerializer},
        parameters=[LOCATION, ETAG],
        errors={"DUPLICATE_CLIENT": EMAIL_IN_USE},
        examples=[sent(examples.WRITABLE), answered(examples.CLIENT)],
    ),
    retrieve=endpoint(
        "getClient",
        "Get a client",
        {200: ClientSerializer, 304: None},
        description="As it is, or as it was: with `as_of`, its totals are of the invoices and payments of then.",
        parameters=[
            ETAG,
            OpenApiParameter(
                "as_of",
                AS_OF.rules["as_of"].schema,
                description="A moment, with its zone. Before the client was made there is none; in the future it is as "
                "it is now.",
            ),
        ],
        examples=[answered(examples.CLIENT)],
    ),
    history=endpoint(
        "getClientHistory",
        "List what became of a client",
        EntrySerializer(many=True),
        description=f"That it was made, and every change since, the newest first. {WHO}",
        filters=False,
        examples=[answered(examples.ENTRY)],
    ),
    update=endpoint(
        "updateClient",
        "Update a client",
        ClientSerializer,
        parameters=[ETAG],
        description="Changes the fields that are sent and keeps the others, as PATCH does.",
        errors={"DUPLICATE_CLIENT": EMAIL_IN_USE},
        examples=[sent(examples.CHANGE), answered({**examples.CLIENT, **examples.CHANGE})],
    ),
    partial_update=endpoint(
        "patchClient",
        "Update some fields of a client",
        ClientSerializer,
        parameters=[ETAG],
        errors={"DUPLICATE_CLIENT": EMAIL_IN_USE},
        examples=[sent(examples.CHANGE), answered({**examples.CLIENT, **examples.CHANGE})],
    ),
    destroy=endpoint(
        "deactivateClient",
        "Deactivate a client",
        {200: DeactivatedSerializer},
        description="A soft delete: the history stays, and `reactivate` undoes it. Again does no harm.",
        examples=[answered(examples.DEACTIVATED)],
    ),
    reactivate=endpoint(
        "reactivateClient",
        "Reactivate a client",
        ClientSerializer,
        parameters=[ETAG],
        description="On an active client, too.",
        request=None,
        examples=[answered(examples.CLIENT)],
    ),
    bulk_import=endpoint(
        "importClients",
        "Import clients",
        ImportReportSerializer,
        description=IMPORT_CLIENTS,
        request=CLIENT_BODIES,
        parameters=import_options(CLIENTS, "What becomes of a row whose email a client has already."),
        errors={"VALIDATION_ERROR": ROWS_REFUSED, "CONFLICT": ANSWER_TOO_LARGE},
        examples=[
            sent(examples.IMPORT_LIST),
            sent(examples.IMPORT_CSV, "text/csv"),
            answered(examples.IMPORTED),
        ],
    ),
    export=endpoint(
        "exportClients",
        "Export clients",
        {(200, "text/csv"): CSV},
        description=EXPORT,
        filters=True,
        parameters=[ATTACHMENT, FOR_SPREADSHEET],
        examples=[answered(examples.EXPORT, "text/csv")],
    ),
    stats=endpoint(
        "getClientStats",
        "Get the statistics of a client",
        StatisticsSerializer,
        description="Over the invoices that are not cancelled, by their date of issue. Months are UTC's.",
        parameters=[
            OpenApiParameter(
                "period",
                PERIOD.schema,
                description="Whole calendar months ending with the current one, or all.",
                default=DEFAULT_PERIOD,
            )
        ],
        examples=[answered(examples.STATISTICS)],
    ),
)

INVOICE_ENDPOINTS = extend_schema_view(
    list=endpoint("listInvoices", "List invoices", InvoiceSerializer(many=True), examples=[answered(examples.INVOICE)]),
    create=endpoint(
        "createInvoice",
        "Create an invoice",
        {201: InvoiceSerializer},
        parameters=[LOCATION, ETAG],
        errors={"CLIENT_NOT_FOUND": None, "DUPLICATE_INVOICE": NUMBER_IN_USE, "CONFLICT": DEACTIVATED_CLIENT},
        examples=[sent(examples.NEW_INVOICE), answered(examples.INVOICE)],
    ),
    retrieve=endpoint(
        "getInvoice",
        "Get an invoice",
        {200: InvoiceSerializer, 304: None},
        parameters=[ETAG],
        examples=[answered(examples.INVOICE)],
    ),
    update=endpoint(
        "updateInvoice",
        "Update an invoice",
        InvoiceSerializer,
        parameters=[ETAG],
        description="Changes the fields that are sent and keeps the others, as PATCH does.",
        errors={"CONFLICT": PAID_ON},
        examples=[sent({"due_date": "2024-02-14"}), answered(examples.INVOICE)],
    ),
    partial_update=endpoint(
        "patchInvoice",
        "Update some fields of an invoice",
        InvoiceSerializer,
        parameters=[ETAG],
        errors={"CONFLICT": PAID_ON},
        examples=[sent({"due_date": "2024-02-14"}), answered(examples.INVOICE)],
    ),
    bulk_import=endpoint(
        "importInvoices",
        "Import invoices",
        ImportReportSerializer,
        description=IMPORT_INVOICES,
        request=INVOICE_BODIES,
        parameters=import_options(INVOICES, "What becomes of a row whose number an invoice has already."),
        errors={"VALIDATION_ERROR": ROWS_REFUSED, "CONFLICT": ANSWER_TOO_LARGE},
        examples=[
            sent(examples.INVOICES_CSV, "text/csv"),
            answered(examples.INVOICES_IMPORTED),
        ],
    ),
    status=endpoint(
        "changeInvoiceStatus",
        "Mark an invoice as paid, or cancel it",
        InvoiceSerializer,
        parameters=[ETAG],
        description="`paid` records a payment of what is due; `cancelled` takes the invoice out of every total.",
        errors={"CONFLICT": None},
        examples=[sent(examples.STATUS_CHANGE), answered(examples.INVOICE_PAID)],
    ),
    history=endpoint(
        "getInvoiceHistory",
        "List what became of an invoice",
        EntrySerializer(many=True),
        description=f"That it and the payments on it were made, and every change of them, the newest first. {WHO}",
        filters=False,
        examples=[answered(examples.INVOICE_ENTRY)],
    ),
    payments=endpoint(
        "listPayments",
        "List the payments on an invoice",
        PaymentSerializer(many=True),
        filters=False,
        examples=[answered(examples.PAYMENT)],
    ),
)
# drf-spectacular finds no method of a mapping by its name; it is decorated itself.
RECORD_PAYMENT = endpoint(
    "recordPayment",
    "Record a payment on an invoice",
    {201: PaymentSerializer},
    errors={"CONFLICT": None},
    examples=[sent(examples.NEW_PAYMENT), answered(examples.PAYMENT)],
)
