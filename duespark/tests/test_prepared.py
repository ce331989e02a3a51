"""duespark/prepared.py"""

import gc
import weakref

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Sum, Value
from django.db.models.functions import Concat

from accounts.models import Session
from clients.models import Client
from clients.tests.elsewhere import database_url
from duespark.ids import uuid_of
from duespark.prepared import Prepared, PreparedCursor, _cursor

pytestmark = pytest.mark.django_db


def clients_of(account, email):
    return Client.objects.for_account(account).filter(email=email)


def test_it_answers_what_the_queryset_answers(alice, acme):
    prepared = Prepared(clients_of)(account=uuid_of(alice.account.pk), email=acme.email)

    assert [vars(one) | {"_state": None} for one in prepared] == [
        vars(one) | {"_state": None} for one in clients_of(alice.account, acme.email)
    ]


def test_each_call_has_its_own_values(alice, charlie, acme, strangers_client):
    prepared = Prepared(clients_of)

    assert prepared.first(account=uuid_of(alice.account.pk), email=acme.email) == acme
    assert prepared.first(account=uuid_of(charlie.account.pk), email=strangers_client.email) == strangers_client
    assert prepared.first(account=uuid_of(alice.account.pk), email=strangers_client.email) is None


def test_the_queryset_is_built_once(alice, acme):
    built = []

    def build(account):
        built.append(account)
        return Client.objects.for_account(account)

    prepared = Prepared(build)
    for _ in range(3):
        assert prepared(account=uuid_of(alice.account.pk)) == [acme]
    assert len(built) == 1


def test_instances_have_what_the_queryset_annotates(alice, acme):
    prepared = Prepared(lambda account: Client.objects.for_account(account).annotate(shown=Concat("name", Value("!"))))

    assert prepared.first(account=uuid_of(alice.account.pk)).shown == "Acme Corporation!"


def test_what_comes_along_costs_no_further_query(alice, django_assert_num_queries):
    prepared = Prepared(lambda session: Session.objects.filter(pk=session).select_related("user__account"))

    with django_assert_num_queries(1):
        session = prepared.first(session=uuid_of(alice.session.pk))
        assert session.user.account == alice.account


def rows_of(account):
    return Client.objects.for_account(account).order_by("name")


def test_values_come_as_dicts_and_tuples(alice, acme):
    account = uuid_of(alice.account.pk)
    values = Prepared(lambda account: rows_of(account).values("id", "name"))(account=account)
    assert values == [{"id": acme.id, "name": acme.name}]
    assert Prepared(lambda account: rows_of(account).values_list("id"))(account=account) == [(acme.id,)]


def test_sums_and_counts_are_what_the_queryset_makes_of_them(alice, acme):
    def build(account):
        return rows_of(account).values("name").annotate(sum=Sum("payment_terms"), count=Count("invoices"))

    assert Prepared(build)(account=uuid_of(alice.account.pk)) == list(build(alice.account))


def test_of_nothing_there_is_nothing(alice):
    assert Prepared(rows_of)(account=uuid_of(alice.account.pk)) == []
    assert Prepared(rows_of).columns({"account": uuid_of(alice.account.pk)}) == []


def test_an_offset_is_a_value_of_the_call(alice, acme):
    other = Client.add(alice.account.pk, name="Bolt", email="sales@bolt.dev")
    prepared = Prepared(lambda account: rows_of(account)[:1], offset="start")

    assert [prepared(account=uuid_of(alice.account.pk), start=start) for start in range(3)] == [[acme], [other], []]


def test_constants_stand_in_the_statement_whatever_they_hold(alice, acme):
    odd = "100% of '%s' \\ %(x)s"
    prepared = Prepared(lambda account: rows_of(account).values_list(Concat("name", Value(odd)), "email"))

    assert prepared(account=uuid_of(alice.account.pk)) == [(acme.name + odd, acme.email)]
    assert len(prepared.plan.params) == 1


def prepared_statements():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE generic_plans > 0")
        return [statement for (statement,) in cursor]


def test_a_statement_is_planned_once(alice, acme):
    prepared = Prepared(lambda account, email: rows_of(account).filter(email=email).only("phone"))
    for email in ("a@x.example", "b@x.example"):
        prepared(account=uuid_of(alice.account.pk), email=email)

    assert len([statement for statement in prepared_statements() if '"phone" FROM' in statement]) == 1


def test_one_whose_plan_depends_on_its_values_is_not(alice, acme):
    prepared = Prepared(lambda account, email: rows_of(account).filter(email=email).only("tax_id"), planned_once=False)
    assert prepared(account=uuid_of(alice.account.pk), email=acme.email) == [acme]
    assert not [statement for statement in prepared_statements() if '"tax_id" FROM' in statement]


# Rows that are saved


def test_what_is_inserted_and_updated_is_prepared_once_a_set_of_columns(alice):
    clients = [Client.add(alice.account.pk, name=name, email=f"{name}@x.example") for name in "abc"]
    for client in clients:
        client.edit(name=client.name.upper(), notes=None)
        client.edit(phone="555", tax_id="7")

    assert sorted(Client.objects.values_list("name", "phone", "tax_id")) == [(name, "555", "7") for name in "ABC"]
    statements = [statement.split(" ")[0] for statement in prepared_statements() if "clients_client" in statement]
    assert sorted(statements) == ["INSERT", "UPDATE", "UPDATE"]


def test_an_expression_is_saved_as_the_orm_does(alice, acme):
    acme.name = Concat("name", Value(" & Co"))
    acme.save(update_fields=["name"])
    acme.refresh_from_db()

    assert acme.name == "Acme Corporation & Co"


def test_an_expression_may_be_a_value_of_a_new_row(alice):
    Client(account=alice.account, name=Concat(Value("Acme"), Value(" & Co")), email="acme@example.com").save()

    assert Client.objects.get().name == "Acme & Co"


def test_a_row_of_another_account_is_not_updated(alice, charlie, acme):
    acme.account_id = charlie.account.pk
    acme.name = "Stolen"
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        acme.save(update_fields=["name"])


def test_what_the_database_refuses_is_djangos_error(alice, acme):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Client.objects.create(account=alice.account, name="Twin", email=acme.email)
    assert isinstance(refused.value.__cause__, psycopg.errors.UniqueViolation)


# Connections


@pytest.mark.django_db(transaction=True)
def test_a_column_that_changes_its_type_costs_nobody_an_answer(alice, acme):
    """It is a migration's connection that changes it, and this one has a statement prepared for the former type."""
    alter = "ALTER TABLE clients_client ALTER invoice_count TYPE {}"
    assert alice.get(f"/clients/{acme.pk}").status_code == 200
    with psycopg.connect(database_url(), autocommit=True) as migration:
        migration.execute(alter.format("bigint"))
        try:
            assert alice.get(f"/clients/{acme.pk}").json()["invoice_count"] == 0
        finally:
            migration.execute(alter.format("integer"))


def test_kept_cursors_do_not_keep_their_connection(db):
    other = connection.get_new_connection({**connection.get_connection_params()})
    kept = _cursor(other, PreparedCursor)
    assert _cursor(other, PreparedCursor) is kept
    other.close()
    gone = weakref.ref(other)
    del other, kept
    gc.collect()

    assert gone() is None
