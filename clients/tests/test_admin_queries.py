"""How many queries each page of clients, invoices and payments takes, however much there is to show."""

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.backoffice.display import add_url, change_url, list_url
from accounts.tests.backoffice import history_url
from clients.models import Client, Invoice, Payment
from clients.tests.factories import ClientFactory, add_invoice
from duespark.clock import today

LOGGED_IN = 2  # the session, and the user with her account
LOOK = 1  # that somebody has looked at a customer's rows
FILTER = 2  # the account, for the filter and for what it shows; or the client


def choices(model, field):
    """What is asked while one types."""
    return f"/admin/autocomplete/?app_label=clients&model_name={model}&field_name={field}&term=globex"


# page: (its address, its queries beside those of being logged in)
PAGES = {
    "clients": (lambda rows: list_url(Client), 2 + LOOK),  # the kept number, the page
    "an account's clients": (lambda rows: list_url(Client, account=rows.client.account_id), 2 + FILTER + LOOK),
    "who owes": (lambda rows: list_url(Client, owes="yes"), 1 + LOOK),
    "who is late": (lambda rows: list_url(Client, overdue="yes"), 1 + LOOK),
    "a search": (lambda rows: list_url(Client, q="client"), 1 + LOOK),
    "a search by id": (lambda rows: list_url(Client, q=rows.client.pk), 1 + LOOK),
    "a client": (lambda rows: change_url(rows.client), 6 + LOOK),  # it; late, period, invoices, payments, history
    "a client's form": (lambda rows: f"{change_url(rows.client)}?edit=yes", 1 + LOOK),
    "a client's history": (lambda rows: history_url(rows.client), 3 + LOOK),  # it; how many, a page
    "a new client": (lambda rows: add_url(Client), 0),
    "invoices": (lambda rows: list_url(Invoice), 2 + LOOK),  # whether they are many; the page
    "a client's invoices": (lambda rows: list_url(Invoice, client=rows.client.pk), 1 + FILTER + LOOK),
    "overdue invoices": (lambda rows: list_url(Invoice, status="overdue"), 2 + LOOK),
    "a search of invoices": (lambda rows: list_url(Invoice, q="globex"), 4 + LOOK),  # and of clients, of numbers
    "an invoice": (lambda rows: change_url(rows.invoice), 3 + LOOK),  # it; payments, history
    "an invoice's history": (lambda rows: history_url(rows.invoice), 3 + LOOK),
    "a new invoice for a client": (lambda rows: add_url(Invoice, client=rows.client.pk), 1 + LOOK),
    "payments": (lambda rows: list_url(Payment), 1 + LOOK),
    "a client's payments": (lambda rows: list_url(Payment, invoice__client=rows.client.pk), 1 + FILTER + LOOK),
    "a search of payments": (lambda rows: list_url(Payment, q="globex"), 3 + LOOK),
    "a payment": (lambda rows: change_url(rows.payment), 2 + LOOK),
    "recording a payment": (
        lambda rows: add_url(Payment, invoice=rows.invoice.pk),
        2 + LOOK,
    ),  # what is due; the choice
}


class Rows:
    def __init__(self, client):
        self.client = client
        self.invoice = self.payment = None

    def add(self, count):
        for number in range(count):
            ClientFactory(account_id=self.client.account_id)
            add_invoice(self.client, "100.00", "2024-01-15")
            day = today().isoformat()
            self.invoice = add_invoice(self.client, "100.00", day, ("40.00", day), ("10.00", day))
            self.client.edit(notes=f"{self.invoice} {number}")
        self.payment = Payment.objects.filter(invoice=self.invoice).first()


@pytest.fixture
def rows(globex):
    rows = Rows(globex)
    rows.add(1)
    ContentType.objects.get_for_models(Client, Invoice, Payment)  # which a process looks up once
    return rows


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_as_many_queries_for_many_rows_as_for_one(boss, rows, page, queries):
    address, expected = PAGES[page]
    made = {1: len(queries(boss.get, address(rows)))}
    rows.add(8)
    made[9] = len(queries(boss.get, address(rows)))

    assert made == {1: LOGGED_IN + expected, 9: LOGGED_IN + expected}
