"""manage.py export_clients: what import_clients reads back without a change."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from clients.exporting import COLUMNS
from clients.models import Client
from clients.tests.any_client import CLIENTS
from clients.tests.commands import run
from clients.tests.imports import clients_of
from conftest import Caller, member

HEADER = "name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes,is_active,created_at\n"
ACME_ROW = (
    "Acme Corporation,billing@acme.com,+1-555-123-4567,123 Business Ave,New York,NY,10001,US,12-3456789,30,"
    "Important client - priority support,true,{}\n"
)


def rows_of(account):
    return list(Client.objects.for_account(account).order_by("email").values_list(*COLUMNS))


def summary(account, **counts):
    counts = {"created": 0, "updated": 0, "skipped": 0, "refused": 0, **counts}
    in_words = ", ".join(f"{number} {what}" for what, number in counts.items())
    return f"{len(rows_of(account))} rows: {in_words}.\n"


def test_clients_are_written_as_csv(acme):
    outcome = run("export_clients", account="alice@example.com")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == HEADER + ACME_ROW.format(acme.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def test_nobody_is_a_header(alice):
    assert run("export_clients", account="alice@example.com").out == HEADER


def test_the_oldest_come_first_and_the_deactivated_too(alice, acme):
    alice.post("/clients/", {"name": "Later", "email": "a@example.com"})
    acme.deactivate()

    lines = run("export_clients", account="alice@example.com").out.splitlines()

    assert [line.split(",")[0] for line in lines] == ["name", "Acme Corporation", "Later"]
    assert ",false," in lines[1]


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2024, 1, 15, 10, 30, tzinfo=UTC), "2024-01-15T10:30:00Z"),
        (datetime(2024, 1, 15, 10, 30, 0, 120_000, tzinfo=UTC), "2024-01-15T10:30:00.120000Z"),
        (datetime(2024, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2024-06-30T23:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_times_are_utcs_to_the_microsecond_if_they_have_any(alice, acme, moment, written):
    clients_of(alice).update(created_at=moment)

    assert run("export_clients", account="alice@example.com").out.endswith(f",true,{written}\n")


def test_a_session_of_another_time_zone_makes_no_difference(alice, acme):
    clients_of(alice).update(created_at=datetime(2024, 1, 15, 10, 30, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kathmandu'")

    assert run("export_clients", account="alice@example.com").out.endswith(",true,2024-01-15T10:30:00Z\n")


def test_what_is_not_set_is_an_empty_cell(alice):
    alice.post("/clients/", {"name": "A", "email": "a@example.com", "payment_terms": 0})
    row = run("export_clients", account="alice@example.com").out.splitlines()[1]

    assert row.startswith("A,a@example.com,,,,,,,,0,,true,")


@pytest.mark.parametrize(
    ("name", "plain", "for_spreadsheet"),
    [
        ("Acme", "Acme", "Acme"),
        ("=1+1", "=1+1", "'=1+1"),
        ("+1-555", "+1-555", "'+1-555"),
        ("-1", "-1", "'-1"),
        ("@SUM(A1)", "@SUM(A1)", "'@SUM(A1)"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
        ("\N{FULLWIDTH HYPHEN-MINUS}1", "\N{FULLWIDTH HYPHEN-MINUS}1", "'\N{FULLWIDTH HYPHEN-MINUS}1"),
        ("'=x", "''=x", "''=x"),
        ("''+1", "'''+1", "'''+1"),
        ("'t Hooft", "'t Hooft", "'t Hooft"),
        ("a=b", "a=b", "a=b"),
        ("7-Eleven", "7-Eleven", "7-Eleven"),
        ("'", "'", "'"),
        ('=HYPERLINK("x")', '"=HYPERLINK(""x"")"', '"\'=HYPERLINK(""x"")"'),
    ],
)
def test_formulas_are_marked_for_a_spreadsheet_and_marks_everywhere(acme, name, plain, for_spreadsheet):
    acme.edit(name=name)

    def cell(**options):
        text = run("export_clients", account="alice@example.com", **options).out
        return text.removeprefix(HEADER).partition(",billing@acme.com,")[0]

    assert (cell(), cell(for_spreadsheet=True)) == (plain, for_spreadsheet)


def test_every_text_is_marked(alice):
    address = {"street": "-1 Road", "city": "@City", "state": "+S", "zip_code": "=Z"}
    sent = {"name": "=N", "email": "+e@example.com", "phone": "+1-555", "tax_id": "-T", "notes": "'\tN"}
    alice.post("/clients/", {**sent, "address": address})

    row = run("export_clients", account="alice@example.com", for_spreadsheet=True).out.splitlines()[1]

    assert row.startswith("'=N,'+e@example.com,'+1-555,'-1 Road,'@City,'+S,'=Z,,'-T,30,''\tN,true,")


def test_clients_of_other_accounts_are_not_written(acme, strangers_client):
    assert "secret" not in run("export_clients", account="alice@example.com").out


def test_to_a_file(acme, tmp_path):
    path = tmp_path / "clients.csv"

    outcome = run("export_clients", account="alice@example.com", to=str(path))

    assert (outcome.code, outcome.out, outcome.err) == (0, "", f"1 clients written to {path}.\n")
    assert path.read_bytes() == (HEADER + ACME_ROW.format(acme.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))).encode()


def test_a_file_that_cannot_be_written_is_2(acme, tmp_path):
    outcome = run("export_clients", account="alice@example.com", to=str(tmp_path))

    assert (outcome.code, outcome.err) == (2, f"{tmp_path}: Is a directory.\n")


def test_an_unknown_account_is_2(db):
    assert run("export_clients", account="who@example.com").code == 2


def test_imported_again_into_the_same_account_nothing_changes(alice, acme, tmp_path):
    path = str(tmp_path / "clients.csv")
    before = list(clients_of(alice).values())
    run("export_clients", account="alice@example.com", to=path)

    outcome = run("import_clients", path, account="alice@example.com", on_duplicate="update")

    assert outcome.out == "1 rows: 0 created, 0 updated, 1 skipped, 0 refused.\n"
    assert list(clients_of(alice).values()) == before


@pytest.mark.django_db
@pytest.mark.parametrize("for_spreadsheet", [False, True], ids=["plain", "for a spreadsheet"])
@settings(max_examples=30)
@given(clients=st.lists(CLIENTS, max_size=5, unique_by=lambda client: client["email"].lower()), data=st.data())
def test_whatever_the_api_accepts_comes_back_unchanged(tmp_path_factory, for_spreadsheet, clients, data):
    source, target = Account.objects.create(), Account.objects.create()
    caller = Caller(member(source, f"{source.pk}@example.com", make_password(None)))
    for client in clients:
        response = caller.post("/clients/", client)
        assert response.status_code == 201, response.content
        if data.draw(st.booleans()):
            caller.delete(f"/clients/{response.json()['id']}")
    before = list(clients_of(caller).values())
    path = str(tmp_path_factory.mktemp("move") / "clients.csv")
    assert run("export_clients", account=source.pk, to=path, for_spreadsheet=for_spreadsheet).code == 0

    moved = run("import_clients", path, account=target.pk)
    again = run("import_clients", path, account=source.pk, on_duplicate="update")

    assert (moved.out, moved.err) == (summary(target, created=len(clients)), "")
    assert rows_of(target) == rows_of(source)
    assert (again.out, again.err) == (summary(source, skipped=len(clients)), "")
    assert list(clients_of(caller).values()) == before
