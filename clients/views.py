"""The endpoints of clients, invoices and payments, as declarations."""

from typing import Any, cast

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Account, User
from clients.documentation import CLIENT_ENDPOINTS, INVOICE_ENDPOINTS, RECORD_PAYMENT
from clients.filtersets import ClientFilterSet, InvoiceFilterSet, PaymentOrder
from clients.importing import Options
from clients.models import Client, Invoice, Payment
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
from clients.uploads import LIMITS, OPTIONS, import_upload
from duespark.api.filters import checked_query
from duespark.api.lists import Listing
from duespark.api.parsers import MAX_BODY, CSVParser, JSONParser, MultiPartParser
from duespark.api.routers import METHODS
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


class TenantViewSet(
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[Any],
):
    """Rows of the caller's account: somebody else's are not there, exactly as if they had never been.

    A view says what its rows are, of any account; they are read by queries that are compiled once.
    """

    http_method_names = METHODS
    queryset: QuerySet[Any]
    lookup_value_regex = "[^/]+"
    one: Prepared[Any]
    listing: Listing

    @property
    def account(self) -> Account:
        """The caller's tenant; nobody without one gets as far as this."""
        return cast(User, self.request.user).account

    def get_queryset(self) -> Any:
        return self.listing.of(account=uuid_of(self.account.pk))

    def get_object(self) -> Any:
        try:
            key = uuid_of(self.kwargs["pk"], self.queryset.model._meta.pk.prefix)
        except DjangoValidationError:
            raise Http404 from None
        found = self.one.first(account=uuid_of(self.account.pk), pk=key)
        if found is None:
            raise Http404
        return found

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        return self.get_paginated_response(self.paginate_queryset(rows))

    def get_success_headers(self, data: Any) -> dict[str, str]:
        return {"Location": f"{self.request.path.rstrip('/')}/{data['id']}"}


@CLIENT_ENDPOINTS
class ClientViewSet(TenantViewSet):
    queryset = Client.objects.none()
    serializer_class = ClientSerializer
    max_body = MAX_BODY
    filterset_class = ClientFilterSet
    one = Prepared(lambda account, pk: Client.objects.for_account(account).filter(pk=pk).defer("search_text"))
    listing = Listing(Client.objects.for_account, ClientItemSerializer, ClientFilterSet)

    def get_serializer_class(self) -> Any:
        return {
            "list": ClientItemSerializer,
            "update": ClientChangeSerializer,
            "partial_update": ClientChangeSerializer,
        }.get(self.action, ClientSerializer)

    def perform_create(self, serializer: Any) -> None:
        serializer.save(account_id=self.account.pk)

    def destroy(self, request: Request, pk: str) -> Response:
        client = self.get_object()
        client.deactivate()
        answer = {"message": "Client deactivated successfully", "id": client.id, "is_active": client.is_active}
        return Response(answer)

    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: str) -> Response:
        client = self.get_object()
        client.reactivate()
        return Response(self.get_serializer(client).data)

    @action(
        detail=False,
        methods=["post"],
        url_path="bulk/import",
        parser_classes=[JSONParser, MultiPartParser, CSVParser],
        max_body=LIMITS.size,
    )
    def bulk_import(self, request: Request) -> Response:
        options = Options(**checked_query(request, OPTIONS))
        report = import_upload(self.account, request.data, options)
        return Response(ImportReportSerializer(report).data)

    @action(detail=True)
    def stats(self, request: Request, pk: str) -> Response:
        try:
            figures = client_statistics(self.account.pk, pk, **checked_query(request, STATS_QUERY))
        except (Client.DoesNotExist, DjangoValidationError):
            raise Http404 from None
        except ValidationError:
            self.get_object()  # of a client that is not there, nothing else is said
            raise
        return Response(figures)


@INVOICE_ENDPOINTS
class InvoiceViewSet(TenantViewSet):
    queryset = Invoice.objects.none()
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilterSet
    one = Prepared(lambda account, pk: invoices_of(account).filter(pk=pk))
    listing = Listing(
        lambda account, today: invoices_of(account).with_status(today), InvoiceSerializer, InvoiceFilterSet
    )

    def get_queryset(self) -> Any:
        return self.listing.of(account=uuid_of(self.account.pk), today=today())

    def get_serializer_class(self) -> Any:
        is_change = self.action in ("update", "partial_update")
        return InvoiceChangeSerializer if is_change else super().get_serializer_class()

    def perform_create(self, serializer: Any) -> None:
        serializer.save(account=self.account)

    @action(detail=True, methods=["patch"], serializer_class=StatusChangeSerializer)
    def status(self, request: Request, pk: str) -> Response:
        invoice = self.get_object()
        change = self.get_serializer(data=request.data)
        change.is_valid(raise_exception=True)
        invoice.change_status(**change.validated_data)
        return Response(InvoiceSerializer(invoice).data)

    @action(detail=True, serializer_class=PaymentSerializer)
    def payments(self, request: Request, pk: str) -> Response:
        invoice = self.get_object()
        payments: Any = PAYMENTS.of(account=uuid_of(invoice.account_id), invoice=uuid_of(invoice.pk))
        return self.get_paginated_response(self.paginate_queryset(payments))

    @RECORD_PAYMENT
    @payments.mapping.post
    def record_payment(self, request: Request, pk: str) -> Response:
        invoice = self.get_object()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save(invoice=invoice)
        return Response(serializer.data, status=201)
