"""Viewsets over the rows of the caller's account."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from accounts import idempotency
from accounts.acting import act_as
from accounts.models import Account, User
from duespark.api.conditions import is_conditional, refuse_if_changed, unless_known
from duespark.api.documented_headers import IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED, IF_MATCH, IF_NONE_MATCH
from duespark.api.lists import Listing
from duespark.api.responses import Answer, Representation
from duespark.api.routers import METHODS
from duespark.ids import uuid_of
from duespark.postgres import retry_deadlock
from duespark.prepared import Prepared


@cache
def _locking(model: Any) -> Prepared[Any]:
    """Has a row to itself until the transaction ends, so that what is read of it next stays true."""
    return Prepared(
        lambda account, pk: (
            model.objects.for_account(account).filter(pk=pk).order_by().select_for_update(no_key=True).values("pk")
        )
    )


class TenantViewSet(GenericViewSet[Any]):
    """DRF's ModelViewSet, for tenants: somebody else's rows are not there, exactly as if they had never been.

    `one` reads the row of an account with an id, `listing` says what its list is; both are compiled
    once. What deletes a row, if anything does, is the view's own affair.
    """

    http_method_names = METHODS
    lookup_value_regex = "[^/]+"
    queryset: QuerySet[Any]
    one: Prepared[Any]
    listing: Listing

    @property
    def account(self) -> Account:
        """The caller's tenant; nobody without one gets as far as this."""
        return cast(User, self.request.user).account

    @property
    def filterset_class(self) -> Any:
        """For the documentation."""
        return self.listing.filterset

    @property
    def documented_headers(self) -> list[Any]:
        """For the documentation: what `retrieve` and `initial` look at, and `once` says."""
        method = self.request.method
        return [
            *([IF_NONE_MATCH] if self.action == "retrieve" else []),
            *([IF_MATCH] if self.detail and method not in SAFE_METHODS else []),
            *([IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED] if method in idempotency.METHODS else []),
        ]

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: `Allow` belongs to a 405."""
        return {}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What is written for a caller is written by the caller; who reads writes nothing, and does not pay for it."""
        if request.method in SAFE_METHODS:
            return super().dispatch(request, *args, **kwargs)
        with act_as(lambda: self.request.user.pk):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.detail and is_conditional(request) and request.method not in SAFE_METHODS:
            self._put_around(TenantViewSet.if_unchanged)
        if "HTTP_IDEMPOTENCY_KEY" in request._request.META and request.method in idempotency.METHODS:
            self._put_around(idempotency.once)

    def _put_around(self, guard: Any) -> None:
        """Lets a guard decide whether, and in what transaction, the request's handler is called."""
        name = str(self.request.method).lower()
        if handler := getattr(self, name, None):
            setattr(self, name, partial(guard, self, handler))

    @retry_deadlock  # what the handler calls cannot, within a larger transaction
    @transaction.atomic
    def if_unchanged(self, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Calls the handler if the row is what the request's preconditions want, and nobody can change it meanwhile."""
        self.get_object(_locking(self.queryset.model))  # type: ignore[arg-type]  # a class is hashable
        refuse_if_changed(request, self.representation(self.get_object()).headers["ETag"])
        return handler(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return self.listing.of(account=uuid_of(self.account.pk))

    def get_object(self, reading: Prepared[Any] | None = None) -> Any:
        try:
            key = uuid_of(self.kwargs["pk"], self.queryset.model._meta.pk.prefix)
        except ValidationError:
            raise Http404 from None
        found = (reading or self.one).first(account=uuid_of(self.account.pk), pk=key)
        if found is None:
            raise Http404
        return found

    def list(self, request: Request) -> Any:
        rows = self.filter_queryset(self.get_queryset())
        return self.get_paginated_response(self.paginate_queryset(rows))

    def create(self, request: Request) -> Answer:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        self.perform_create(serializer)
        made: Any = serializer.instance
        return self.representation(made, 201, {"Location": f"{request.path.rstrip('/')}/{made.id}"})

    def perform_create(self, serializer: Any) -> None:
        serializer.save(account=self.account)

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        return unless_known(request, self.representation(self.get_object()))

    def update(self, request: Request, pk: str) -> Answer:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return self.representation(serializer.instance)

    def partial_update(self, request: Request, pk: str) -> Answer:
        return self.update(request, pk)

    def representation(self, row: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Representation:
        """The row as GET answers it, whatever the action takes."""
        whole: Any = type(self).serializer_class
        return Representation(whole.to_representation(row), status, headers)
