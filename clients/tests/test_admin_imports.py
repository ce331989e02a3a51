"""The list of imports in the back office, and who may see it and add to it."""

import pytest

from accounts.models import User
from accounts.tests.backoffice import add_url, change_url, found, list_url, permit, said
from clients.admin.import_views import GONE
from clients.models import Client, Import, ImportDraft, Invoice
from clients.tests.drafts import FILE, STEPS, confirm, counts, made_import, sent, upload
from clients.tests.imports import upload_form

# Who may


@pytest.mark.parametrize("step", STEPS)
def test_a_draft_is_the_affair_of_who_uploaded_it(boss, colleague, alice, step):
    page = upload(boss, alice.account)

    for call in (colleague.get, colleague.post):
        assert said(call(page.context["urls"][step], follow=True)) == [GONE]
    assert ImportDraft.objects.exists()
    assert not Client.objects.exists()


def test_who_may_not_import_is_refused_at_each_step(boss, clerk, alice):
    permit(clerk, "view_import", "view_client", "add_client", "change_client")
    page = upload(boss, alice.account)
    ImportDraft.objects.update(created_by=clerk.user.pk)

    for address in (add_url(Import), *page.context["urls"].values()):
        assert clerk.get(address).status_code == 403
        assert clerk.post(address, sent(page)).status_code == 403
    assert upload(clerk, alice.account).status_code == 403
    large = {"content_type": "multipart/form-data; boundary=edge", "CONTENT_LENGTH": "60000000"}
    assert clerk.generic("POST", add_url(Import), b"", **large).status_code == 403
    assert not Client.objects.exists()


def test_who_may_import_needs_no_other_permission(clerk, alice):
    permit(clerk, "add_import")
    page = confirm(clerk, upload(clerk, alice.account))

    assert counts(page) == (2, 0, 0, 1)
    assert found(clerk.get(list_url(Import))) == [Import.objects.get()]


def test_who_may_only_look_sees_imports_and_no_way_in(clerk, alice):
    permit(clerk, "view_import", "view_client", "add_client")
    upload_form(alice, FILE.encode())
    for address in (list_url(Import), list_url(Client), change_url(Import.objects.get())):
        page = clerk.get(address)
        assert page.status_code == 200
        assert "import/add/" not in page.content.decode()


def test_who_may_import_finds_the_way_in(clerk, alice):
    permit(clerk, "add_import", "view_client", "add_client", "view_invoice", "add_invoice", "view_account")
    for model, kind in ((Client, "clients"), (Invoice, "invoices")):
        page = clerk.get(list_url(model, account=alice.account.pk)).content.decode()
        assert f"import/add/?kind={kind}&amp;account={alice.account.pk}" in page


@pytest.mark.parametrize("step", STEPS)
def test_nobody_is_asked_to_log_in_first(boss, client, alice, step):
    page = upload(boss, alice.account)

    for address in (page.context["urls"][step], add_url(Import)):
        assert client.get(address)["Location"].startswith("/admin/login/")
        assert client.post(address)["Location"].startswith("/admin/login/")


# What it costs


def test_the_pages_ask_the_database_little(boss, alice, django_assert_num_queries):
    page = upload(boss, alice.account)
    logged_in = 2  # the session, and the user with her account
    with django_assert_num_queries(logged_in):
        boss.get(add_url(Import))
    with django_assert_num_queries(logged_in + 2):  # the draft, without its file; that somebody has looked
        boss.get(page.context["urls"]["draft_page"])
    with django_assert_num_queries(logged_in + 3):  # and the refused rows
        boss.get(page.context["urls"]["rejected"])


def test_a_file_that_waits_is_not_read_for_its_page(boss, alice, queries):
    page = upload(boss, alice.account)
    said = queries(boss.get, page.context["urls"]["draft_page"])

    assert [sql for sql in said if '"clients_importdraft"."id"' in sql]
    assert not [sql for sql in said if '"content"' in sql or '"rejected"' in sql]


# The list


def test_the_list_names_who_imported_by_what_way(boss, alice, bob):
    upload_form(bob, FILE.encode())
    confirm(boss, upload(boss, alice.account, on_duplicate="skip"))
    User.objects.filter(pk=boss.user.pk).update(full_name="Bea Boss")

    page = boss.get(list_url(Import))
    assert [row.by for row in found(page)] == ["Bea Boss (DueSpark)", "Bob Baker"]
    assert "Back office" in page.content.decode()


@pytest.mark.parametrize("filters", [{"source": "api"}, {"kind": "clients"}, {"q": "clients.csv"}, {"q": "{id}"}])
def test_an_import_is_found(boss, alice, filters):
    upload_form(alice, FILE.encode())
    filters = {name: value.format(id=Import.objects.get().pk) for name, value in filters.items()}

    assert found(boss.get(list_url(Import, **filters))) == [Import.objects.get()]
    assert found(boss.get(list_url(Import, **filters, source__exact="command"))) == []


def test_large_counts_can_be_read(boss, alice):
    made_import(alice.account, created=1_234_567)

    assert "1,234,567" in boss.get(list_url(Import)).content.decode()


def test_before_the_first_the_list_says_so(boss, db):
    assert "No imports here yet." in boss.get(list_url(Import)).content.decode()


def test_an_import_stays_as_it_is(boss, alice):
    upload_form(alice, FILE.encode())
    record = Import.objects.get()

    assert boss.post(change_url(record), {"created": 99}).status_code == 403
    assert boss.get(change_url(record).replace("/change/", "/delete/")).status_code == 403
