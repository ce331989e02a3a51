"""How the rows of one tenant are kept apart from every other's.

A tenant's table inherits `TenantModel`, points at other tenant tables with `TenantForeignKey`
and lists a `SameAccount` constraint for each. Everything outside the admin reaches rows through
`Model.objects.for_account(account)`; only a user is found by email, before the account is known.
So each statement names its account, no join leaves it, and the tables can be distributed by account
without a change to a model.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.expressions import Col
from django.db.models.lookups import Exact

from accounts.acting import actor
from duespark import saving
from duespark.ids import uuid_of

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row]):
    def for_account(self, account: Any) -> Self:
        """The rows of one account, given as an `Account` or as its id."""
        return self.filter(account=account)


class TenantModel(models.Model):
    """A row that belongs to one account for as long as it lives.

    The account is part of every UPDATE's and DELETE's filter and never of a SET.
    """

    # No index of its own: those of the tables begin with it.
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )

    objects: ClassVar[Any] = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # What composite foreign keys to this table refer to.
            models.UniqueConstraint(fields=["account", "id"], name="%(class)s_of_account"),
        ]

    @property
    def _own_row(self) -> models.QuerySet[Self]:
        return type(self)._base_manager.filter(account_id=self.account_id, pk=self.pk)

    def _do_update(
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: bool
    ) -> bool:
        """As Django's, but by a prepared statement, and with the account in its filter and in no SET."""
        changed = {field: value for field, _, value in values if field.attname != "account_id"}
        if not changed or not _may_be_prepared(changed.values(), using):
            base_qs, values = base_qs.filter(account_id=self.account_id), [(one, None, changed[one]) for one in changed]
            return super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update)
        key = {"account": uuid_of(self.account_id), "pk": uuid_of(pk_val)}
        return saving.update(type(self), key, changed) > 0

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: bool) -> Any:
        """As Django's, but by a prepared statement."""
        values = {field: getattr(self, field.attname) if raw else field.pre_save(self, add=True) for field in fields}
        if not _may_be_prepared(values.values(), using):
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        return saving.insert(type(self), values, returning_fields)

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        if from_queryset is None:
            from_queryset = type(self)._base_manager.all()
        super().refresh_from_db(using, fields, from_queryset.filter(account_id=self.account_id))

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        return self._own_row.using(using).delete()


class RecordedQuerySet(TenantQuerySet[Row]):
    def update(self, **values: Any) -> int:
        return super().update(**{"changed_by": actor(), **values})


class RecordedModel(TenantModel):
    """A row of which it is kept who made it, and who changed what of it when.

    Triggers keep that, whoever writes (clients/recording.py). `changed_by` tells them who does: every
    UPDATE of ours sets it, and a trigger takes it off again before the row is stored. So it is never
    found on a row, and an UPDATE that does not set it is nobody's but SQL's.
    """

    created_by = models.TextField(null=True, default=actor, editable=False)
    changed_by = models.TextField(null=True, editable=False)

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(changed_by=None), name="%(class)s_changed_by_is_passed_on"),
        ]

    def _do_update(
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: bool
    ) -> bool:
        """As a tenant's, and says who does it."""
        by = (self._meta.get_field("changed_by"), None, actor())
        return super()._do_update(base_qs, using, pk_val, [*values, by], update_fields, forced_update)


def _may_be_prepared(values: Iterable[Any], using: str) -> bool:
    """Whether none is an expression, which would have to be compiled each time; for the one database that there is."""
    return using == DEFAULT_DB_ALIAS and not any(hasattr(value, "resolve_expression") for value in values)


class TenantForeignKey(models.ForeignKey):
    """A foreign key between two tables of tenants: every join on it is on (account, id).

    The database's own guard is the `SameAccount` constraint, so Django's single-column one is off,
    and so is its index: the table's own begin with the account.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "db_constraint": False, "db_index": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["db_constraint"], kwargs["db_index"]
        return name, path, args, kwargs

    def get_extra_restriction(self, alias: str, related_alias: str) -> Any:
        theirs: Any = self.remote_field.model._meta.get_field("account")
        ours: Any = self.model._meta.get_field("account")
        return Exact(Col(alias, theirs), Col(related_alias, ours))

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        return {"account_id": instance.account_id}


class SameAccount(models.BaseConstraint):
    """The composite foreign key behind a `TenantForeignKey`.

    The database refuses a row whose account is not that of the row it refers to.
    """

    def __init__(self, field: str, *, name: str, **kwargs: Any) -> None:
        self.field = field
        super().__init__(name=name, **kwargs)

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        field = model._meta.get_field(self.field)
        quote = schema_editor.quote_name
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY (account_id, {quote(field.column)}) "
            f"REFERENCES {quote(field.remote_field.model._meta.db_table)} (account_id, id)"
        )

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Nothing to ask: the database is the judge, and forms offer an account's own rows."""

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        return path, (self.field,), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameAccount) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]
