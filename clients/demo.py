"""An account to look around in: two logins, and 14 months of plausible business."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.urls import reverse

from accounts.models import Account, User
from clients import plausible
from clients.importing import (
    CLIENT_COLUMNS_WITH_HISTORY,
    INVOICE_COLUMNS,
    Limits,
    Options,
    Report,
    import_clients,
    import_invoices,
    rows_of_file,
)
from clients.models import Import
from duespark.clock import today

DEMO = "demo@duespark.example"
ADMIN = "admin@duespark.example"
PASSWORD = "paid-on-time"  # in development alone
CLIENTS = 60
INVOICES = 480


@dataclass(frozen=True)
class Seeded:
    """What a seeding made, as far as it was not there already."""

    account: Account
    users: list[str]
    clients: Report
    invoices: Report


@transaction.atomic
def seed_demo(password: str) -> Seeded:
    """Makes the demo account, its clients, invoices and payments, and a superuser.

    What is there already, by its email or its number, stays as it is.
    """
    users = [
        *_user(DEMO, password, full_name="Dana Demo", company_name="Demo Studio"),
        *_user(ADMIN, password, full_name="Ada Admin", company_name="DueSpark", is_staff=True, is_superuser=True),
    ]
    account = User.objects.select_related("account").with_email(DEMO).get().account
    clients = _file(plausible.CLIENT_COLUMNS, plausible.clients(CLIENTS, today()))
    invoices = _file(plausible.INVOICE_COLUMNS, plausible.invoices(INVOICES, CLIENTS, today()))
    skip = Options(Import.Source.COMMAND, on_duplicate="skip")
    return Seeded(
        account,
        users,
        import_clients(account, rows_of_file(clients, CLIENT_COLUMNS_WITH_HISTORY, Limits()), skip, with_history=True),
        import_invoices(account, rows_of_file(invoices, INVOICE_COLUMNS, Limits()), skip),
    )


def _user(email: str, password: str, **fields: Any) -> list[str]:
    """The email, if nobody had it."""
    if User.objects.with_email(email).exists():
        return []
    User.objects.create_user(email, password, is_verified=True, **fields)
    return [email]


def _file(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    text = io.StringIO(newline="")
    plausible.write_csv(text, columns, rows)
    return io.BytesIO(text.getvalue().encode())


def welcome(url: str) -> str:
    """What `make run` says once it serves; the last line works when it is pasted."""
    token = (
        f"curl -s {url}/auth/login -d username={DEMO} -d password={PASSWORD}"
        " | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"
    )
    return f"""
DueSpark serves.

  API             {url}/clients/
  Documentation   {url}/docs
  Back office     {url}{reverse("admin:index")}

  Login for the API           {DEMO}, password {PASSWORD}
  Login for the back office   {ADMIN}, password {PASSWORD}

Paste this to see three clients:

curl -s "{url}/clients/?limit=3" -H "Authorization: Bearer $({token})"
"""
