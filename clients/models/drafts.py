"""Drafts: files that wait in the back office for the word that they may go in."""

import gzip
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone

from accounts.acting import actor
from accounts.tenancy import SameAccount, TenantForeignKey, TenantModel, TenantQuerySet
from clients.models.imports import Import
from duespark.errors import Conflict
from duespark.ids import TypeIDField
from duespark.sizes import SPOOL

LIFETIME = timedelta(days=1)
AT_WORK = "The file is being imported or previewed at this moment, and is not discarded."


class ImportDraftQuerySet(TenantQuerySet["ImportDraft"]):
    def of(self, user: Any) -> Self:
        """Those of one of the staff that are still good."""
        return self.filter(created_by=user.pk, kept_until__gt=timezone.now())

    @transaction.atomic
    def sweep(self) -> None:
        """Deletes those of whoever that are good no more, but for one that somebody has a hand on."""
        expired = self.filter(kept_until__lte=timezone.now()).select_for_update(skip_locked=True).order_by()
        self.filter(pk__in=list(expired.values_list("pk", flat=True))).delete()


class ImportDraft(TenantModel):
    """A file that one of the staff has uploaded, what is asked of its import, and what its preview says.

    It is in the database, because the next request may be another machine's. Once it is imported, the
    file goes, and `result` and the refused rows stay. It is kept for a day, and swept by a later one.
    `preview` is as clients/drafts.py makes it.
    """

    id = TypeIDField("draft")
    kind = models.CharField(max_length=8, choices=Import.Kind)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField(null=True, help_text="Gzipped.")
    on_duplicate = models.CharField(max_length=6)
    encoding = models.CharField(max_length=40, null=True)
    preview = models.JSONField(default=dict)
    refused = models.JSONField(default=list, help_text="The first of them.")
    rejected = models.BinaryField(null=True, help_text="All of them, as CSV, gzipped.")
    created_by = models.TextField(default=actor)
    created_at = models.DateTimeField(default=timezone.now)
    kept_until = models.DateTimeField()
    result = TenantForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="+")  # type: ignore[misc]

    objects: ClassVar[Any] = ImportDraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may import has those of their own
        db_table_comment = "Files uploaded in the back office, for a day."
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *TenantModel.Meta.constraints,
            SameAccount("result", name="import_draft_result_same_account"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def keep(self, **changes: Any) -> None:
        """Saves these, for a day from now."""
        for name, value in {**changes, "kept_until": timezone.now() + LIFETIME}.items():
            setattr(self, name, value)
        self.save(update_fields=None if self._state.adding else [*changes, "kept_until"])

    @transaction.atomic
    def discard(self) -> bool:
        """Whether it was still there to be forgotten; `Conflict` while somebody is at it, who is not waited for."""
        waiting = self._own_row.filter(result=None)
        if waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk").first():
            return bool(waiting.delete()[0])
        if waiting.exists():
            raise Conflict(AT_WORK)
        return False

    @contextmanager
    def file(self) -> Iterator[IO[bytes]]:
        """The file as it came."""
        content = io.BytesIO(self.content or b"")
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as file, gzip.open(content) as unzipped:
            shutil.copyfileobj(unzipped, file)
            file.seek(0)
            yield file


def packed(file: IO[bytes]) -> bytes:
    """A file, from its beginning, as it is kept."""
    file.seek(0)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as zipped:
        shutil.copyfileobj(file, zipped)
    return packed.getvalue()
