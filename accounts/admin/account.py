"""The back office's screens of accounts."""

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from accounts.backoffice.display import Link, badge, list_url
from accounts.backoffice.filters import ChoiceFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import RecordAdmin
from accounts.backoffice.verbs import Verb
from accounts.models import Account, Look, User
from accounts.tenancy import TenantModel
from duespark.records import Record
from duespark.rules import Pattern, Text


class AccountForm(RecordForm):
    record = Record(
        {
            "name": Text(200),
            "currency": Pattern(
                Text(3, required=True), re.compile("[A-Z]{3}"), "Must be an ISO 4217 code, such as USD."
            ),
        },
        required=frozenset({"currency"}),
        null={"name": ""},
    )

    def add(self, **values: Any) -> Account:
        return Account.objects.create(**values)


class AccountState(ChoiceFilter):
    title = parameter_name = "state"
    CHOICES = (("open", "Open"), ("closed", "Closed"))

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(closed_at__isnull=value == "open")


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    section = "People"
    form = AccountForm
    list_display = ("__str__", "id", "currency", "state", "created_at")
    list_filter = (AccountState, "created_at")
    search_fields = ("name",)
    search_help_text = "The account's name or id, or a user's email"
    fields = ("name", "currency", "id", "state", "created_at", "closed_at")
    readonly_fields = ("id", "state", "created_at", "closed_at")
    verbs = (
        Verb(
            "close",
            "Close",
            "closed",
            Account.close,
            applies=lambda account: not account.closed_at,
            warning="Every user of these accounts is locked out at once. Nothing is deleted; reopening lets them in.",
        ),
        Verb("reopen", "Reopen", "reopened", Account.reopen, applies=lambda account: account.closed_at),
    )

    @admin.display(ordering="closed_at")
    def state(self, account: Account) -> str:
        return badge("closed" if account.closed_at else "open")

    def option(self, row: Any) -> str:
        return f"{row.name} · {row.id}" if row.name else row.id

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else ("name", "currency")

    def search(self, request: HttpRequest, queryset: Any, text: str) -> tuple[Any, bool]:
        """An account whose name nobody gave is found by its users."""
        users = User.objects.filter(email__icontains=text)
        return queryset.filter(Q(name__icontains=text) | Q(pk__in=users.values("account"))), False

    def account_of(self, row: Any) -> str:
        return str(row.pk)

    def links_for(self, request: HttpRequest, row: Account) -> list[Link]:
        """To the lists of what is the account's, whichever app it comes from."""
        admins: dict[Any, Any] = self.admin_site._registry
        return [
            Link(admin.list_name, list_url(model, account=row.pk))
            for model, admin in admins.items()
            if issubclass(model, TenantModel) and model is not Look and admin.has_view_permission(request)
        ]

    def within_power(self, request: HttpRequest, verb: Verb, rows: Sequence[Account]) -> list[Account]:
        """Of the accounts of staff only superusers, and nobody their own: it would lock them out."""
        if request.user.is_superuser:
            beyond = {request.user.account_id}
        else:
            beyond = set(User.objects.filter(is_staff=True, account__in=rows).values_list("account", flat=True))
        return [account for account in rows if account.pk not in beyond]

    def looks(self, row: Account) -> str:
        return list_url(Look, account=row.pk)
