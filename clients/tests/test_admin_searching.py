"""Searches over all accounts read no table to its end; what they leave out is found on a narrowed list."""

from decimal import Decimal

from accounts.tests.backoffice import found, list_url
from clients.models import Invoice
from clients.tests.ledger import run


def issued(client, number):
    return Invoice.issue(client.account, client.pk, invoice_number=number, amount=Decimal(1))


def test_a_part_of_a_number_is_found_on_a_narrowed_list_as_the_page_says(boss, invoice, acme):
    assert found(boss.get(list_url(Invoice, q="nv-0", account=invoice.account_id))) == [invoice]
    assert found(boss.get(list_url(Invoice, q="nv-0", client=acme.pk))) == [invoice]

    everywhere = boss.get(list_url(Invoice, q="nv-0"))
    assert found(everywhere) == []
    assert "Once an account or a client is chosen, a part of a number is found, and" in everywhere.content.decode()


def test_a_number_without_a_digit_is_a_number(boss, acme):
    abc = issued(acme, "INV-ABC")

    assert found(boss.get(list_url(Invoice, q="inv-abc"))) == [abc]


def test_a_number_is_looked_up_by_an_index_of_each_account(boss, acme, strangers_client, queries):
    for number in range(300):
        issued(acme, f"N-{number}")
    issued(strangers_client, "n-7")
    run("ANALYZE clients_invoice")
    run("SET LOCAL enable_seqscan = off")  # which of so few rows would be the fastest

    [asked] = [sql for sql in queries(boss.get, list_url(Invoice, q="n-7")) if "ARRAY(" in sql]
    assert "Index Cond: ((account_id = accounts_account.id) AND ((invoice_number)" in str(run(f"EXPLAIN {asked}"))
    assert len(found(boss.get(list_url(Invoice, q="n-7")))) == 2


def test_there_is_more_to_choose_from_than_a_page(boss, acme):
    for number in range(21):
        issued(acme, f"N-{number}")
    query = {"app_label": "clients", "model_name": "payment", "field_name": "invoice", "term": "acme"}
    pages = [boss.get("/admin/autocomplete/", {**query, "page": page}).json() for page in (1, 2)]

    assert [(len(page["results"]), page["pagination"]["more"]) for page in pages] == [(20, True), (1, False)]
