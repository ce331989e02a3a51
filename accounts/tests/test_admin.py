"""The back office as a whole: who gets in, what is there, and that nothing can be removed."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.backoffice.filters import RowFilter
from accounts.models import Account, FailedLogin, KeptAnswer, Look, RateWindow, ResetRequest, Session, User
from accounts.tenancy import TenantModel
from accounts.tests.backoffice import add_url, change_url, found, list_url, permit, said
from clients.models import AccountSum, Change, Client, ClientCount, ClientMonth, Import, ImportDraft, Invoice, Payment
from clients.tests.drafts import made_import
from conftest import PASSWORD

# No records: numbers that triggers keep for lists and statistics, what they record, which is shown where it happened,
# answers that may be asked for again, and files that wait.
NOT_THERE = {AccountSum, Change, ClientCount, ClientMonth, ImportDraft, KeptAnswer}
OURS = [
    model
    for app in ("accounts", "clients")
    for model in apps.get_app_config(app).get_models()
    if model not in NOT_THERE
]
MODELS = [*OURS, Group]
EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def make_rows(account, client, count=1, start=0):
    """`count` rows of every model."""
    for i in range(start, start + count):
        invoice = Invoice.issue(account, client.pk, invoice_number=f"INV-{i}", amount="100.00")
        invoice.pay(payment_method="card")
        user = User.objects.create(account=account, email=f"user{i}@example.com")
        Session.objects.create(account=account, user=user, expires_at=timezone.now())
        Client.add(account.pk, name=f"Client {i}", email=f"client{i}@example.com")
        Account.objects.create(name=f"Account {i}")
        FailedLogin.objects.create(key=bytes([i]))
        RateWindow.objects.create(caller=f"192.0.2.{i}", started_at=timezone.now(), requests=1)
        ResetRequest.objects.create(email=f"user{i}@example.com")
        Group.objects.create(name=f"Group {i}")
        made_import(account, created_by=user.pk)
        Look.objects.note(user, [account.pk], what="list", kind="client")


@pytest.fixture
def rows(alice, acme):
    make_rows(alice.account, acme)


def newest(model):
    return model.objects.order_by("-pk").first()


def test_every_model_of_ours_is_there():
    assert [model for model in OURS if not admin.site.is_registered(model)] == []


def test_it_is_called_duespark(boss):
    page = boss.get("/admin/").content.decode()

    assert "DueSpark" in page
    assert "Django administration" not in page


@pytest.mark.parametrize("page", ["/admin/", "/admin/password_change/", "/admin/password_change/done/"])
def test_the_menu_is_the_same_on_every_page(boss, page):
    menu = boss.get(page).content.decode()

    assert menu.count('<a href="/admin/password_change/">Change password</a>') == 1


@EVERY_MODEL
def test_nobody_is_asked_to_log_in(client, db, model):
    answer = client.get(list_url(model))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


@EVERY_MODEL
def test_a_customer_is_asked_to_log_in_as_somebody_else(client, alice, model):
    client.force_login(alice.user)

    assert client.get(list_url(model))["Location"].startswith("/admin/login/")


@EVERY_MODEL
def test_staff_without_permission_see_nothing(clerk, rows, model):
    row = newest(model)

    assert clerk.get(list_url(model)).status_code == 403
    assert clerk.get(change_url(row)).status_code == 403
    assert clerk.post(change_url(row), {}).status_code == 403
    assert clerk.get(add_url(model)).status_code == 403


@EVERY_MODEL
def test_no_row_can_be_deleted(boss, rows, model):
    row = newest(model)
    delete = change_url(row).replace("/change/", "/delete/")

    assert boss.get(delete).status_code == 403
    assert boss.post(delete, {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@EVERY_MODEL
def test_no_rows_can_be_deleted_in_bulk(boss, rows, model):
    before = model.objects.count()

    boss.post(list_url(model), {"action": "delete_selected", "_selected_action": newest(model).pk, "post": "yes"})

    assert model.objects.count() == before


@EVERY_MODEL
def test_a_deletion_is_not_offered(boss, rows, model):
    assert b"delete_selected" not in boss.get(list_url(model)).content
    assert b"deletelink" not in boss.get(change_url(newest(model))).content


@EVERY_MODEL
def test_a_row_opens_by_the_lists_link_and_by_its_id_as_it_is(boss, rows, model):
    row = newest(model)
    as_it_is = f"{list_url(model)}{row.pk}/change/"

    assert boss.get(change_url(row)).context["original"] == row
    assert boss.get(as_it_is).context["original"] == row


# The session and the user, each time; then what the list or the page shows.
LOGGED_IN = 2  # the session, and the user with her account
QUERIES = {
    # model: (the list, whose only page counts it, and the page of a row); of customers' rows also the look
    Account: (2, 2),
    User: (2, 5),  # account; the chosen groups, all groups
    Session: (2, 4),
    FailedLogin: (3, 1),  # the first and the last day, the days between
    Look: (2, 2),  # the staff to filter by
    RateWindow: (1, 1),
    ResetRequest: (1, 1),
    Client: (3, 6),  # the kept number; period, invoices, payments, history
    Invoice: (3, 4),  # whether all are many; payments, history
    Payment: (2, 3),
    Import: (3, 4),  # who imported; and the refused rows
    Group: (1, 3),
}


@EVERY_MODEL
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(
    boss, alice, acme, rows, model, django_assert_num_queries
):
    with django_assert_num_queries(LOGGED_IN + QUERIES[model][0]):
        boss.get(list_url(model))
    make_rows(alice.account, acme, count=5, start=1)

    with django_assert_num_queries(LOGGED_IN + QUERIES[model][0]):
        assert len(found(boss.get(list_url(model)))) > 5


@EVERY_MODEL
def test_a_page_takes_as_many_queries_for_many_related_rows_as_for_one(
    boss, alice, acme, rows, model, django_assert_num_queries
):
    row = acme if model is Client else newest(model)
    ContentType.objects.get_for_model(model)  # which a process looks up once
    with django_assert_num_queries(LOGGED_IN + QUERIES[model][1]):
        boss.get(change_url(row))
    make_rows(alice.account, acme, count=5, start=1)

    with django_assert_num_queries(LOGGED_IN + QUERIES[model][1]):
        boss.get(change_url(row))


@EVERY_MODEL
def test_a_list_is_in_the_order_of_an_index(model):
    fields = {field.name for field in model._meta.fields if field.unique} | {"pk"}

    assert [name for name in admin.site.get_model_admin(model).ordering if name.lstrip("-") not in fields] == []


@pytest.mark.parametrize("model", [m for m in OURS if issubclass(m, TenantModel)], ids=lambda model: model.__name__)
def test_a_tenants_rows_are_filtered_by_account(boss, alice, charlie, rows, model):
    Invoice.issue(charlie.account, Client.add(charlie.account.pk, name="C", email="c@c.example").pk,
                  invoice_number="INV-C", amount="1.00").pay()  # fmt: skip
    Look.objects.note(boss.user, [charlie.account.pk], what="list", kind="client")
    made_import(charlie.account)

    theirs = found(boss.get(list_url(model, account=charlie.account.pk)))

    assert theirs
    assert {row.account_id for row in theirs} == {charlie.account.pk}


@pytest.mark.parametrize(("model", "name"), [(Account, "state"), (User, "state"), (Session, "state"), (Look, "staff")])
def test_a_choice_that_there_is_not_is_as_good_as_none(boss, alice, charlie, model, name):
    boss.get(list_url(Account))

    rows = len(found(boss.get(list_url(model, **{name: "nonsense"}))))

    assert rows == model.objects.count() > 1


@pytest.mark.parametrize("value", ["nonsense", "client_01h455vb4pex5vsknk084sn02q"])
def test_a_filter_by_an_id_that_is_none_is_refused_kindly(boss, value):
    answer = boss.get(list_url(Client, account=value), follow=True)

    assert answer.status_code == 200
    assert answer.request["QUERY_STRING"] == "e=1"


def test_a_filter_by_an_unknown_id_finds_nothing(boss, acme):
    assert found(boss.get(list_url(Client, account="account_01h455vb4pex5vsknk084sn02q"))) == []


def test_a_filter_shows_what_it_is_set_to(boss, alice):
    page = boss.get(list_url(User, account=alice.account.pk)).content.decode()

    assert f'<option value="{alice.account.pk}" selected>Alice &amp; Co · {alice.account.pk}</option>' in page


def test_a_filter_of_rows_that_one_may_not_see_is_not_there(clerk, acme):
    permit(clerk, "view_client")

    filters = clerk.get(list_url(Client)).context["cl"].filter_specs

    assert not any(isinstance(spec, RowFilter) for spec in filters)


def test_a_filter_of_rows_that_one_may_not_see_holds_without_a_name(clerk, alice, acme, strangers_client):
    permit(clerk, "view_client")

    page = clerk.get(list_url(Client, account=alice.account.pk, q="a"))

    assert found(page) == [acme]
    [spec] = [spec for spec in page.context["cl"].filter_specs if isinstance(spec, RowFilter)]
    assert spec.without() == "?q=a"
    assert "One account alone, which is not yours to look at." in page.content.decode()
    assert b"<option" not in page.content.partition(b'data-filter-title="account"')[2].partition(b"</details>")[0]


def test_a_choice_of_many_is_sent_by_a_form_with_all_else_that_is_asked_for(boss, alice, acme):
    page = boss.get(list_url(Client, country="US", q="acme", p=1))

    assert found(page) == [acme]
    [form] = re.findall(r'<form method="get" class="filter-form">(?:(?!</form>).)*<select name="country".*?</form>',
                        page.content.decode(), re.DOTALL)  # fmt: skip
    assert '<option value="US" selected>' in form
    assert re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', form) == [("q", "acme")]
    assert found(boss.get(list_url(Client, country="", q="acme"))) == [acme]


@EVERY_MODEL
def test_an_action_on_an_id_that_is_none_is_refused_kindly(boss, rows, model):
    verbs = admin.site.get_model_admin(model).verbs
    for verb in verbs:
        answer = boss.post(list_url(model), {"action": verb.name, "_selected_action": "nonsense"}, follow=True)

        assert said(answer) == ["There is no such row."]


def autocomplete(browser, model, field, term):
    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    return browser.get("/admin/autocomplete/", {**query, "term": term}).json()["results"]


@pytest.mark.parametrize("term", ["alice &", "{id}", " {id} ", "ALICE@example"])
def test_an_account_is_chosen_by_name_id_or_user(boss, alice, charlie, term):
    account = alice.account

    results = autocomplete(boss, Client, "account", term.format(id=account.pk))

    assert results == [{"id": account.pk, "text": f"Alice & Co · {account.pk}"}]


# Logging in


def log_in(browser, password, email="boss@duespark.example"):
    return browser.post("/admin/login/", {"username": email, "password": password, "next": "/admin/"})


def test_one_logs_in_by_email_in_any_case(client, boss):
    assert log_in(client, PASSWORD, "BOSS@duespark.example")["Location"] == "/admin/"


def test_wrong_passwords_lock_the_back_office_too(client, boss):
    for _ in range(10):
        log_in(client, "wrong")

    answer = log_in(client, PASSWORD)

    assert answer.context["form"].non_field_errors() == ["Too many failed logins. Please try again later."]


def test_wrong_passwords_at_the_api_count_in_the_back_office(client, nobody, boss):
    for _ in range(10):
        nobody.post("/auth/login", {"email": "boss@duespark.example", "password": "wrong"})

    assert log_in(client, PASSWORD).status_code == 429


def test_a_good_login_forgets_the_wrong_ones(client, boss):
    for _ in range(3):
        for _ in range(9):
            log_in(client, "wrong")

        assert log_in(client, PASSWORD).status_code == 302


def test_staff_of_a_closed_account_are_out_at_once(boss):
    boss.user.account.close()

    assert boss.get("/admin/").status_code == 302
