"""What the API answers of a client can be sent back, whatever its texts hold."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.tests.any_client import CLIENTS

at_random = settings(max_examples=60)
READ_ONLY = {"id", "created_at", "updated_at", "total_invoiced", "total_paid", "invoice_count", "is_active"}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@at_random
@given(client=CLIENTS)
def test_a_fetched_client_sent_back_is_the_same_client(alice, method, client):
    with transaction.atomic():
        path = f"/clients/{alice.post('/clients/', client).json()['id']}"
        fetched = alice.get(path).json()
        sent_back = alice.call(method, path, fetched)
        transaction.set_rollback(True)
    assert (sent_back.status_code, sent_back.json()) == (200, fetched)  # `updated_at`, too: nothing was written


@at_random
@given(client=CLIENTS)
def test_a_copy_of_a_fetched_client_differs_in_what_is_read_only_alone(alice, charlie, client):
    with transaction.atomic():
        fetched = alice.post("/clients/", client).json()
        copied = charlie.post("/clients/", fetched).json()
        transaction.set_rollback(True)
    assert {name for name in fetched if fetched[name] != copied[name]} <= READ_ONLY
    assert copied["id"] != fetched["id"]


@at_random
@given(client=CLIENTS, change=CLIENTS, names=st.sets(st.sampled_from(["name", "phone", "tax_id", "notes", "address"])))
def test_a_change_leaves_alone_what_it_does_not_send(alice, client, change, names):
    change = {name: value for name, value in change.items() if name in names}
    with transaction.atomic():
        before = alice.post("/clients/", client).json()
        after = alice.patch(f"/clients/{before['id']}", change).json()
        transaction.set_rollback(True)
    assert {name for name in before if before[name] != after[name]} <= {*change, "updated_at"}
    assert (after["updated_at"] != before["updated_at"]) == any(before[name] != after[name] for name in change)
