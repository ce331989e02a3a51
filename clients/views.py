"""The endpoints of clients, invoices and payments, as declarations."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.viewsets import TenantViewSet
from clients.documentation import CLIENT_ENDPOINTS, INVOICE_ENDPOINTS, RECORD_PAYMENT
from clients.entries import EntrySerializer
from clients.exporting import OPTIONS as EXPORT_OPTIONS
from clients.exporting import exported
from clients.filtersets import ClientExportFilterSet, ClientFilterSet, InvoiceFilterSet, PaymentOrder
from clients.history import CLIENT_LOG, INVOICE_LOG, Log
from clients.importing import Options
from clients.importing.kinds import CLIENTS, INVOICES, LIMITS, Upload
from clients.models import Client, Import, Invoice, Payment
from clients.past import AS_OF, as_of
from clients.serializers import (
    ClientChangeSerializer,
    ClientItemSerializer,
    ClientSerializer,
    ImportReportSerializer,
    InvoiceChangeSerializer,
    InvoiceSerializer,
    PaymentSerializer,
    StatusChangeSerializer,
)
from clients.statistics import PERIOD, client_statistics
from clients.uploads import import_upload
from duespark.api.conditions import unless_known
from duespark.api.filters import checked_query
from duespark.api.lists import Listing
from duespark.api.parsers import MAX_BODY, CSVParser, JSONParser, MultiPartParser, WorkbookParser
from duespark.api.renderers import CSVRenderer
from duespark.api.responses import Answer
from duespark.clock import today
from duespark.ids import uuid_of
from duespark.prepared import Prepared
from duespark.records import Record

# An invoice shows who its client is, and needs its payment terms.
UNSHOWN_OF_CLIENT = [
    f"client__{column.name}"
    for column in Client._meta.fields
    if column.name not in ("id", "account", "name", "email", "payment_terms")
]


def invoices_of(account: Any) -> Any:
    return Invoice.objects.for_account(account).select_related("client").defer(*UNSHOWN_OF_CLIENT)


def payments_on(account: Any, invoice: Any) -> Any:
    return Payment.objects.for_account(account).filter(invoice=invoice)


PAYMENTS = Listing(payments_on, PaymentSerializer, PaymentOrder)
STATS_QUERY = Record({"period": PERIOD})


class TakesImports(TenantViewSet):
    """A viewset whose rows also come many at a time, by list or file."""

    upload: Upload
    max_body = MAX_BODY

    @action(
        detail=False,
        methods=["post"],
        url_path="bulk/import",
        parser_classes=[JSONParser, MultiPartParser, CSVParser, WorkbookParser],
        max_body=LIMITS.size,
    )
    def bulk_import(self, request: Request) -> Answer:
        options = Options(Import.Source.API, **checked_query(request, self.upload.options))
        report = import_upload(self.upload, self.account, request.data, options, request.query_params)
        return Answer(ImportReportSerializer.to_representation(report))


class HasHistory(TenantViewSet):
    """A viewset of rows whose every change is recorded."""

    log: Log

    @action(detail=True, serializer_class=EntrySerializer)
    def history(self, request: Request, pk: str) -> Any:
        entries: Any = self.log.of(self.get_object())
        return self.get_paginated_response(self.paginate_queryset(entries))


@CLIENT_ENDPOINTS
class ClientViewSet(TakesImports, HasHistory):
    queryset = Client.objects.none()
    serializer_class = ClientSerializer
    upload = CLIENTS
    log = CLIENT_LOG
    one = Prepared(lambda account, pk: Client.objects.for_account(account).filter(pk=pk).order_by())
    listing = Listing(Client.objects.for_account, ClientItemSerializer, ClientFilterSet)

    def get_serializer_class(self) -> Any:
        return {
            "list": self.listing.serializer,
            "update": ClientChangeSerializer,
            "partial_update": ClientChangeSerializer,
        }.get(self.action) or super().get_serializer_class()

    def perform_create(self, serializer: Any) -> None:
        serializer.save(account_id=self.account.pk)

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        client = self.get_object()
        if request.META.get("QUERY_STRING"):  # nearly all requests have none, and need not read it
            client = self._as_asked(client)
        return unless_known(request, self.representation(client))

    def _as_asked(self, client: Client) -> Client:
        moment = checked_query(self.request, AS_OF).get("as_of")
        if moment is None or moment >= timezone.now():
            return client
        try:
            return as_of(client, moment)
        except Client.DoesNotExist:
            raise Http404 from None

    def destroy(self, request: Request, pk: str) -> Answer:
        client = self.get_object()
        client.deactivate()
        answer = {"message": "Client deactivated successfully", "id": client.id, "is_active": client.is_active}
        return Answer(answer)

    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: str) -> Answer:
        client = self.get_object()
        client.reactivate()
        return self.representation(client)

    @action(
        detail=False,
        listing=Listing(Client.objects.for_account, ClientItemSerializer, ClientExportFilterSet),
        renderer_classes=[CSVRenderer],
    )
    def export(self, request: Request) -> FileResponse:
        options = checked_query(request, EXPORT_OPTIONS)
        rows: Any = self.filter_queryset(self.get_queryset())
        return FileResponse(
            exported(rows.queryset(), **options),
            as_attachment=True,
            filename=f"clients-{today()}.csv",
            content_type="text/csv; charset=utf-8",
        )

    @action(detail=True)
    def stats(self, request: Request, pk: str) -> Answer:
        try:
            figures = client_statistics(self.account.pk, pk, **checked_query(request, STATS_QUERY))
        except (Client.DoesNotExist, DjangoValidationError):
            raise Http404 from None
        except ValidationError:
            self.get_object()  # of a client that is not there, nothing else is said
            raise
        return Answer(figures)


@INVOICE_ENDPOINTS
class InvoiceViewSet(TakesImports, HasHistory):
    queryset = Invoice.objects.none()
    serializer_class = InvoiceSerializer
    upload = INVOICES
    log = INVOICE_LOG
    one = Prepared(lambda account, pk: invoices_of(account).filter(pk=pk).order_by())
    listing = Listing(
        lambda account, today: invoices_of(account).with_status(today),
        InvoiceSerializer,
        InvoiceFilterSet,
        passing=frozenset({"today"}),
    )

    def get_queryset(self) -> Any:
        return self.listing.of(account=uuid_of(self.account.pk), today=today())

    def get_serializer_class(self) -> Any:
        is_change = self.action in ("update", "partial_update")
        return InvoiceChangeSerializer if is_change else super().get_serializer_class()

    @action(detail=True, methods=["patch"], serializer_class=StatusChangeSerializer)
    def status(self, request: Request, pk: str) -> Answer:
        invoice = self.get_object()
        change = self.get_serializer(data=request.data)
        change.is_valid(raise_exception=True)
        invoice.change_status(**change.validated_data)
        return self.representation(invoice)

    @action(detail=True, serializer_class=PaymentSerializer)
    def payments(self, request: Request, pk: str) -> Any:
        invoice = self.get_object()
        payments: Any = PAYMENTS.of(account=uuid_of(invoice.account_id), invoice=uuid_of(invoice.pk))
        return self.get_paginated_response(self.paginate_queryset(payments))

    @RECORD_PAYMENT
    @payments.mapping.post
    def record_payment(self, request: Request, pk: str) -> Answer:
        invoice = self.get_object()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save(invoice=invoice)
        return Answer(PaymentSerializer.to_representation(serializer.instance), 201)
