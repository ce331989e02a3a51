"""GET /clients/{id}?as_of="""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from clients.models import Invoice, Payment
from clients.tests.factories import add_invoice
from clients.tests.ledger import run
from duespark.ids import uuid_of

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"


def now():
    return timezone.now().isoformat().replace("+00:00", "Z")


def as_of(caller, client, moment):
    return caller.get(f"/clients/{client.pk}?as_of={moment}")


@pytest.fixture
def moments(alice):
    """Remembers how a client is, and when: `remember(client)`, then `remembered` are pairs of moment and answer."""

    class Moments:
        def __init__(self):
            self.remembered = []

        def remember(self, client):
            answer = alice.get(f"/clients/{client.pk}").content
            self.remembered.append((now(), answer))

    return Moments()


def test_answers_the_client_as_it_was_after_each_change(alice, acme, moments):
    moments.remember(acme)
    for body in (
        {"name": "Acme LLC", "phone": None, "address": {"city": "Albany"}},
        {"payment_terms": 0, "notes": "two\nlines"},
        {"address": None, "email": "new@acme.com"},
        {"name": "Acme Corporation"},
    ):
        alice.put(f"/clients/{acme.pk}", body)
        moments.remember(acme)
    alice.delete(f"/clients/{acme.pk}")
    moments.remember(acme)
    alice.post(f"/clients/{acme.pk}/reactivate")
    moments.remember(acme)
    assert [as_of(alice, acme, moment).content for moment, _ in moments.remembered] == [
        answer for _, answer in moments.remembered
    ]
    assert len({answer for _, answer in moments.remembered}) == 7


def test_its_totals_are_those_of_the_ledger_then(alice, acme, globex, moments):
    moments.remember(acme)
    first = add_invoice(acme, "100.00", "2024-01-15")
    moments.remember(acme)
    first.pay(amount=Decimal("40.00"))
    moments.remember(acme)
    second = add_invoice(acme, "9.90", "2024-02-15", ("9.90", "2024-02-15"))
    moments.remember(acme)
    first.cancel()
    moments.remember(acme)
    for sql in (
        "UPDATE clients_invoice SET cancelled_at = NULL",
        "UPDATE clients_payment SET amount = amount / 2",
        "UPDATE clients_invoice SET amount = amount + 0.01, issue_date = '2024-03-01'",
        f"UPDATE clients_payment SET invoice_id = '{uuid_of(first.pk)}'",
        f"UPDATE clients_invoice SET client_id = '{uuid_of(globex.pk)}' WHERE id = '{uuid_of(first.pk)}'",
        f"UPDATE clients_invoice SET client_id = '{uuid_of(acme.pk)}'",
        f"DELETE FROM clients_payment WHERE invoice_id = '{uuid_of(first.pk)}' AND amount < 10",
        "DELETE FROM clients_payment",
        f"DELETE FROM clients_invoice WHERE id = '{uuid_of(second.pk)}'",
        "DELETE FROM clients_invoice",
    ):
        run(sql)
        moments.remember(acme)
    assert [as_of(alice, acme, moment).content for moment, _ in moments.remembered] == [
        answer for _, answer in moments.remembered
    ]


def test_totals_of_another_client_stay_out(alice, acme, globex):
    add_invoice(globex, "100.00", "2024-01-15", ("40.00", "2024-02-15"))
    moment = now()
    Payment.objects.update(payment_method="cash")
    Invoice.objects.update(notes="changed")
    assert as_of(alice, acme, moment).json()["total_invoiced"] == 0
    assert as_of(alice, globex, moment).json()["total_paid"] == 40


def test_a_moment_is_inclusive(alice, acme):
    created = acme.created_at.isoformat().replace("+00:00", "Z")
    acme.edit(name="Acme LLC")
    [[changed]] = run("SELECT changed_at FROM clients_change")
    just_before = (changed - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    exactly = changed.isoformat().replace("+00:00", "Z")
    names = [as_of(alice, acme, moment).json()["name"] for moment in (created, just_before, exactly)]
    assert names == ["Acme Corporation", "Acme Corporation", "Acme LLC"]


def test_before_it_was_made_there_was_none(alice, acme):
    before = (acme.created_at - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    for moment in (before, "2001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        answer = as_of(alice, acme, moment)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")


def test_when_it_was_made_is_itself_taken_back(alice, acme):
    moment = now()
    run("UPDATE clients_client SET created_at = now() + interval '1 day'")
    assert as_of(alice, acme, moment).json()["created_at"] == acme.created_at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("moment", ["2999-01-31T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_in_the_future_it_is_as_now(alice, acme, moment):
    acme.edit(name="Acme LLC")
    assert as_of(alice, acme, moment).content == alice.get(f"/clients/{acme.pk}").content


def test_a_moment_may_be_told_in_any_zone(alice, acme):
    moment = timezone.now()
    acme.edit(name="Acme LLC")
    told = moment.astimezone(timezone.get_fixed_timezone(-330)).isoformat()
    assert told.endswith("-05:30")
    assert as_of(alice, acme, told).json()["name"] == "Acme Corporation"


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        ("", "Must be a time such as 2026-01-31T12:00:00Z."),
        ("yesterday", "Must be a time such as 2026-01-31T12:00:00Z."),
        ("2026-02-30T00:00:00Z", "Must be a time such as 2026-01-31T12:00:00Z."),
        ("0001-01-01T00:00:00%2B23:59", "Must be a time such as 2026-01-31T12:00:00Z."),
        ("1769817600", "Must be a time such as 2026-01-31T12:00:00Z."),
        ("%00", "Must be a time such as 2026-01-31T12:00:00Z."),
        ("2026-01-31", "Must be a time with its zone, such as 2026-01-31T12:00:00Z."),
        ("2026-01-31T00:00:00", "Must be a time with its zone, such as 2026-01-31T12:00:00Z."),
    ],
)
def test_what_is_no_moment_is_said(alice, acme, moment, message):
    answer = as_of(alice, acme, moment)
    problem = answer.json()
    assert (answer.status_code, problem["error_code"]) == (400, "VALIDATION_ERROR")
    assert problem["detail"] == f"Validation error: as_of: {message}"


def test_a_strangers_client_is_as_unknown_as_one_that_never_was(charlie, acme):
    for pk in (acme.pk, UNKNOWN, "nonsense"):
        for moment in (now(), "yesterday"):
            answer = charlie.get(f"/clients/{pk}?as_of={moment}")
            assert (answer.status_code, answer.json()["detail"]) == (404, "Client not found")


def test_other_parameters_are_passed_over(alice, acme):
    assert alice.get(f"/clients/{acme.pk}?x=1").content == alice.get(f"/clients/{acme.pk}").content


def test_takes_three_queries(alice, acme, invoice, django_assert_num_queries):
    moment = now()
    with django_assert_num_queries(3):  # who is calling, the client, what was otherwise
        as_of(alice, acme, moment)
