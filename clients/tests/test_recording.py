"""Whoever writes, what a client, an invoice or a payment was before stays on record."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.acting import act_as
from accounts.tenancy import RecordedModel
from clients.models import Change, Client, Invoice, Payment
from clients.recording import RECORDED_CLIENT, RECORDED_INVOICE, RECORDED_PAYMENT
from clients.tests.factories import PaymentFactory
from clients.tests.ledger import run
from clients.tests.recorded import changes, writers
from duespark.ids import uuid_of

RECORDED = {Client: RECORDED_CLIENT, Invoice: RECORDED_INVOICE, Payment: RECORDED_PAYMENT}
NOT_RECORDED = {
    Client: {"total_invoiced", "total_paid", "invoice_count", "last_invoice_date"},  # kept from invoices
    Invoice: {"amount_paid", "last_payment_date"},  # kept from payments
    Payment: set(),
}


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model.__name__)
def test_every_column_is_recorded_or_kept_from_others(model):
    columns = {field.column for field in model._meta.concrete_fields if not field.generated}
    assert set(RECORDED[model].columns) == columns - NOT_RECORDED[model] - {"changed_by"}
    assert set(RECORDED) == set(RecordedModel.__subclasses__())


def test_a_new_row_is_no_change(alice, acme, invoice):
    PaymentFactory(invoice=invoice)
    assert not Change.objects.exists()


def test_an_update_keeps_old_and_new_of_what_differs(acme):
    run("UPDATE clients_client SET name = 'Acme LLC', email = email, phone = NULL, payment_terms = 15")
    assert changes(acme) == [
        (
            None,
            {"name": "Acme Corporation", "phone": "+1-555-123-4567", "payment_terms": 30},
            {"name": "Acme LLC", "phone": None, "payment_terms": 15},
        )
    ]


def test_when_is_the_moment_of_the_write_not_of_its_transaction(acme):
    began = timezone.now()
    run("UPDATE clients_client SET name = 'Acme LLC'")
    assert began < Change.objects.get().changed_at <= timezone.now()


def test_an_update_that_changes_nothing_leaves_nothing(acme):
    run("UPDATE clients_client SET name = name, notes = notes, is_active = true")
    assert changes(acme) == []


def test_what_keeps_totals_leaves_nothing(acme, invoice):
    invoice.pay()
    invoice.client.refresh_from_db()
    assert invoice.client.total_paid == 100
    assert not Change.objects.exists()


def test_money_and_days_are_kept_as_they_were(invoice):
    run("UPDATE clients_invoice SET amount = 99999999999.10, issue_date = '2024-02-29'")
    [[amount, day]] = run(
        "SELECT old_values ->> 'amount' || ' ' || (new_values ->> 'amount'), new_values ->> 'issue_date' "
        "FROM clients_change"
    )
    assert (amount, day) == ("100.00 99999999999.10", "2024-02-29")


def test_a_change_is_filed_under_what_its_row_belonged_to(acme, globex, invoice):
    payment = invoice.pay()
    run("UPDATE clients_invoice SET client_id = %s", uuid_of(globex.pk))
    run("UPDATE clients_payment SET payment_method = 'cash'")
    parents = dict(Change.objects.values_list("row_id", "parent_id"))
    assert parents == {uuid_of(invoice.pk): uuid_of(acme.pk), uuid_of(payment.pk): uuid_of(invoice.pk)}


@pytest.mark.parametrize("fixture", ["acme", "invoice"])
def test_a_deleted_row_is_kept_whole(request, fixture, charlie):
    row = request.getfixturevalue(fixture)
    table, recorded = row._meta.db_table, RECORDED[type(row)]
    [[before]] = run(f"SELECT {recorded.values('r')} FROM {table} AS r")
    run(f"DELETE FROM {table}")
    [[old, new]] = run("SELECT old_values, new_values FROM clients_change")
    assert (old, new) == (before, None)


def test_a_truncated_table_is_kept_row_by_row(invoice, strangers_invoice):
    payments = [invoice.pay(), strangers_invoice.pay()]
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("TRUNCATE clients_payment")
    assert [writers(payment) for payment in payments] == [[None], [None]]
    assert set(Change.objects.values_list("new_values", flat=True)) == {None}


# By whom


def test_an_update_of_the_orms_is_by_whoever_acts(acme):
    with act_as("import_clients"):
        acme.edit(name="One")
    with act_as(lambda: "user_x"):
        Client.objects.update(name="Two")
        acme.name = "Three"
        acme.save()
        Client.objects.bulk_update([acme], ["phone"])
        acme.phone = "555"
        Client.objects.bulk_update([acme], ["phone"])
    acme.deactivate()
    assert writers(acme) == ["import_clients", "user_x", "user_x", "user_x", None]


def test_a_row_says_who_made_it(alice):
    with act_as("seed_demo"):
        made = Client.add(alice.account.pk, name="A", email="a@example.com")
        Client.objects.bulk_create([Client(account=alice.account, name="B", email="b@example.com")])
    Client.add(alice.account.pk, name="C", email="c@example.com")
    assert list(Client.objects.order_by("name").values_list("created_by", flat=True)) == [
        "seed_demo",
        "seed_demo",
        None,
    ]
    assert made.created_by == "seed_demo"


def test_who_made_a_row_is_itself_recorded(acme):
    run("UPDATE clients_client SET created_by = 'somebody else'")
    assert changes(acme) == [(None, {"created_by": None}, {"created_by": "somebody else"})]


def test_acting_ends_with_its_block_even_in_an_error(acme):
    with pytest.raises(ZeroDivisionError), act_as("import_clients"):
        _ = 1 / 0
    acme.edit(name="One")
    assert writers(acme) == [None]


def test_who_acts_may_act_for_another(acme):
    with act_as("outer"):
        with act_as("inner"):
            acme.edit(name="One")
        acme.edit(name="Two")
    assert writers(acme) == ["inner", "outer"]


# Who changed a row is never left on it, and never taken for another's


@pytest.mark.parametrize("value", ["notes", "'set'"])
def test_a_name_is_taken_off_the_row_whether_or_not_it_changes(acme, value):
    run(f"UPDATE clients_client SET changed_by = 'user_x', notes = {value}")
    run("UPDATE clients_client SET name = 'Acme LLC'")
    assert run("SELECT changed_by FROM clients_client") == [(None,)]
    assert writers(acme)[-1] is None


def test_a_name_alone_changes_nothing(acme):
    run("UPDATE clients_client SET changed_by = 'user_x'")
    assert run("SELECT changed_by FROM clients_client") == [(None,)]
    assert changes(acme) == []


def test_a_row_is_not_made_with_a_name_on_it(alice):
    with pytest.raises(IntegrityError, match="client_changed_by_is_passed_on"), transaction.atomic():
        Client.objects.create(account=alice.account, name="A", email="a@example.com", changed_by="user_x")


def test_a_name_is_not_left_by_what_is_rolled_back(acme):
    with transaction.atomic():
        run("UPDATE clients_client SET changed_by = 'user_x', notes = 'set'")
        transaction.set_rollback(True)
    run("UPDATE clients_client SET notes = 'set again'")
    assert writers(acme) == [None]


def test_an_upsert_is_by_whoever_it_names(acme):
    upsert = """
        INSERT INTO clients_client (id, account_id, name, email) SELECT %s, account_id, 'Upserted', email
        FROM clients_client ON CONFLICT (account_id, lower(email) COLLATE "C")
        DO UPDATE SET name = excluded.name, changed_by = 'user_x'"""
    run(upsert, "01900000-0000-7000-8000-000000000001")
    assert changes(acme) == [("user_x", {"name": "Acme Corporation"}, {"name": "Upserted"})]


def test_each_row_of_a_statement_has_its_own_change(acme, globex):
    run("UPDATE clients_client SET name = upper(name), changed_by = CASE name WHEN 'Globex' THEN 'user_x' END")
    assert changes(acme) == [(None, {"name": "Acme Corporation"}, {"name": "ACME CORPORATION"})]
    assert changes(globex) == [("user_x", {"name": "Globex"}, {"name": "GLOBEX"})]


# Append-only


@pytest.fixture
def change(acme):
    run("UPDATE clients_client SET name = 'Acme LLC'")
    return Change.objects.get()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE clients_change SET changed_by = 'somebody else'",
        "DELETE FROM clients_change",
        "DELETE FROM clients_change WHERE false",
        "TRUNCATE clients_change",
        "INSERT INTO clients_change SELECT * FROM clients_change "
        "ON CONFLICT (account_id, row_id, number) DO UPDATE SET changed_by = 'somebody else'",
    ],
)
def test_the_history_is_append_only(change, sql):
    before = run("SELECT * FROM clients_change")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(sql)
    assert run("SELECT * FROM clients_change") == before


def test_no_session_passes_the_history_over(change, acme):
    run("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger WHERE NOT tgisinternal")
    run("UPDATE clients_client SET name = 'Acme Inc.'")
    assert len(changes(acme)) == 2
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run("DELETE FROM clients_change")


@pytest.mark.django_db(transaction=True)
def test_a_database_is_emptied_as_a_whole(change):
    tables = ", ".join(connection.introspection.django_table_names(only_existing=True))
    run(f"TRUNCATE {tables}")
    assert not Change.objects.exists()
