"""Imports: what was brought in many at a time, by whom, and what came of it."""

from typing import Any, ClassVar

from django.db import models

from accounts.acting import actor
from accounts.tenancy import TenantModel
from duespark.ids import TypeIDField


class Import(TenantModel):
    """One import that was carried out. A dry run is none.

    It is written in the import's own transaction (clients/importing/staging.py), so that one that dies
    or is refused leaves none, and from then on stays as it is.
    """

    class Kind(models.TextChoices):
        CLIENTS = "clients"
        INVOICES = "invoices"

    class Source(models.TextChoices):
        API = "api", "API"
        COMMAND = "command"
        BACK_OFFICE = "back_office", "Back office"

    COUNTS = ("created", "updated", "skipped", "refused")

    id = TypeIDField("import")
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=11, choices=Source)
    file_name = models.CharField("file", max_length=255, null=True)
    on_duplicate = models.CharField(max_length=6)
    atomic = models.BooleanField("all or nothing")
    created_by = models.TextField("by", null=True, default=actor)
    started_at = models.DateTimeField("started")
    finished_at = models.DateTimeField("finished")
    created = models.IntegerField()
    updated = models.IntegerField()
    skipped = models.IntegerField()
    refused = models.IntegerField()

    class Meta:
        default_permissions = ("add", "view")
        ordering = ("-id",)  # ids begin with their time
        constraints: ClassVar[list[models.BaseConstraint]] = [*TenantModel.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.file_name or self.get_kind_display()}, {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def duration(self) -> Any:
        return self.finished_at - self.started_at
