"""The back office's screens of accounts, their users and what these have open."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, ReadOnlyPasswordHashField, SetPasswordMixin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.backoffice.display import Link, badge, list_url
from accounts.backoffice.filters import RowFilter
from accounts.backoffice.forms import RecordForm
from accounts.backoffice.modeladmin import BackOfficeAdmin, ReadOnlyAdmin, RecordAdmin, TenantAdmin
from accounts.backoffice.verbs import Verb
from accounts.models import Account, FailedLogin, RateWindow, ResetRequest, Session, User, unique_email
from accounts.tenancy import TenantModel
from duespark.records import Record
from duespark.rules import Email, Pattern, Text

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BackOfficeAdmin, DjangoGroupAdmin):
    """Only superusers make and change groups: who may change one may have every permission by it."""

    section = "Safety"
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser and super().has_change_permission(request, obj)


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

    def edit(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.instance, name, value)
        self.instance.save(update_fields=list(changes))


class AccountState(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(closed_at__isnull=self.value() == "open") if self.value() else queryset


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
        users = User.objects.filter(email__icontains=text.strip())
        return queryset.filter(Q(name__icontains=text.strip()) | Q(pk__in=users.values("account"))), False

    def links(self, row: Account) -> list[Link]:
        """To the lists of what is the account's, whichever app it comes from."""
        tenants = [model for model in self.admin_site._registry if issubclass(model, TenantModel)]
        return [
            Link(str(model._meta.verbose_name_plural).title(), list_url(model, account=row.pk)) for model in tenants
        ]


class UserForm(RecordForm):
    record = Record({"email": Email(), "full_name": Text(200)}, required=frozenset({"email"}), null={"full_name": ""})
    password = ReadOnlyPasswordHashField()

    def edit(self, **changes: Any) -> None:
        """Groups are saved by `save_m2m`, as in any form."""
        columns = [name for name in changes if name != "groups"]
        for name in columns:
            setattr(self.instance, name, changes[name])
        with unique_email():
            self.instance.save(update_fields=columns)


class UserAddForm(SetPasswordMixin, RecordForm):
    record = UserForm.record
    account = forms.ModelChoiceField(Account.objects.none())
    password1, password2 = SetPasswordMixin.create_password_fields()

    def clean(self) -> None:
        self.validate_passwords()
        person = {name: self.cleaned_data.get(name) or "" for name in self.rules}
        self.validate_password_for_user(User(**person))

    def add(self, **values: Any) -> User:
        password = values.pop("password1")
        del values["password2"]
        with unique_email():
            return User.objects.create_user(password=password, **values)


class PasswordForm(AdminPasswordChangeForm):
    """Always a password: who is to be kept out is made inactive, which locks their sessions out, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class UserAdmin(TenantAdmin, DjangoUserAdmin):
    section = "People"
    form = UserForm
    add_form = UserAddForm
    add_form_template = None
    change_password_form = PasswordForm
    list_display = ("email", "full_name", "owner", "is_active", "is_staff", "last_login", "created_at")
    list_filter = (*TenantAdmin.list_filter, "is_active", "is_staff", "is_superuser", "created_at")
    list_select_related = ("account",)
    search_fields = ("email", "full_name")
    search_help_text = "Email, name or id of the user, or the account's id"
    filter_horizontal = ("groups",)
    readonly_fields = ("id", "is_verified", "last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("account", ("email", "full_name"), "password")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Record", {"fields": (("id", "is_verified"), ("last_login", "created_at"))}),
    )
    add_fieldsets = ((None, {"fields": ("account", "email", "full_name", "password1", "password2")}),)
    verbs = (
        Verb(
            "end_sessions",
            "End sessions",
            "logged out of the API",
            User.end_sessions,
            applies=lambda user: True,
            warning="Their tokens are dead at once; apps have to log in again. The back office stays open.",
        ),
    )
    POWERS = ("is_staff", "is_superuser", "groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody but a superuser gives power over the back office, be it to themselves."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *self.POWERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor takes it over, by the password or the email of somebody who has it."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_staff or request.user.is_superuser)

    def links(self, row: User) -> list[Link]:
        return [Link("Sessions", list_url(Session, user=row.pk))]


class SessionState(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Live"), ("over", "Over")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        live = Q(ended_at=None, expires_at__gt=timezone.now(), user__is_active=True, account__closed_at=None)
        return queryset.filter(live if self.value() == "live" else ~live) if self.value() else queryset


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin, TenantAdmin):
    section = "People"
    list_display = ("id", "user", "owner", "state", "created_at", "last_seen_at", "expires_at", "ended_at")
    list_filter = (*TenantAdmin.list_filter, ("user", RowFilter), SessionState)
    list_select_related = ("account", "user")
    search_fields = ("user__email",)
    search_help_text = "The user's email, or the id of the session, the user or the account"
    fields = (
        ("id", "user", "account", "state"),
        ("device", "address"),
        ("created_at", "last_seen_at", "expires_at", "ended_at"),
    )
    verbs = (Verb("end", "End", "ended", Session.end, applies=lambda session: session.ended_at is None),)

    @admin.display
    def state(self, session: Any) -> str:
        shut_out = session.ended_at or not session.user.is_active or session.account.closed_at
        return badge("over" if shut_out or session.expires_at <= timezone.now() else "live")


@admin.register(FailedLogin)
class FailedLoginAdmin(ReadOnlyAdmin):
    section = "Safety"
    list_display = ("id", "failed_at", "digest")
    date_hierarchy = "failed_at"  # the table is swept of all that is older than the throttle's window
    fields = ("id", "failed_at", "digest")

    @admin.display
    def digest(self, failure: FailedLogin) -> str:
        return bytes(failure.key).hex()


@admin.register(ResetRequest)
class ResetRequestAdmin(ReadOnlyAdmin):
    section = "Safety"
    list_display = fields = ("id", "email", "asked_at", "due_at")


@admin.register(RateWindow)
class RateWindowAdmin(ReadOnlyAdmin):
    section = "Safety"
    list_display = ("caller", "requests", "started_at")
    search_fields = ("caller__startswith",)
    search_help_text = "How the user's id or the address begins"
    fields = ("caller", "requests", "started_at")
