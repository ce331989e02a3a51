"""What the cast has to do with invoices, and questions that several tests ask of the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from clients.models import Client, Invoice
from clients.tests.elsewhere import database_url
from clients.tests.live import served
from clients.tests.races import on_own_connection
from conftest import logged_in, member


@pytest.fixture
def in_thread():
    """Makes calls on connections of their own; each gives a future."""
    with ThreadPoolExecutor(20) as pool:
        yield partial(pool.submit, on_own_connection)


@pytest.fixture(scope="session")
def server(django_db_setup, tmp_path_factory):
    """The project as in production, over the test database."""
    with served(tmp_path_factory.mktemp("server") / "log", database_url()) as server:
        yield server


@pytest.fixture
def invoice(alice, acme):
    """Alice's invoice to Acme: 100.00, issued on 15 January 2024, long overdue."""
    return Invoice.issue(
        alice.account,
        client_id=acme.pk,
        invoice_number="INV-001",
        amount=Decimal("100.00"),
        issue_date=date(2024, 1, 15),
        description="Website",
    )


@pytest.fixture
def strangers_invoice(charlie, strangers_client):
    """Charlie's invoice, which alice must never see."""
    return Invoice.issue(
        charlie.account, client_id=strangers_client.pk, invoice_number="SECRET-1", amount=Decimal("66.60")
    )


@pytest.fixture
def globex(alice):
    """Another client of alice's."""
    return Client.add(account_id=alice.account.pk, name="Globex", email="pay@globex.example")


@pytest.fixture
def queries():
    """The statements that a call makes, savepoints apart: those are the tests' own transaction's."""

    def made_by(call, *args, **kwargs):
        with CaptureQueriesContext(connection) as captured:
            call(*args, **kwargs)
        return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]

    return made_by


@pytest.fixture
def groups(db):
    """Those of the back office, which a migration has made, also after a test that has emptied every table."""
    if not Group.objects.exists():
        import_module("clients.migrations.0029_groups").make(apps, None)


@pytest.fixture
def colleague(db, password_hash):
    """Another of the staff, who may import."""
    account = Account.objects.create(name="DueSpark")
    return logged_in(member(account, "billing@duespark.example", password_hash, is_staff=True, is_superuser=True))
