"""Who of the staff has looked at what of a customer's data."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, FailedLogin, Look, User
from accounts.tests.backoffice import asked, change_url, errors, found, history_url, list_url, password_url, permit
from clients.models import Client, Invoice


def looks(**chosen):
    return [(look.what, look.kind, look.row, look.asked) for look in Look.objects.filter(**chosen).order_by("pk")]


@pytest.fixture
def rows(alice, acme):
    invoice = Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount="10.00")
    payment = invoice.pay()
    return {"account": alice.account, "user": alice.user, "session": alice.session, "client": acme,
            "invoice": invoice, "payment": payment}  # fmt: skip


@pytest.mark.parametrize("kind", ["account", "user", "session", "client", "invoice", "payment"])
def test_opening_a_page_is_a_look_at_its_row(boss, rows, kind):
    row = rows[kind]

    boss.get(change_url(row), REMOTE_ADDR="192.0.2.7")

    [look] = Look.objects.all()
    assert (look.account, look.what, look.kind, look.row) == (rows["account"], "page", kind, row.pk)
    assert (look.staff, look.email, look.address) == (boss.user.pk, "boss@duespark.example", "192.0.2.7")


def test_a_search_is_a_look_at_the_accounts_of_what_it_found(boss, alice, charlie, acme, strangers_client):
    boss.get(list_url(Client, q="acme", is_active__exact=1))

    assert looks(account=alice.account) == [("list", "client", None, "q=acme&is_active__exact=1")]
    assert looks(account=charlie.account) == []


def test_a_list_is_one_statement_however_many_accounts_it_shows(boss, acme, strangers_client):
    with CaptureQueriesContext(connection) as queries:
        boss.get(list_url(Client))

    assert len([query for query in queries if "accounts_look" in query["sql"]]) == 1
    assert Look.objects.count() == 2


def test_a_search_that_found_nothing_is_no_look(boss, acme):
    boss.get(list_url(Client, q="nobody"))

    assert looks() == []


def test_choosing_in_a_form_is_a_look_too(boss, acme):
    query = {"app_label": "clients", "model_name": "invoice", "field_name": "client", "term": "acme"}
    boss.get("/admin/autocomplete/", query)

    [(what, kind, row, asked)] = looks()
    assert (what, kind, row) == ("choice", "client", None)
    assert "term=acme" in asked


def test_the_history_is_a_look(boss, alice):
    boss.get(history_url(alice.account))

    assert looks() == [("history", "account", alice.account.pk, "")]


def test_a_list_that_is_sent_a_form_is_a_look_too(boss, alice, acme):
    assert found(boss.post(list_url(Client), {"some": "thing"})) == [acme]

    assert looks() == [("list", "client", None, "")]


@pytest.mark.parametrize("kind", ["account", "client"])
def test_a_history_that_is_sent_a_form_is_a_look_too(boss, rows, kind):
    assert boss.post(history_url(rows[kind])).status_code == 200

    assert looks() == [("history", kind, rows[kind].pk, "")]


@pytest.mark.parametrize("kind", ["account", "client"])
def test_a_page_that_is_shown_again_with_errors_is_a_look_too(boss, rows, kind):
    answer = boss.post(change_url(rows[kind]), {"currency": "?", "email": "?"})

    assert errors(answer)
    assert looks() == [("page", kind, rows[kind].pk, "")]


def test_a_password_that_is_refused_is_a_look_too(boss, alice):
    assert boss.post(password_url(alice.user), {"password1": "short"}).status_code == 200

    assert looks() == [("page", "user", alice.user.pk, "")]


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "NONSENSE"])
@pytest.mark.parametrize("kind", ["account", "client"])
def test_pages_answer_no_other_methods(boss, rows, kind, method):
    for address in (list_url(type(rows[kind])), change_url(rows[kind])):
        assert boss.generic(method, address).status_code == 405

    assert looks() == []


def test_what_is_refused_is_no_look(clerk, acme):
    assert clerk.get(change_url(acme)).status_code == 403

    assert looks() == []


def test_a_question_that_names_rows_is_a_look_at_their_accounts(boss, alice, charlie, acme, strangers_client):
    asked(boss, "deactivate", acme, strangers_client)

    assert looks(account=alice.account) == looks(account=charlie.account) == [("list", "client", None, "")]


def test_doing_something_is_no_look(boss, alice):
    boss.post(list_url(Account), {"action": "close", "_selected_action": alice.account.pk, "_confirmed": "yes"})

    assert looks() == []


def test_what_is_no_customers_is_no_look(boss):
    FailedLogin.objects.create(key=b"x")

    boss.get(list_url(FailedLogin))
    boss.get(list_url(Look))

    assert looks() == []


def test_a_very_long_search_hides_no_filter(boss, acme):
    boss.get(list_url(Client, is_active__in=",".join("1" * 1000), q="Corporation" + " " * 2000, is_active__exact=1))

    [(*_, asked)] = looks()
    assert asked.startswith("q=Corporation")
    assert asked.endswith("is_active__exact=1")
    assert len(asked) <= Look.MAX_ASKED


def test_what_is_asked_for_stands_first_and_no_page_or_order_before_it(boss, acme):
    boss.get(f"/admin/clients/client/?o={'9' * 600}&p=1&q=acme")

    assert looks() == [("list", "client", None, "q=acme")]


# The log


@pytest.fixture
def logged(boss, clerk, alice, charlie, acme, strangers_client):
    """What boss and clerk have looked at."""
    permit(clerk, "view_client")
    boss.get(change_url(acme))
    clerk.get(change_url(strangers_client))
    return Look.objects


def test_a_row_leads_to_who_looked_at_it(boss, logged, acme):
    address = boss.get(change_url(acme)).context["who_looked"]

    assert {look.row for look in found(boss.get(address))} == {acme.pk}


def test_who_may_not_see_the_looks_is_not_led_there(clerk, logged, acme):
    assert clerk.get(change_url(acme)).context["who_looked"] == ""
    assert clerk.get(list_url(Look)).status_code == 403


def test_the_looks_of_one_of_the_staff_and_at_one_account(boss, clerk, logged, charlie):
    assert [look.email for look in found(boss.get(list_url(Look, staff=clerk.user.pk)))] == ["clerk@duespark.example"]
    assert [look.account for look in found(boss.get(list_url(Look, account=charlie.account.pk)))] == [charlie.account]


@pytest.mark.parametrize("q", ["clerk@", "{row}", "{account}"])
def test_a_look_is_found_by_staff_row_or_account(boss, logged, strangers_client, q):
    q = q.format(row=strangers_client.pk, account=strangers_client.account_id)

    assert [look.row for look in found(boss.get(list_url(Look, q=q)))] == [strangers_client.pk]


def test_a_look_leads_to_what_was_looked_at(boss, logged, acme):
    assert change_url(acme) in boss.get(list_url(Look)).content.decode()


@pytest.mark.parametrize(
    "change", [lambda looks: looks.update(email="nobody@example.com"), lambda looks: looks.all()._raw_delete("default")]
)
def test_it_is_append_only(logged, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(logged)

    assert logged.count() == 2


def test_the_log_is_only_read(boss, logged):
    look = logged.first()

    assert boss.post(change_url(look), {"email": "nobody@example.com"}).status_code == 403
    assert boss.get(change_url(look).replace("/change/", "/delete/")).status_code == 403


def test_a_look_outlives_the_staff_member(boss, clerk, logged):
    User.objects.filter(pk=clerk.user.pk).delete()

    assert [look.staff for look in logged.filter(email="clerk@duespark.example")] == [clerk.user.pk]


@pytest.mark.parametrize("query", ["row", "q"])
def test_the_looks_at_a_row_are_found_by_an_index(boss, logged, acme, query):
    seen = {"account_id": acme.account_id, "what": Look.What.PAGE, "kind": "client", "looked_at": timezone.now()}
    Look.objects.bulk_create(Look(**seen, staff="user", email="a@b.example", row=str(row)) for row in range(1_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_look")

    looks = boss.get(list_url(Look, **{query: acme.pk})).context["cl"].queryset

    assert "look_by_row" in looks.explain()


def test_a_look_is_called_by_what_was_seen(boss, logged, acme):
    look = logged.get(row=acme.pk)

    assert boss.get(change_url(look)).context["title"] == f"Page of {acme.pk}"


def test_a_look_at_many_is_called_by_what_they_were(boss, acme):
    boss.get(list_url(Client))

    assert boss.get(change_url(Look.objects.get())).context["title"] == "List of clients"


def test_what_nobody_does_anything_to_has_no_history_to_offer(boss, logged, alice):
    look, session = logged.first(), alice.session

    assert history_url(look) not in boss.get(change_url(look)).content.decode()
    assert history_url(session) in boss.get(change_url(session)).content.decode()
