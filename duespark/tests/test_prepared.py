"""duespark/prepared.py"""

import pytest

from accounts.models import Session
from clients.models import Client
from duespark.ids import uuid_of
from duespark.prepared import Prepared

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


def test_what_comes_along_costs_no_further_query(alice, django_assert_num_queries):
    prepared = Prepared(lambda session: Session.objects.filter(pk=session).select_related("user__account"))

    with django_assert_num_queries(1):
        session = prepared.first(session=uuid_of(alice.session.pk))
        assert session.user.account == alice.account
