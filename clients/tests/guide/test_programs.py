"""The guide's JavaScript and Python, unchanged but for the host, do and print what the guide says."""

from datetime import UTC, datetime, timedelta

import pytest

pytestmark = [pytest.mark.guide, pytest.mark.django_db(transaction=True)]

UNKNOWN = "client_00000000000000000000000000"
CREATED = {
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
    "total_invoiced": 0.00,
    "total_paid": 0.00,
    "invoice_count": 0,
    "is_active": True,
}
UPDATED = {
    "name": "Acme Corporation LLC",
    "email": "accounting@acme.com",
    "phone": "+1-555-123-9999",
    "payment_terms": 15,
    "notes": "Updated contact info - priority client with expedited terms",
}


@pytest.fixture
def invoices(reader, client_id):
    """1000.00 paid after ten days, 750.50 due."""
    issued = datetime.now(UTC).date() - timedelta(days=10)
    paid, _ = [
        reader.post("/invoices/", client_id=client_id, invoice_number=number, amount=amount, issue_date=str(issued))
        for number, amount in (("1", 1000), ("2", 750.50))
    ]
    paid_on = str(issued + timedelta(days=10))
    reader.post(f"/invoices/{paid['id']}/payments", amount=1000, payment_date=paid_on)


def test_create(program, reader):
    client = program.run_for("Client created successfully: ", "create")
    assert client.pop("id").startswith("client_")
    assert client.pop("created_at") == client.pop("updated_at")
    assert client == CREATED
    assert reader.get("/clients/")["total"] == 1


def test_create_again_is_refused_in_words(program):
    program.run("create")
    refusal = "Failed to create client: Duplicate client: a client with this email already exists"
    assert program.run("create") == f"Error creating client: {refusal}\n"


def test_get(program, reader, client_id, invoices):
    *details, total = program.run("get", client_id).splitlines()
    assert program.value("\n".join(details).removeprefix("Client details: ")) == reader.get(f"/clients/{client_id}")
    assert total == "Total invoiced: $1750.5"


def test_get_what_is_not_there(program):
    assert program.run("get", UNKNOWN) == "Error getting client: Client not found\n"


def test_list(program, reader, client_id):
    reader.post("/clients/", name="Globex", email="billing@globex.example")
    assert program.run("list") == (
        "Found 2 clients\n- Globex (billing@globex.example)\n- Acme Corporation (billing@acme.com)\n"
    )


def test_search(program, reader, client_id, invoices):
    gone = reader.post("/clients/", name="Acme of old", email="old@acme.com")["id"]
    reader.call("DELETE", f"/clients/{gone}")
    reader.post("/clients/", name="Globex", email="billing@globex.example")
    said = program.run("search")
    if type(program).__name__ == "Python":
        assert said == "Search results: 1 clients found\n- Acme Corporation: $1750.5 invoiced\n"
    else:
        found = reader.get("/clients/?search=acme&is_active=true")["items"]
        assert program.value(said.removeprefix("Search results: ")) == found


def test_update(program, reader, client_id):
    client = program.run_for("Client updated successfully: ", "update", client_id)
    assert client == {**reader.get(f"/clients/{client_id}"), **UPDATED}


def test_update_what_is_not_there(program):
    assert program.run("update", UNKNOWN) == "Error updating client: Client not found\n"


def test_deactivate(program, reader, client_id):
    assert program.run("deactivate", client_id) == "Client deactivated: Client deactivated successfully\n"
    assert reader.get(f"/clients/{client_id}")["is_active"] is False


def test_deactivate_what_is_not_there(program):
    assert program.run("deactivate", UNKNOWN) == "Error deactivating client: Client not found\n"


def test_stats(program, client_id, invoices):
    assert program.run("stats", client_id) == (
        "Client Statistics:\n"
        "- Total Revenue: $1750.5\n"
        f"- Average Payment Time: {program.whole(10)} days\n"
        f"- Payment Success Rate: {program.whole(50)}%\n"
        "- Outstanding Amount: $750.5\n"
    )


def test_stats_of_what_is_not_there(program):
    assert program.run("stats", UNKNOWN) == (
        "Error getting client stats: Failed to get client stats: Client not found\n"
    )


def test_import(program, reader):
    assert program.run("import") == "Successfully imported 2 clients\n"
    assert [client["name"] for client in reader.get("/clients/?sort_by=name&sort_order=asc")["items"]] == [
        "Client 1",
        "Client 2",
    ]


def test_import_says_which_rows_it_refused(program):
    program.run("import")
    count, *errors = program.run("import").splitlines()
    assert count == "Successfully imported 0 clients"
    listed = program.value("\n".join(errors).removeprefix("Errors occurred: "))
    assert [(error["row"], error["email"]) for error in listed] == [
        (1, "client1@example.com"),
        (2, "client2@example.com"),
    ]


def test_import_a_file(program, reader):
    assert program.run("csv") == "Successfully imported 2 clients\n"
    assert reader.get("/clients/?search=client3")["total"] == 1


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("missing", "The specified client does not exist"),
        ("invalid", "Invalid client data provided"),
        ("handled", "A client with this email already exists"),
    ],
)
def test_errors_are_told_apart(program, client_id, step, said):
    """By words in `detail`, though the refused client's name and email are such words themselves."""
    lines = program.run(step, UNKNOWN, fails=step in program.failing).splitlines()
    assert lines[0].removeprefix("Error: ") == said
