"""The back office's screens of groups."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.backoffice.modeladmin import BackOfficeAdmin

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
