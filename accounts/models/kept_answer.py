"""Answers that are kept for whoever sends a request again; accounts/idempotency.py says when."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.http import HttpResponse
from django.utils import timezone

from accounts.tenancy import TenantModel
from duespark.api.json import decode, encode
from duespark.errors import Conflict
from duespark.ids import uuid_of
from duespark.prepared import Prepared, execute

LIFETIME = timedelta(hours=24)
LARGEST_BODY = 1_000_000  # bytes
SWEPT = 10  # expired answers that go with each new one

# An array, because a planner may run a subquery that locks, and has a limit, once for each row.
SWEEP = f"""
    DELETE FROM accounts_keptanswer WHERE account_id = %s AND key = ANY (ARRAY(
        SELECT key FROM accounts_keptanswer WHERE account_id = %s AND created_at <= %s
        ORDER BY created_at LIMIT {SWEPT} FOR UPDATE SKIP LOCKED))"""


class KeptAnswer(TenantModel):
    """What an account's request was answered, under the key it came with.

    `fingerprint` is a digest of the request. Of a body larger than `LARGEST_BODY` nothing is kept but
    that there was one. A row is written in the transaction of the work that it tells of, and is good
    for 24 hours; it goes with a later one of its account.
    """

    pk = models.CompositePrimaryKey("account", "key")
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    headers = models.TextField(help_text="A JSON object.")
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()  # nobody writes it, and it is no page of the back office
        db_table_comment = "Answers to requests with an Idempotency-Key, for 24 hours."
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "created_at"], name="kept_answer_age"),
        ]

    def __str__(self) -> str:
        return f"{self.status} under {self.key}"

    @classmethod
    def find(cls, account_id: str, key: str) -> "KeptAnswer | None":
        """What the account has under the key; one that has expired is gone."""
        found = UNDER_KEY.first(account=uuid_of(account_id), key=key)
        if found and found.created_at <= timezone.now() - LIFETIME:
            found.delete()
            return None
        return found

    @classmethod
    def keep(cls, account_id: str, key: str, fingerprint: bytes, answer: HttpResponse) -> None:
        """Keeps an answer, and lets some go that have expired, but for those that another request has a hand on."""
        now = timezone.now()
        cls(
            account_id=account_id,
            key=key,
            fingerprint=fingerprint,
            status=answer.status_code,
            headers=encode(dict(answer.items())).decode(),
            body=answer.content if len(answer.content) <= LARGEST_BODY else None,
            created_at=now,
        ).save(force_insert=True)
        account = uuid_of(account_id)
        execute(SWEEP, [account, account, now - LIFETIME])

    def replayed(self) -> HttpResponse:
        """The answer once more; `Conflict` where it was too large."""
        if self.body is None:
            raise Conflict("This request has been done already; its answer was too large to be kept.")
        headers = {**decode(self.headers.encode()), "Idempotent-Replayed": "true"}
        return HttpResponse(bytes(self.body), status=self.status, headers=headers)


UNDER_KEY: Prepared[KeptAnswer] = Prepared(lambda account, key: KeptAnswer.objects.for_account(account).filter(key=key))
