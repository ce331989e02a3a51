"""POST /clients/{id}/reactivate"""

import pytest

from clients.models import Client
from clients.tests.factories import add_invoice

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"


@pytest.mark.parametrize("slash", ["", "/"])
def test_undoes_a_deactivation(alice, acme, slash):
    add_invoice(acme, "100.00", "2024-01-15", ("40.00", "2024-01-20"))
    before = alice.get(f"/clients/{acme.id}").json()
    alice.delete(f"/clients/{acme.id}")
    answer = alice.post(f"/clients/{acme.id}/reactivate{slash}")
    after = answer.json()
    assert answer.status_code == 200
    assert after == {**before, "updated_at": after["updated_at"]}
    assert after == alice.get(f"/clients/{acme.id}").json()


def test_an_active_client_stays_as_it_is(alice, acme):
    before = alice.get(f"/clients/{acme.id}").json()
    answer = alice.post(f"/clients/{acme.id}/reactivate")
    assert (answer.status_code, answer.json()) == (200, before)


def test_a_body_is_not_looked_at(alice, acme):
    acme.deactivate()
    after = alice.post(f"/clients/{acme.id}/reactivate", {"name": "New", "is_active": False}).json()
    assert (after["name"], after["is_active"]) == ("Acme Corporation", True)


def test_a_colleague_may(bob, acme):
    acme.deactivate()
    assert bob.post(f"/clients/{acme.id}/reactivate").json()["is_active"] is True


def test_a_strangers_client_is_not_found_and_stays_deactivated(alice, strangers_client):
    strangers_client.deactivate()
    for client_id in (strangers_client.id, UNKNOWN, "client_abc123"):
        answer = alice.post(f"/clients/{client_id}/reactivate")
        assert (answer.status_code, answer.json()["error_code"]) == (404, "CLIENT_NOT_FOUND")
    assert not Client.objects.get().is_active


def test_without_a_token_nothing_changes(nobody, acme):
    acme.deactivate()
    assert nobody.post(f"/clients/{acme.id}/reactivate").status_code == 401
    assert not Client.objects.get().is_active


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_no_other_method_will_do(alice, acme, method):
    acme.deactivate()
    answer = alice.call(method, f"/clients/{acme.id}/reactivate")
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert not Client.objects.get().is_active


def test_takes_five_queries(alice, acme, django_assert_num_queries):
    acme.deactivate()
    with django_assert_num_queries(5):  # who is calling, the client, SAVEPOINT, UPDATE, RELEASE
        alice.post(f"/clients/{acme.id}/reactivate")
