"""Imports that meet: of overlapping files, in opposite orders, on connections of their own.

What each must wait for is a row in the middle, so each has half of its rows when it waits: were they
taken in the order of the file, the two would wait for each other.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from clients.importing import (
    INVOICE_COLUMNS,
    Limits,
    Options,
    import_clients,
    import_invoices,
    read,
    rows_of_file,
    rows_of_list,
    write_clients,
    write_invoices,
)
from clients.importing.staging import Staging
from clients.models import Client, Import, Invoice
from clients.tests.imports import emails_of, send, upload
from clients.tests.races import PATIENCE, on_own_connection, race, wait_until_blocked

SIZE = 200
EMAILS = [f"client{number:03}@example.com" for number in range(SIZE)]
MIDDLE = EMAILS[SIZE // 2]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True, params=["at once", "step by step"])
def landing(request, monkeypatch):
    """Large files are written step by step; here those of these tests are."""
    if request.param == "step by step":
        monkeypatch.setattr(read, "BATCH", SIZE // 8)
        monkeypatch.setattr(write_clients, "CLIENTS_AT_ONCE", SIZE // 4)
        monkeypatch.setattr(write_invoices, "INVOICES_AT_ONCE", SIZE // 4)


def import_of(account, emails, name="Client", **options):
    """An import that, unlike the API's, is not tried again after a deadlock."""
    rows = [{"name": name, "email": email} for email in emails]
    return lambda: import_clients(account, rows_of_list(rows, Limits()), Options(Import.Source.API, **options))


def hold_new(account, email=MIDDLE):
    """Takes a new email, without committing it."""
    return lambda: Client.add(account_id=account.pk, name="Held", email=email)


def hold_client(account, email=MIDDLE):
    return lambda: Client.objects.for_account(account).select_for_update().get(email=email)


@pytest.mark.parametrize("on_duplicate", ["error", "skip", "update"])
def test_each_email_of_two_overlapping_imports_lands_once(alice, on_duplicate):
    one, two = race(
        hold_new(alice.account),
        import_of(alice.account, EMAILS, on_duplicate=on_duplicate),
        import_of(alice.account, EMAILS[::-1], on_duplicate=on_duplicate),
    )

    assert emails_of(alice) == EMAILS
    assert sorted([one.created, two.created]) == [0, SIZE]
    met = "error_count" if on_duplicate == "error" else "skipped"
    assert sorted([getattr(one, met), getattr(two, met)]) == [0, SIZE]


def test_two_updates_of_the_same_clients_both_end(alice):
    import_of(alice.account, EMAILS)()

    reports = race(
        hold_client(alice.account),
        import_of(alice.account, EMAILS, "One's", on_duplicate="update"),
        import_of(alice.account, EMAILS[::-1], "Two's", on_duplicate="update"),
    )

    assert [report.updated for report in reports] == [SIZE, SIZE]
    names = set(Client.objects.for_account(alice.account).values_list("name", flat=True))
    assert names in ({"One's"}, {"Two's"})


def test_two_atomic_imports_of_one_list_over_the_api_are_one_import(alice, bob):
    clients = [{"name": "Client", "email": email} for email in EMAILS]

    answers = race(
        hold_new(alice.account),
        lambda: send(alice, clients, atomic="true").status_code,
        lambda: send(bob, clients[::-1], atomic="true").status_code,
    )

    assert sorted(answers) == [200, 400]
    assert emails_of(alice) == EMAILS


def test_an_import_and_a_single_create_of_one_email_make_one_client(alice, bob):
    report, created = race(
        hold_new(alice.account),
        import_of(alice.account, EMAILS),
        lambda: bob.post("/clients/", {"name": "Client", "email": MIDDLE}).status_code,
    )

    assert emails_of(alice) == EMAILS
    assert (report.created, report.error_count, created) in [(SIZE, 0, 409), (SIZE - 1, 1, 201)]


def test_a_client_that_was_in_the_way_and_is_no_longer_is_no_duplicate(alice, monkeypatch, in_thread):
    """Its email changes after it has kept a row from landing, and before it is looked for."""
    there = Client.add(account_id=alice.account.pk, name="There", email=MIDDLE)
    keep_unlanded = Staging._keep_unlanded

    def find_nobody(*args, **kwargs):
        in_thread(lambda: there.edit(email="elsewhere@example.com")).result(PATIENCE)
        keep_unlanded(*args, **kwargs)

    monkeypatch.setattr(Staging, "_keep_unlanded", find_nobody)
    report = import_of(alice.account, EMAILS)()

    assert (report.created, report.error_count) == (SIZE, 0)
    assert emails_of(alice) == [*EMAILS, "elsewhere@example.com"]


def import_of_invoices(account, emails, prefix):
    lines = "".join(f"{email},{prefix}-{email},10.00,2024-02-01\n" for email in emails)
    file = io.BytesIO(f"client_email,invoice_number,amount,payment_date\n{lines}".encode())
    return lambda: import_invoices(account, rows_of_file(file, INVOICE_COLUMNS, Limits()), Options(Import.Source.API))


def totals_of(caller):
    return set(Client.objects.for_account(caller.account).values_list("total_invoiced", "total_paid"))


def test_two_imports_of_the_same_invoices_land_each_once(alice, acme):
    import_of(alice.account, EMAILS)()

    race(
        lambda: Invoice.issue(alice.account, acme.pk, invoice_number=f"A-{MIDDLE}", amount=Decimal(1)),
        import_of_invoices(alice.account, EMAILS, "A"),
        import_of_invoices(alice.account, EMAILS[::-1], "A"),
    )

    assert Invoice.objects.for_account(alice.account).count() == SIZE
    assert totals_of(alice) == {(Decimal(10), Decimal(10)), (Decimal(0), Decimal(0))}


def test_two_imports_of_invoices_to_the_same_clients_keep_the_totals_right(alice):
    import_of(alice.account, EMAILS)()

    race(
        hold_client(alice.account),
        import_of_invoices(alice.account, EMAILS, "A"),
        import_of_invoices(alice.account, EMAILS[::-1], "B"),
    )

    assert Invoice.objects.for_account(alice.account).count() == 2 * SIZE
    assert totals_of(alice) == {(Decimal(20), Decimal(20))}


def test_an_upload_that_was_given_up_in_a_deadlock_is_read_again(alice):
    import_of(alice.account, EMAILS)()
    first, *_, last = Client.objects.for_account(alice.account).order_by("id").values_list("email", flat=True)
    file = "name,email\n" + "".join(f"Again,{email}\n" for email in EMAILS)

    with ThreadPoolExecutor(1) as pool, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL deadlock_timeout = '1min'")  # the import looks sooner, and so it is given up
        hold_client(alice.account, last)()
        answer = pool.submit(on_own_connection, lambda: upload(alice, file, on_duplicate="update").json())
        wait_until_blocked(1)
        hold_client(alice.account, first)()  # now each waits for the other

    assert answer.result(PATIENCE)["updated"] == SIZE
