"""GET /invoices/{id}/history"""

from accounts.acting import act_as
from clients.tests.ledger import run
from clients.tests.test_get_client_history import history

SQL = {"type": "sql", "id": None, "name": None}


def told(caller, invoice):
    """The entries but for their times."""
    return [{name: entry[name] for name in entry if name != "at"} for entry in history(caller, invoice)["items"]]


def test_answers_what_became_of_an_invoice(alice, acme, globex, invoice):
    alice.put(f"/invoices/{invoice.pk}", {"amount": 250.5, "due_date": "2024-03-01"})
    alice.patch(f"/invoices/{invoice.pk}/status", {"status": "cancelled"})
    entries = told(alice, invoice)
    by_alice = {"type": "user", "id": alice.user.pk, "name": "Alice Archer"}
    cancelled_at = entries[0]["changes"][0]["new"]
    made = [
        {"field": "client_id", "old": None, "new": acme.pk},
        {"field": "invoice_number", "old": None, "new": "INV-001"},
        {"field": "amount", "old": None, "new": 100.00},
        {"field": "currency", "old": None, "new": "USD"},
        {"field": "issue_date", "old": None, "new": "2024-01-15"},
        {"field": "due_date", "old": None, "new": "2024-02-14"},
        {"field": "description", "old": None, "new": "Website"},
    ]
    changed = [
        {"field": "amount", "old": 100.00, "new": 250.50},
        {"field": "due_date", "old": "2024-02-14", "new": "2024-03-01"},
    ]
    cancelled = [{"field": "cancelled_at", "old": None, "new": cancelled_at}]
    it = {"object": "invoice", "object_id": invoice.pk}
    assert entries == [
        {"action": "cancelled", **it, "by": by_alice, "changes": cancelled},
        {"action": "updated", **it, "by": by_alice, "changes": changed},
        {"action": "created", **it, "by": SQL, "changes": made},
    ]
    assert cancelled_at.endswith("Z")


def test_answers_what_became_of_its_payments(alice, invoice):
    with act_as("import_invoices"):
        payment = invoice.pay(amount=100, payment_method="cash")
    run("UPDATE clients_payment SET amount = 99.90")
    run("DELETE FROM clients_payment")
    deleted = [
        {"field": "invoice_id", "old": invoice.pk, "new": None},
        {"field": "amount", "old": 99.90, "new": None},
        {"field": "payment_date", "old": f"{payment.payment_date}", "new": None},
        {"field": "payment_method", "old": "cash", "new": None},
    ]
    changed = [{"field": "amount", "old": 100.00, "new": 99.90}]
    it = {"object": "payment", "object_id": payment.pk}
    assert told(alice, invoice)[:-1] == [
        {"action": "deleted", **it, "by": SQL, "changes": deleted},
        {"action": "updated", **it, "by": SQL, "changes": changed},
    ]


def test_a_payment_is_made_in_its_invoices_history(alice, invoice):
    alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 30})
    made = history(alice, invoice)["items"][0]
    assert (made["object"], made["action"], made["by"]["name"]) == ("payment", "created", "Alice Archer")


def test_money_is_exact(alice, invoice):
    run("UPDATE clients_invoice SET amount = 99999999999.10")
    content = alice.get(f"/invoices/{invoice.pk}/history").content
    assert b'{"field":"amount","old":100.00,"new":99999999999.10}' in content


def test_an_invoice_of_another_client_says_whose_it_was(alice, acme, globex, invoice):
    invoice.client_id = globex.pk
    invoice.save(update_fields=["client"])
    assert history(alice, invoice)["items"][0]["changes"] == [{"field": "client_id", "old": acme.pk, "new": globex.pk}]


def test_other_invoices_stay_out(alice, acme, invoice):
    other = alice.post("/invoices/", {"client_id": acme.pk, "invoice_number": "2", "amount": 5}).json()["id"]
    alice.patch(f"/invoices/{other}/status", {"status": "paid"})
    assert history(alice, invoice)["total"] == 1


def test_a_strangers_history_is_not_found(charlie, invoice):
    answer = charlie.get(f"/invoices/{invoice.pk}/history")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "INVOICE_NOT_FOUND")
