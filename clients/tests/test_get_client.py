"""GET /clients/{id}"""

import pytest

from clients.tests.factories import add_invoice

UNKNOWN = "client_01h455vb4pex5vsknk084sn02q"


def test_answers_the_whole_client(alice, acme):
    answer = alice.get(f"/clients/{acme.id}")
    client = answer.json()
    assert answer.status_code == 200
    assert client == {
        "id": acme.id,
        "name": "Acme Corporation",
        "email": "billing@acme.com",
        "phone": "+1-555-123-4567",
        "address": {
            "street": "123 Business Ave",
            "city": "New York",
            "state": "NY",
            "zip_code": "10001",
            "country": "US",
        },
        "tax_id": "12-3456789",
        "payment_terms": 30,
        "notes": "Important client - priority support",
        "created_at": client["created_at"],
        "updated_at": client["updated_at"],
        "total_invoiced": 0.00,
        "total_paid": 0.00,
        "invoice_count": 0,
        "is_active": True,
    }


def test_times_are_the_rows_own_in_utc(alice, acme):
    client = alice.get(f"/clients/{acme.id}").json()
    assert client["created_at"] == acme.created_at.isoformat().replace("+00:00", "Z")
    assert client["updated_at"] == acme.updated_at.isoformat().replace("+00:00", "Z")


def test_totals_count_what_is_not_cancelled(alice, acme):
    add_invoice(acme, "15000.00", "2024-01-15", ("12000.00", "2024-01-20"), ("500.00", "2024-02-20"))
    add_invoice(acme, "750.00", "2024-03-01")
    add_invoice(acme, "99.99", "2024-04-01", ("9.99", "2024-04-02"), cancelled=True)
    content = alice.get(f"/clients/{acme.id}").content
    assert b'"total_invoiced":15750.00,"total_paid":12500.00,"invoice_count":2,' in content


def test_a_deactivated_client_is_still_there(alice, acme):
    acme.deactivate()
    answer = alice.get(f"/clients/{acme.id}")
    assert (answer.status_code, answer.json()["is_active"]) == (200, False)


def test_a_colleague_gets_the_same(alice, bob, acme):
    assert bob.get(f"/clients/{acme.id}").json() == alice.get(f"/clients/{acme.id}").json()


def test_a_trailing_slash_makes_no_difference(alice, acme):
    assert alice.get(f"/clients/{acme.id}/").json() == alice.get(f"/clients/{acme.id}").json()


def not_found(answer):
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Client not found",
        "error_code": "CLIENT_NOT_FOUND",
        "timestamp": problem["timestamp"],
        "request_id": problem["request_id"],
    }
    return answer.status_code == 404


def test_a_strangers_client_is_as_unknown_as_one_that_never_was(alice, strangers_client):
    assert not_found(alice.get(f"/clients/{strangers_client.id}"))
    assert not_found(alice.get(f"/clients/{UNKNOWN}"))


@pytest.mark.parametrize(
    "malformed",
    [
        "client_",
        "client_abc123",
        "01h455vb4pex5vsknk084sn02q",
        "CLIENT_01H455VB4PEX5VSKNK084SN02Q",
        "invoice_01h455vb4pex5vsknk084sn02q",
        "client_81h455vb4pex5vsknk084sn02q",  # more than 128 bits
        "client_01h455vb4pex5vsknk084sn02q%0A",
        "018c4f4f-0000-7000-8000-000000000000",
        "1",
        "null",
        "%00",
        "%FF",
        "é",
        "c" * 3000,
    ],
)
def test_a_malformed_id_is_unknown_too(alice, malformed):
    assert not_found(alice.get(f"/clients/{malformed}"))


def test_an_id_of_our_own_in_another_form_is_unknown(alice, acme):
    assert not_found(alice.get(f"/clients/{acme.id.upper()}"))
    assert not_found(alice.get(f"/clients/{acme.id.replace('client_', 'invoice_')}"))


def test_without_a_token_even_an_unknown_id_is_401(nobody, acme):
    for client_id in (acme.id, UNKNOWN):
        answer = nobody.get(f"/clients/{client_id}")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_takes_two_queries(alice, acme, django_assert_num_queries):
    with django_assert_num_queries(2):  # who is calling, the client
        alice.get(f"/clients/{acme.id}")
