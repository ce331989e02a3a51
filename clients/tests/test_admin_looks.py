"""What pages of clients, invoices and payments show beside their own rows is noted as a look, too."""

import pytest

from accounts.models import Look
from accounts.tests.backoffice import add_url, list_url
from clients.models import Client, Import, Invoice, Payment
from clients.tests.drafts import upload


def looks(account):
    return list(Look.objects.filter(account=account).order_by("pk").values_list("what", "kind", "asked"))


@pytest.mark.parametrize(("model", "path"), [(Invoice, "client"), (Payment, "invoice__client")])
def test_a_filter_names_a_client_whose_list_is_empty(boss, alice, acme, model, path):
    boss.get(list_url(model, **{path: acme.pk, "q": "zzzz"}))

    assert looks(alice.account) == [("choice", "client", f"q=zzzz&{path}={acme.pk}")]


def test_a_filter_names_an_account_without_clients(boss, alice):
    boss.get(list_url(Client, account=alice.account.pk))

    assert looks(alice.account) == [("choice", "account", f"account={alice.account.pk}")]


def test_a_list_and_its_filter_are_one_look(boss, invoice):
    boss.get(list_url(Invoice, client=invoice.client_id))

    assert looks(invoice.account) == [("list", "invoice", f"client={invoice.client_id}")]


def test_a_form_names_the_client_that_it_begins_with(boss, alice, acme):
    boss.get(add_url(Invoice, client=acme.pk))

    assert looks(alice.account) == [("choice", "client", f"client={acme.pk}")]


def test_a_form_names_the_invoice_that_it_begins_with(boss, invoice):
    boss.get(add_url(Payment, invoice=invoice.pk))

    assert looks(invoice.account) == [("choice", "invoice", f"invoice={invoice.pk}")]


@pytest.mark.parametrize("model", [Client, Invoice, Payment, Import])
def test_an_empty_form_names_nobody(boss, invoice, model):
    boss.get(add_url(model))

    assert looks(invoice.account) == []


def test_a_preview_tells_who_is_a_client_even_if_the_file_is_discarded(boss, alice, acme):
    page = upload(boss, alice.account, "name,email\nA,billing@acme.com\nB,b@example.com\n", on_duplicate="skip")
    boss.post(page.context["urls"]["discard"])

    assert looks(alice.account) == [("page", "import", "")]


def test_the_refused_rows_tell_it_too(boss, alice, acme):
    boss.get(upload(boss, alice.account).context["urls"]["rejected"])

    assert looks(alice.account) == [("page", "import", ""), ("export", "import", "")]
