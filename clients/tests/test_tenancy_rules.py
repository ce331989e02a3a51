"""The rules of tenancy in the data, asked of all models, all migrations and the database itself."""

import re
import uuid
from importlib import import_module
from pathlib import Path

import pytest
import sqlparse
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, migrations, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.tenancy import SameAccount, TenantForeignKey, TenantModel
from clients.models import Client, ImportDraft, Invoice
from clients.tests.drafts import made_import
from clients.tests.ledger import run
from clients.tests.statements import names_account
from duespark.ids import TypeIDField, uuid_of

HOUSE = ("accounts", "clients")
OURS = [model for app in HOUSE for model in apps.get_app_config(app).get_models()]
TENANT_MODELS = [model for model in OURS if issubclass(model, TenantModel)]
TENANT_TABLES = sorted(model._meta.db_table for model in TENANT_MODELS)
TENANT_KEYS = [field for model in TENANT_MODELS for field in model._meta.fields if isinstance(field, TenantForeignKey)]

NO_TENANT = {
    "Account": "is the tenant",
    "FailedLogin": "a wrong password may be for an email that is nobody's",
    "RateWindow": "counts addresses too, that belong to nobody",
    "ResetRequest": "a new password may be asked for by an email that is nobody's",
}
NEVER_REFERRED_TO = {
    "KeptAnswer": "an answer is nobody's part, and its key begins with the account",
    "Change": "a change has happened to its row, and its key begins with the account",
    "AccountSum": "a slot is one of a sum, and its key begins with the account",
    "ClientCount": "a slot is one of a sum, and its key begins with the account",
    "ClientMonth": "a month is a part of its client, and its key begins with the account",
}
GUARDED_BY_OTHERS = {"ClientMonth": "its triggers copy the client from invoices, which are guarded themselves"}
ACCOUNT_GUARDED_BY_OTHERS = {"Change": "its triggers copy the account from rows, which are guarded themselves"}
UNIQUE_WITHOUT_ACCOUNT = {"user_email_unique": "an email logs in to exactly one account"}
REFERRED_TO_BY_ID_ALONE = {
    "accounts_user_groups": "Django's own: staff permissions, in the back office alone",
    "accounts_user_user_permissions": "Django's own: staff permissions, in the back office alone",
    "django_admin_log": "Django's own: written by the back office alone",
}
ID_OF_ITS_OWN = {
    "KeptAnswer": "its key is the account and the Idempotency-Key",
    "RateWindow": "its key is the caller, rewritten in place",
    "Change": "its key is the account, the row that changed and a number, which its triggers make",
    "AccountSum": "its key is the account, the day, the kind of sum and the slot, rewritten in place",
    "ClientCount": "its key is the account and the slot, rewritten in place",
    "ClientMonth": "its key is the account, the client and the month, rewritten in place",
}

GUARDED_KEYS = [field for field in TENANT_KEYS if field.model.__name__ not in GUARDED_BY_OTHERS]


def named(models):
    models = list(models)
    return pytest.mark.parametrize("model", models, ids=[model.__name__ for model in models])


def foreign_keys(table):
    """Each as (columns, table referred to, its columns)."""
    return {
        (tuple(columns), to, tuple(to_columns))
        for columns, to, to_columns in run(
            """SELECT
                ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (n, place)
                    JOIN pg_attribute ON attrelid = conrelid AND attnum = k.n ORDER BY place),
                confrelid::regclass::text,
                ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k (n, place)
                    JOIN pg_attribute ON attrelid = confrelid AND attnum = k.n ORDER BY place)
            FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass""",
            table,
        )
    }


# 1. account_id NOT NULL on every tenant table, and in every unique and exclusion constraint on it.


@named(OURS)
def test_1_a_model_is_of_a_tenant_or_says_why_not(model):
    assert issubclass(model, TenantModel) != (model.__name__ in NO_TENANT)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TENANT_TABLES)
def test_1_a_row_has_an_account(table):
    assert run(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'account_id'", table
    ) == [(True,)]


@named(TENANT_MODELS)
@pytest.mark.django_db
def test_1_nothing_is_unique_without_the_account(model):
    table = model._meta.db_table
    rows = run(
        """SELECT c.relname, pg_get_indexdef(c.oid, 1, true)
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = %s::regclass AND (i.indisunique OR i.indisexclusion)""",
        table,
    )
    without = {name for name, first in rows if first != "account_id"} - set(UNIQUE_WITHOUT_ACCOUNT)
    assert without == (set() if model.__name__ in NEVER_REFERRED_TO else {f"{table}_pkey"})
    assert {name for name, _ in rows} > without


# 2. Composite foreign keys: a row's tenant is its parent's.


@named(model for model in TENANT_MODELS if model.__name__ not in NEVER_REFERRED_TO)
@pytest.mark.django_db
def test_2_account_and_id_can_be_referred_to(model):
    constraint = run(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
        model._meta.db_table,
        f"{model._meta.model_name}_of_account",
    )
    assert constraint == [("UNIQUE (account_id, id)",)]


@named(TENANT_MODELS)
@pytest.mark.django_db
def test_2_a_foreign_key_goes_to_the_account_or_names_it(model):
    keys = foreign_keys(model._meta.db_table)
    to_account = (("account_id",), "accounts_account", ("id",)) in keys
    assert to_account != (model.__name__ in ACCOUNT_GUARDED_BY_OTHERS)
    between_tenants = {(columns, to_columns) for columns, to, to_columns in keys if to in TENANT_TABLES}
    own = [field for field in GUARDED_KEYS if field.model is model]
    assert between_tenants == {(("account_id", field.column), ("account_id", "id")) for field in own}


@pytest.mark.django_db
def test_2_nothing_else_refers_to_a_tenants_row():
    others = {table for table in connection.introspection.table_names() if table not in TENANT_TABLES}
    by_id = {table for table in others if {to for _, to, _ in foreign_keys(table)} & set(TENANT_TABLES)}
    assert by_id == set(REFERRED_TO_BY_ID_ALONE)


def test_2_every_reference_between_tenants_is_a_tenant_foreign_key():
    plain = [
        field
        for model in TENANT_MODELS
        for field in model._meta.fields
        if field.remote_field and field.remote_field.model in TENANT_MODELS and field not in TENANT_KEYS
    ]
    guarded = {
        (model, c.field) for model in TENANT_MODELS for c in model._meta.constraints if isinstance(c, SameAccount)
    }
    assert plain == []
    assert guarded == {(field.model, field.name) for field in GUARDED_KEYS}
    assert len(GUARDED_KEYS) >= 3


@pytest.mark.parametrize("field", GUARDED_KEYS, ids=str)
def test_2_the_database_refuses_a_row_of_another_tenant_than_its_parents(
    field, alice, charlie, invoice, strangers_invoice
):
    invoice.pay(10)
    strangers_invoice.pay(10)
    for caller in (alice, charlie):
        draft = ImportDraft(account=caller.account, created_by="user", result=made_import(caller.account))
        draft.keep()
    table, ours, theirs = field.model._meta.db_table, uuid_of(alice.account.pk), uuid_of(charlie.account.pk)
    parent = uuid_of(field.remote_field.model.objects.for_account(charlie.account).first().pk)
    for change, value in ((field.column, parent), ("account_id", theirs)):
        with pytest.raises(IntegrityError, match="same_account"), transaction.atomic():
            run(f"UPDATE {table} SET {change} = %s WHERE account_id = %s", value, ours)


# 4. The account never changes and never stands in a SET.


def test_4_a_whole_save_leaves_the_account_out_of_the_set(acme, queries):
    [update] = queries(acme.save)
    assert "account_id" not in update.partition(" WHERE ")[0]
    assert names_account(update, acme.account_id)


def test_4_a_row_is_not_saved_into_another_account(acme, charlie):
    before = run("SELECT * FROM clients_client")
    acme.account_id, acme.name = charlie.account.pk, "Stolen"
    with pytest.raises(IntegrityError), transaction.atomic():
        acme.save()
    assert run("SELECT * FROM clients_client") == before


@pytest.mark.parametrize("read", ["refresh_from_db", "delete"])
def test_4_reading_again_and_deleting_name_the_account(alice, queries, read):
    [statement] = queries(getattr(alice.session, read))
    assert names_account(statement, alice.account.pk)


def test_4_a_row_is_not_read_again_from_another_account(acme, charlie):
    acme.account_id = charlie.account.pk
    with pytest.raises(Client.DoesNotExist):
        acme.refresh_from_db()


# 8. What an upsert writes as the time is the excluded row's; temporary tables are met by LEFT JOIN.


def test_8_upserts_take_their_time_from_the_excluded_row():
    sources = [
        path.read_text()
        for app in HOUSE
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "tests" not in path.parts
    ]
    upserts = [tail.split('"""')[0] for source in sources for tail in source.split("DO UPDATE SET")[1:]]
    assert len(upserts) >= 1
    assert not [sql for sql in upserts if re.search(r"\bnow\(\)|current_timestamp|%\(now\)s", sql, re.IGNORECASE)]
    assert not [source for source in sources if re.search(r"NOT EXISTS \(|NOT IN \(\s*SELECT", source, re.IGNORECASE)]


# 11. One idea a migration; ids are UUIDv7 made by the application.

MIGRATIONS = [
    migration for (app, _), migration in sorted(MigrationLoader(None).disk_migrations.items()) if app in HOUSE
]
FILLING = (migrations.RunPython, migrations.RunSQL)


def each(found):
    return pytest.mark.parametrize("migration", found, ids=str)


@each(MIGRATIONS)
def test_11_filling_and_altering_never_share_a_migration(migration):
    assert len({isinstance(operation, FILLING) for operation in migration.operations}) == 1


@each(MIGRATIONS)
def test_11_a_migration_says_in_its_name_what_it_does(migration):
    assert re.fullmatch(r"\d{4}_[a-z]+(_[a-z]+)*", migration.name)
    assert "_auto" not in migration.name


@each(MIGRATIONS)
def test_11_sql_is_a_list_of_single_statements(migration):
    for operation in migration.operations:
        if isinstance(operation, migrations.RunSQL):
            assert isinstance(operation.sql, list)
            assert isinstance(operation.reverse_sql, list)
            assert [len(sqlparse.split(sql)) for sql in operation.sql] == [1] * len(operation.sql)


@pytest.mark.django_db
def test_11_the_migrations_are_what_the_models_say(capsys):
    call_command("makemigrations", check=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out


@named(OURS)
def test_11_an_id_is_a_uuid7_made_by_the_application(model):
    if model.__name__ in ID_OF_ITS_OWN:
        pytest.skip(ID_OF_ITS_OWN[model.__name__])
    key = model._meta.pk
    assert isinstance(key, TypeIDField)
    made = uuid_of(key.get_default())
    assert (made.version, key.has_db_default()) == (7, False)


def test_11_imports_make_uuid7s_too():
    made = [uuid.UUID(import_module("duespark.ids").new_uuid()) for _ in range(100)]
    assert {one.version for one in made} == {7}
    assert made == sorted(made)


def test_the_walk_has_met_every_model_of_the_house():
    assert {Client, Invoice} < set(TENANT_MODELS)
    rooms = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    assert rooms == set(HOUSE)
