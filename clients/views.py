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
from clients.filtersets import ClientFilterSet, InvoiceFilterSet
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
    StatisticsSerializer,
    StatusChangeSerializer,
)
from clients.statistics import PERIOD, client_statistics
from clients.uploads import LIMITS, OPTIONS, import_upload
from duespark.api.filters import checked_query
from duespark.api.parsers import MAX_BODY, CSVParser, JSONParser, MultiPartParser
from duespark.api.routers import METHODS
from duespark.records import Record

ITEM_COLUMNS = ("account", *(name for name in ClientItemSerializer().fields))
# An invoice shows who its client is, and needs its payment terms.
UNSHOWN_OF_CLIENT = [
    f"client__{column.name}"
    for column in Client._meta.fields
    if column.name not in ("id", "account", "name", "email", "payment_terms")
]
STATS_QUERY = Record({"period": PERIOD})


class TenantViewSet(
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[Any],
):
    """Rows of the caller's account: somebody else's are not there, exactly as if they had never been."""

    http_method_names = METHODS
    queryset: QuerySet[Any]
    lookup_value_regex = "[^/]+"

    @property
    def account(self) -> Account:
        """The caller's tenant; nobody without one gets as far as this."""
        return cast(User, self.request.user).account

    def get_queryset(self) -> Any:
        return self.queryset.model.objects.for_account(self.account)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_success_headers(self, data: Any) -> dict[str, str]:
        return {"Location": f"{self.request.path.rstrip('/')}/{data['id']}"}


@CLIENT_ENDPOINTS
class ClientViewSet(TenantViewSet):
    queryset = Client.objects.none()
    serializer_class = ClientSerializer
    max_body = MAX_BODY
    filterset_class = ClientFilterSet

    def get_queryset(self) -> QuerySet[Client]:
        clients = super().get_queryset()
        return clients.only(*ITEM_COLUMNS) if self.action == "list" else clients.defer("search_text")

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
        return Response(StatisticsSerializer(figures).data)


@INVOICE_ENDPOINTS
class InvoiceViewSet(TenantViewSet):
    queryset = Invoice.objects.none()
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilterSet

    def get_queryset(self) -> QuerySet[Invoice]:
        return super().get_queryset().select_related("client").with_status().defer(*UNSHOWN_OF_CLIENT)

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
        payments = Payment.objects.for_account(invoice.account_id).filter(invoice=invoice)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(payments), many=True).data)

    @RECORD_PAYMENT
    @payments.mapping.post
    def record_payment(self, request: Request, pk: str) -> Response:
        invoice = self.get_object()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save(invoice=invoice)
        return Response(serializer.data, status=201)
