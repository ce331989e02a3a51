"""The menu: every list that who asks may see, in sections."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from accounts.backoffice.display import list_url

SECTIONS = ("Billing", "People", "Safety")  # as each admin's `section` names them, in their order on the page


@dataclass(frozen=True)
class Entry:
    """One place to go to; `current` is what `aria-current` says of it."""

    label: str
    address: str
    current: str


@dataclass(frozen=True)
class Section:
    title: str
    entries: list[Entry] = field(default_factory=list)


def menu(site: AdminSite, request: HttpRequest) -> list[Section]:
    """Nothing for who is not let in. Within a section by each admin's `place`, then as they are registered."""
    if not site.has_permission(request):
        return []
    home = Section("", [_entry(request, "Home", reverse("admin:index"))])
    sections = {title: Section(title) for title in SECTIONS}
    for admin in _shown(site, request):
        sections[admin.section].entries.append(_entry(request, admin.list_name, list_url(admin.model)))
    return [home, *(section for section in sections.values() if section.entries)]


def _shown(site: AdminSite, request: HttpRequest) -> Iterator[Any]:
    admins: Iterable[Any] = site._registry.values()
    for admin in sorted(admins, key=lambda admin: admin.place):
        if admin.has_module_permission(request) and admin.has_view_permission(request):
            yield admin


def _entry(request: HttpRequest, label: str, address: str) -> Entry:
    """A row's page belongs to its list; nothing but itself belongs to the first page."""
    if request.path == address:
        return Entry(label, address, "page")
    within = address != reverse("admin:index") and request.path.startswith(address)
    return Entry(label, address, "true" if within else "")
