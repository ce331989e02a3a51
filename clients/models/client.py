"""Clients: whom an account invoices, on what terms, and what has come of it so far."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import IntegrityError, models
from django.db.models.expressions import Expression
from django.db.models.functions import Collate, Concat, Lower, Now, Replace
from django.utils import timezone

from accounts.tenancy import RecordedModel, RecordedQuerySet
from clients.counts import CLIENTS_OF_ACCOUNT
from clients.fields import ADDRESS, DEFAULT_PAYMENT_TERMS, MAX_PAYMENT_TERMS
from clients.recording import RECORDED_CLIENT
from duespark.errors import Conflict
from duespark.ids import TypeIDField
from duespark.postgres import retry_deadlock, savepoint, violates

EMAIL_TAKEN = "A client with this email already exists."
DUPLICATE_CLIENT = "Duplicate client: a client with this email already exists"


OWED: Any = models.F("total_invoiced") - models.F("total_paid")


def folded(field: str) -> Collate:
    """The sort and uniqueness key of a text: case ignored, then by code point, on every server."""
    return Collate(Lower(field), "C")


def searchable(text: Any) -> Replace:
    """What a search compares: case ignored, and both small forms of the Greek sigma alike."""
    return Replace(Lower(text), models.Value("\u03c2"), models.Value("\u03c3"))


class ClientQuerySet(RecordedQuerySet["Client"]):
    def search(self, text: str) -> Self:
        """Clients in whose name or email each word of the text occurs, case ignored."""
        return self.containing(*text.split())

    def containing(self, *words: Any, column: str = "search_text") -> Self:
        """The same for words, which may be expressions."""
        found = self
        for word in words:
            text = word if isinstance(word, Expression) else models.Value(word)
            found = found.filter(**{f"{column}__contains": searchable(text)})
        return found

    def containing_short(self, *words: Any) -> Self:
        """The same for words too short for a trigram, of which its index would have to read all its entries."""
        unindexed = self.alias(unindexed_text=Collate("search_text", "C"))
        return unindexed.containing(*words, column="unindexed_text")

    def owing(self) -> Self:
        """Clients that have been invoiced more than they have paid."""
        return self.filter(total_invoiced__gt=models.F("total_paid"))

    def with_email(self, email: str) -> Self:
        return self.alias(email_key=folded("email")).filter(
            email_key=Collate(Lower(models.Value(email, models.TextField())), "C")
        )


class Client(RecordedModel):
    """One client of an account.

    The totals count its invoices that are not cancelled, and the payments on them; triggers keep
    them (clients/totals.py). A client is never deleted, only deactivated.
    """

    id = TypeIDField("client")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=40, null=True, blank=True)
    street = models.CharField(max_length=200, null=True, blank=True)
    city = models.CharField(max_length=100, null=True, blank=True)
    state = models.CharField(max_length=100, null=True, blank=True)
    zip_code = models.CharField("ZIP code", max_length=20, null=True, blank=True)
    country = models.CharField(max_length=2, null=True, blank=True, help_text="ISO 3166-1 alpha-2, such as US.")
    tax_id = models.CharField("tax id", max_length=64, null=True, blank=True)
    payment_terms = models.PositiveSmallIntegerField(
        default=DEFAULT_PAYMENT_TERMS, db_default=DEFAULT_PAYMENT_TERMS, help_text="In days."
    )
    notes = models.TextField(null=True, blank=True)
    is_active = models.BooleanField("active", default=True, db_default=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    total_invoiced = models.DecimalField(max_digits=20, decimal_places=2, default=Decimal("0.00"), db_default=0)
    total_paid = models.DecimalField(max_digits=20, decimal_places=2, default=Decimal("0.00"), db_default=0)
    invoice_count = models.PositiveIntegerField("invoices", default=0, db_default=0)
    last_invoice_date = models.DateField("last invoice", null=True, blank=True)
    search_text = models.GeneratedField(
        expression=searchable(Concat("name", models.Value("\n"), "email")),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects: ClassVar[Any] = ClientQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *RecordedModel.Meta.constraints,
            models.UniqueConstraint(
                "account",
                folded("email"),
                name="client_email_unique",
                include=["email", "id", "is_active"],
                violation_error_message=EMAIL_TAKEN,
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="client_name_not_empty"),
            models.CheckConstraint(condition=~models.Q(email=""), name="client_email_not_empty"),
            models.CheckConstraint(
                condition=models.Q(payment_terms__lte=MAX_PAYMENT_TERMS), name="client_payment_terms_in_days"
            ),
        ]
        # The way to a deep page and a count need no row but these entries: what they include is what they ask for.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                "account",
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="client_newest",
                include=["is_active", "search_text"],
            ),
            models.Index("account", folded("name"), "id", name="client_by_name", include=["name", "is_active"]),
            models.Index(
                "account",
                models.F("total_invoiced").desc(),
                models.F("id").desc(),
                name="client_by_total_invoiced",
                include=["is_active"],
            ),
            # A client without debts pays nothing for it.
            models.Index(
                "account",
                OWED.desc(),
                models.F("id").desc(),
                name="client_by_owed",
                condition=models.Q(total_invoiced__gt=models.F("total_paid")),
            ),
        ]
        triggers = (*CLIENTS_OF_ACCOUNT.triggers, *RECORDED_CLIENT.triggers)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def total_owed(self) -> Decimal:
        return self.total_invoiced - self.total_paid

    @property
    def address(self) -> dict[str, str | None] | None:
        """The address with all its parts; None where none of them is known."""
        parts = {part: getattr(self, part) for part in ADDRESS}
        return parts if any(parts.values()) else None

    @classmethod
    def add(cls, account_id: str, **fields: Any) -> Self:
        """A new client of the account; `Conflict` when it has one with this email."""
        now = timezone.now()
        client = cls(account_id=account_id, created_at=now, updated_at=now, **fields)
        with client._unique_email():
            client.save(force_insert=True)
        return client

    def edit(self, **changes: Any) -> None:
        """Writes what differs and nothing else, so that edits of different fields all survive."""
        changed = [name for name, value in changes.items() if getattr(self, name) != value]
        if not changed:
            return
        for name in changed:
            setattr(self, name, changes[name])
        self.updated_at = timezone.now()
        self._write([*changed, "updated_at"])

    @retry_deadlock
    def _write(self, columns: list[str]) -> None:
        with self._unique_email():
            self.save(update_fields=columns)

    def deactivate(self) -> None:
        """Soft delete: no new invoices; the history stays. Again does no harm."""
        self.edit(is_active=False)

    def reactivate(self) -> None:
        self.edit(is_active=True)

    @contextmanager
    def _unique_email(self) -> Iterator[None]:
        """Says in our words, and with the client in the way, that the database refused the email."""
        try:
            with savepoint():
                yield
        except IntegrityError as error:
            if not violates(error, "client_email_unique"):
                raise
            others = Client.objects.for_account(self.account_id).with_email(self.email)
            raise duplicate_client(others.values("id", "is_active").first()) from None


def duplicate_client(existing: Mapping[str, Any] | None) -> Conflict:
    """The refusal of an email that a client of the account has already, in words that all share."""
    return Conflict(
        DUPLICATE_CLIENT, code="DUPLICATE_CLIENT", errors={"email": [EMAIL_TAKEN]}, existing_client=existing
    )
