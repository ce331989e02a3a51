"""The back office's screens of users: invited, mailed a link, logged out, deactivated."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.backoffice.display import Link, badge, change_url, list_url, with_below
from accounts.backoffice.filters import ChoiceFilter
from accounts.backoffice.forms import RecordForm, unless_closed
from accounts.backoffice.modeladmin import TenantAdmin
from accounts.backoffice.verbs import Verb
from accounts.mailing import ask_for_reset
from accounts.models import Account, Session, User, unique_email
from duespark.records import Record
from duespark.rules import Email, Text

HELP = {
    "is_superuser": "May do everything, to staff and to groups, too.",
    "groups": "What they may do in the back office. Support looks; Billing edits and imports, too; Admin manages "
    "accounts, users and the log of looks as well.",
}


class UserForm(RecordForm):
    record = Record({"email": Email(), "full_name": Text(200)}, required=frozenset({"email"}), null={"full_name": ""})

    class Meta:
        help_texts = HELP

    def edit(self, **changes: Any) -> None:
        """Groups are saved by `save_m2m`, as in any form."""
        changes.pop("groups", None)
        super().edit(**changes)

    def _save_m2m(self) -> None:
        """Gives and takes the groups that were chosen and left here; others may have been given meanwhile."""
        if "groups" in self.fields:
            bound = self["groups"]
            sent: Any = self.data
            shown = Group.objects.filter(pk__in=sent.getlist(bound.html_initial_name))
            chosen = self.cleaned_data["groups"]
            self.instance.groups.add(*chosen.difference(shown))
            self.instance.groups.remove(*shown.difference(chosen))


class InvitationForm(RecordForm):
    """A user without a password, which they choose by the mail that goes out."""

    class Meta:
        help_texts = HELP

    record = UserForm.record
    account = forms.ModelChoiceField(Account.objects.none())

    def clean_account(self) -> Account:
        """No mail goes to whom the account would lock out."""
        return unless_closed(self.cleaned_data["account"])

    def add(self, **values: Any) -> User:
        values.pop("groups", None)  # saved by `save_m2m`
        with unique_email():
            user = User.objects.create_user(**values)
        ask_for_reset(user.email)
        return user


class PasswordForm(AdminPasswordChangeForm):
    """Always a password: who is to be kept out is deactivated, which locks their sessions out, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


def mail_link(user: User) -> None:
    ask_for_reset(user.email)


class UserState(ChoiceFilter):
    title = parameter_name = "state"
    CHOICES = (("active", "Active"), ("invited", "Invited"), ("deactivated", "Deactivated"))

    def narrowed(self, queryset: Any, value: str) -> Any:
        """Who is invited has no password yet."""
        if value == "deactivated":
            return queryset.filter(is_active=False)
        invited = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return queryset.filter(invited if value == "invited" else ~invited, is_active=True)


@admin.register(User)
class UserAdmin(TenantAdmin, DjangoUserAdmin):
    section = "People"
    form = UserForm
    add_form = InvitationForm
    add_form_template = None
    change_password_form = PasswordForm
    list_display = ("who", "owner", "state", "power", "last_login")
    list_filter = (*TenantAdmin.list_filter, UserState, "is_staff", "created_at")
    list_select_related = ("account",)
    search_fields = ("email", "full_name")
    search_help_text = "Email, name or id of the user, or the account's id"
    filter_horizontal = ()
    readonly_fields = ("id", "state", "is_verified", "last_login", "created_at")
    POWERS = ("is_staff", "is_superuser", "groups")
    fieldsets = (
        (None, {"fields": ("account", ("email", "full_name"), "state")}),
        ("Back office", {"fields": POWERS}),
        ("Record", {"fields": (("id", "is_verified"), ("last_login", "created_at"))}),
    )
    INVITED = ("account", "email", "full_name")
    verbs = (
        Verb(
            "mail_link",
            "Mail a password link",
            "mailed a link",
            mail_link,
            applies=lambda user: user.may_enter,
            warning="A one-time link to choose a new password goes to their email; it works for one day. "
            "Until they use it, everything stays as it is.",
            question="Mail a password link to {}?",
        ),
        Verb(
            "end_sessions",
            "End sessions",
            "logged out",
            User.end_sessions,
            applies=lambda user: True,
            warning="They are logged out everywhere at once, of the back office, too. They may log in again.",
            question="End the sessions of {}?",
        ),
        Verb(
            "deactivate",
            "Deactivate",
            "deactivated",
            User.deactivate,
            applies=lambda user: user.is_active,
            warning="They are logged out everywhere at once and cannot log in until reactivated. Nothing is deleted.",
        ),
        Verb("reactivate", "Reactivate", "reactivated", User.reactivate, applies=lambda user: not user.is_active),
    )

    @admin.display(description="email", ordering="email")
    def who(self, user: User) -> str:
        return with_below(user.email, user.full_name)

    @admin.display(description="staff", ordering="is_staff")
    def power(self, user: User) -> str | None:
        if user.is_superuser:
            return badge("superuser")
        return badge("staff") if user.is_staff else None

    @admin.display(ordering="is_active")
    def state(self, user: User) -> str:
        if not user.is_active:
            return badge("deactivated")
        return badge("active" if user.has_usable_password() else "invited")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only superusers invite others of the staff."""
        if obj:
            return self.fieldsets
        powers = ("is_staff", "groups") if request.user.is_superuser else ()
        return ((None, {"fields": (*self.INVITED, *powers)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody but a superuser gives power over the back office, be it to themselves, and none takes their own."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser and obj != request.user else (*fields, *self.POWERS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor takes it over, by the password or the email of somebody who has it."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_staff or request.user.is_superuser)

    def within_power(self, request: HttpRequest, verb: Verb, rows: Sequence[User]) -> list[User]:
        allowed = [user for user in rows if self.has_change_permission(request, user)]
        return [user for user in allowed if verb.name != "deactivate" or user != request.user]

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        self.message_user(request, f"An invitation is on its way to {obj.email}.")
        return HttpResponseRedirect(change_url(obj))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return super().add_view(request, form_url, {"title": "Invite a user", **(extra_context or {})})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{**kwargs, "widget": forms.CheckboxSelectMultiple})

    def links_for(self, request: HttpRequest, row: User) -> list[Link]:
        sessions = Link("Sessions", list_url(Session, user=row.pk))
        if not self.has_change_permission(request, row):
            return [sessions]
        return [sessions, Link("Set a password", reverse("admin:auth_user_password_change", args=[quote(row.pk)]))]
