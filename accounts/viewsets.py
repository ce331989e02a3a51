"""Viewsets over the rows of the caller's account."""

from functools import partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from accounts import idempotency
from accounts.models import Account, User
from duespark.api.lists import Listing
from duespark.api.responses import Answer
from duespark.api.routers import METHODS
from duespark.ids import uuid_of
from duespark.prepared import Prepared


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
    def default_response_headers(self) -> dict[str, str]:
        """None: `Allow` belongs to a 405."""
        return {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "HTTP_IDEMPOTENCY_KEY" in request._request.META and request.method in idempotency.METHODS:
            self._put_around(idempotency.once)

    def _put_around(self, guard: Any) -> None:
        """Lets a guard decide whether, and in what transaction, the request's handler is called."""
        name = str(self.request.method).lower()
        if handler := getattr(self, name, None):
            setattr(self, name, partial(guard, self, handler))

    def get_queryset(self) -> Any:
        return self.listing.of(account=uuid_of(self.account.pk))

    def get_object(self) -> Any:
        try:
            key = uuid_of(self.kwargs["pk"], self.queryset.model._meta.pk.prefix)
        except ValidationError:
            raise Http404 from None
        found = self.one.first(account=uuid_of(self.account.pk), pk=key)
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
        shown = self.shown(serializer.instance)
        return Answer(shown, 201, {"Location": f"{request.path.rstrip('/')}/{shown['id']}"})

    def perform_create(self, serializer: Any) -> None:
        serializer.save(account=self.account)

    def retrieve(self, request: Request, pk: str) -> Answer:
        return Answer(self.shown(self.get_object()))

    def update(self, request: Request, pk: str) -> Answer:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Answer(self.shown(serializer.instance))

    def partial_update(self, request: Request, pk: str) -> Answer:
        return self.update(request, pk)

    def shown(self, row: Any) -> Any:
        serializer_class: Any = self.get_serializer_class()
        return serializer_class.to_representation(row)
