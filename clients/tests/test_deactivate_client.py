"""DELETE /clients/{id}"""

import pytest

from clients.models import Client, Invoice, Payment
from clients.tests.factories import add_invoice

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"


@pytest.mark.parametrize("slash", ["", "/"])
def test_answers_that_the_client_is_deactivated(alice, acme, slash):
    answer = alice.delete(f"/clients/{acme.id}{slash}")
    assert answer.status_code == 200
    assert answer.json() == {"message": "Client deactivated successfully", "id": acme.id, "is_active": False}


def test_nothing_else_changes(alice, acme):
    before = alice.get(f"/clients/{acme.id}").json()
    alice.delete(f"/clients/{acme.id}")
    after = alice.get(f"/clients/{acme.id}").json()
    assert after == {**before, "is_active": False, "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]


def test_again_is_200_again(alice, acme):
    first = alice.delete(f"/clients/{acme.id}")
    once = alice.get(f"/clients/{acme.id}").json()
    second = alice.delete(f"/clients/{acme.id}")
    assert (second.status_code, second.json()) == (200, first.json())
    assert alice.get(f"/clients/{acme.id}").json() == once


def test_history_stays(alice, acme):
    add_invoice(acme, "100.00", "2024-01-15", ("40.00", "2024-01-20"))
    alice.delete(f"/clients/{acme.id}")
    client = alice.get(f"/clients/{acme.id}").json()
    assert (client["total_invoiced"], client["total_paid"], client["invoice_count"]) == (100.00, 40.00, 1)
    assert (Invoice.objects.count(), Payment.objects.count()) == (1, 1)
    assert alice.get(f"/clients/{acme.id}/stats?period=all").json()["total_invoices"] == 1


def test_a_deactivated_client_can_still_be_edited(alice, acme):
    alice.delete(f"/clients/{acme.id}")
    after = alice.put(f"/clients/{acme.id}", {"notes": "Moved away"}).json()
    assert (after["notes"], after["is_active"]) == ("Moved away", False)


def test_a_colleague_may(bob, acme):
    assert bob.delete(f"/clients/{acme.id}").status_code == 200


def test_a_strangers_client_is_not_found_and_stays_active(alice, strangers_client):
    for client_id in (strangers_client.id, UNKNOWN, "client_abc123"):
        answer = alice.delete(f"/clients/{client_id}")
        assert (answer.status_code, answer.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")
    assert Client.objects.get().is_active


def test_without_a_token_nothing_changes(nobody, acme):
    assert nobody.delete(f"/clients/{acme.id}").status_code == 401
    assert Client.objects.get().is_active


def test_the_list_itself_cannot_be_deleted(alice, acme):
    answer = alice.delete("/clients/")
    assert (answer.status_code, answer.json()["error_code"]) == (405, "METHOD_NOT_ALLOWED")
    assert Client.objects.get().is_active


def test_takes_five_queries(alice, acme, django_assert_num_queries):
    add_invoice(acme, "100.00", "2024-01-15")
    with django_assert_num_queries(5):  # who is calling, the client, SAVEPOINT, UPDATE, RELEASE
        alice.delete(f"/clients/{acme.id}")
