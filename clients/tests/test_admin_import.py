"""A previewed file goes in, once, by whoever confirms it; and what the page says of it then."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils import timezone

from accounts.tests.backoffice import add_url, change_url, list_url, said
from clients.admin.import_views import DISCARDED, DONE_BEFORE, GONE, STALE
from clients.drafts import ACCOUNT_CLOSED
from clients.models import Client, Import, ImportDraft, Invoice
from clients.models.drafts import AT_WORK
from clients.tests.drafts import STEPS, confirm, counts, preview_again, sent, taken, upload
from clients.tests.imports import emails_of
from clients.tests.ledger import run
from clients.tests.races import PATIENCE, race, wait_until_blocked
from clients.tests.recorded import changes
from conftest import logged_in


def refused_rows(browser, page):
    """The refused rows as they are downloaded."""
    answer = browser.get(page.context["urls"]["rejected"])
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return answer.getvalue().decode("utf-8-sig")


# It goes in


def test_what_was_previewed_is_imported(boss, alice, acme):
    page = confirm(boss, upload(boss, alice.account))

    assert counts(page) == (1, 0, 0, 2)
    assert emails_of(alice) == ["billing@acme.com", "new@example.com"]
    assert page.context["original"] == Import.objects.get()
    assert page.context["before"] is False


def test_the_record_says_who_and_how(boss, alice, acme):
    confirm(boss, upload(boss, alice.account, name="March.csv", on_duplicate="update"))

    record = Import.objects.get()
    assert (record.source, record.file_name, record.created_by) == ("back_office", "March.csv", boss.user.pk)
    assert (record.on_duplicate, record.atomic, record.updated) == ("update", False, 1)


def test_the_history_names_the_staff(boss, alice, acme):
    confirm(boss, upload(boss, alice.account, "name,email\nRenamed,billing@acme.com\nN,n@n.example\n",
                         on_duplicate="update"))  # fmt: skip

    assert changes(acme) == [(boss.user.pk, {"name": "Acme Corporation"}, {"name": "Renamed"})]
    assert Client.objects.get(name="N").created_by == boss.user.pk
    assert LogEntry.objects.get().user == boss.user


def test_it_goes_in_as_it_was_asked_for(boss, alice):
    page = preview_again(boss, upload(boss, alice.account, "Nom;Fax\nZoé;zoe@example.com\n"),
                         **{"column-0": "name", "column-1": "email"})  # fmt: skip
    confirm(boss, page)

    assert emails_of(alice) == ["zoe@example.com"]


def test_invoices_go_in_the_same_way(boss, alice, acme):
    content = "Email,Number,Total,Paid\nbilling@acme.com,1,5.00,2\n"
    page = confirm(boss, upload(boss, alice.account, content, kind="invoices"))

    assert counts(page) == (1, 0, 0)
    assert Invoice.objects.get().amount_paid == 2


# Refused rows


def test_refused_rows_come_back_with_their_reasons(boss, alice, acme):
    page = confirm(boss, upload(boss, alice.account))

    assert refused_rows(boss, page).splitlines() == [
        "Company,E-mail,Fax,reason",
        "Acme,billing@acme.com,1,Duplicate client: a client with this email already exists",
        "Bad,bad,3,Validation error: email: Must be a valid email address.",
    ]


def test_mended_they_go_in(boss, alice, acme):
    content = refused_rows(boss, confirm(boss, upload(boss, alice.account)))
    mended = content.replace("billing@acme.com", "office@acme.com").replace(",bad,", ",good@example.com,")
    page = confirm(boss, upload(boss, alice.account, mended))

    assert counts(page) == (2, 0, 0, 0)
    assert "What was refused" not in page.content.decode()


def test_a_formula_in_them_is_not_run_and_is_read_back_as_it_was(boss, alice):
    content = "name,email,notes\n=cmd(),bad,'=marked\n"
    rows = refused_rows(boss, confirm(boss, upload(boss, alice.account, f"{content}N,n@n.example,\n")))
    assert "'=cmd(),bad,'=marked" in rows

    confirm(boss, upload(boss, alice.account, rows.replace(",bad,", ",good@example.com,")))
    assert Client.objects.values_list("name", "notes").get(email="good@example.com") == ("=cmd()", "=marked")


def test_they_can_be_had_before_anything_is_imported(boss, alice):
    assert "Bad,bad,3," in refused_rows(boss, upload(boss, alice.account))
    assert not Client.objects.exists()


def test_without_refused_rows_there_are_none_to_have(boss, alice):
    page = upload(boss, alice.account, "name,email\nN,n@n.example\n")

    assert boss.get(page.context["urls"]["rejected"])["Location"] == page.context["urls"]["draft_page"]


def test_somebody_elses_refused_rows_are_said_to_be_elsewhere(boss, colleague, alice, acme):
    confirm(boss, upload(boss, alice.account))
    page = colleague.get(change_url(Import.objects.get()))

    assert counts(page) == (1, 0, 0, 2)
    assert "The refused rows are not here" in page.content.decode()
    assert "Validation error" not in page.content.decode()


# Once


def test_a_second_click_imports_nothing_and_says_what_came_of_the_first(boss, alice):
    page = upload(boss, alice.account)
    confirm(boss, page)
    again = confirm(boss, page)

    assert said(again) == [DONE_BEFORE]
    assert counts(again) == (2, 0, 0, 1)
    assert Import.objects.count() == 1


@pytest.mark.parametrize("step", ["draft_page", "discard"])
def test_whatever_is_done_to_an_imported_draft_leads_to_its_result(boss, alice, step):
    page = upload(boss, alice.account)
    confirm(boss, page)

    for answer in (boss.get(page.context["urls"][step], follow=True),
                   boss.post(page.context["urls"][step], sent(page), follow=True)):  # fmt: skip
        assert answer.context["original"] == Import.objects.get()


@pytest.mark.django_db(transaction=True)
def test_clicks_that_meet_import_once(boss, alice):
    page = upload(boss, alice.account)

    def click():
        return confirm(logged_in(boss.user), page)

    answers = race(lambda: run("SELECT FROM clients_importdraft FOR UPDATE"), click, click)

    assert [answer.request["PATH_INFO"] for answer in answers] == [change_url(Import.objects.get())] * 2
    assert sorted(DONE_BEFORE in answer.content.decode() for answer in answers) == [False, True]
    assert Client.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_preview_that_meets_the_import_undoes_nothing_of_it(boss, alice):
    page = upload(boss, alice.account)

    def click():
        return confirm(logged_in(boss.user), page)

    def look():
        return preview_again(logged_in(boss.user), page)

    race(lambda: run("SELECT FROM clients_importdraft FOR UPDATE"), click, look)

    assert Client.objects.count() == 2
    assert ImportDraft.objects.get().result == Import.objects.get()
    assert ImportDraft.objects.get().content is None


@pytest.mark.django_db(transaction=True)
def test_what_is_being_imported_is_not_discarded_and_nobody_waits(boss, in_thread, alice):
    page = upload(boss, alice.account)

    with transaction.atomic():
        run("SELECT FROM clients_importdraft FOR NO KEY UPDATE")
        answer = in_thread(lambda: boss.post(page.context["urls"]["discard"], follow=True)).result(PATIENCE)

    assert said(answer) == [AT_WORK]
    assert counts(answer) == (2, 0, 0, 1)
    assert ImportDraft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_has_just_been_discarded_is_not_imported(boss, in_thread, alice):
    page = upload(boss, alice.account)

    with transaction.atomic():
        assert ImportDraft.objects.get().discard()
        confirmed = in_thread(confirm, boss, page)
        wait_until_blocked()

    assert said(confirmed.result(PATIENCE)) == [GONE]
    assert not Import.objects.exists()


# What has changed meanwhile


def test_what_was_not_previewed_is_previewed_first(boss, alice):
    page = confirm(boss, upload(boss, alice.account), **{"column-2": "phone"})

    assert said(page) == [STALE]
    assert taken(page)["Fax"] == "phone"
    assert not Import.objects.exists()


def test_of_two_tabs_the_one_that_was_overtaken_imports_nothing_unseen(boss, alice, acme):
    one = other = upload(boss, alice.account)
    preview_again(boss, other, on_duplicate="update")
    page = confirm(boss, one)

    assert said(page) == [STALE]
    assert counts(page) == (1, 0, 0, 2)
    assert not Import.objects.exists()


def test_what_cannot_be_imported_is_not(boss, alice):
    page = upload(boss, alice.account, "Nom\nZoé\n")

    assert said(confirm(boss, page)) == [STALE]
    assert not Import.objects.exists()


def test_a_client_made_meanwhile_is_told_of(boss, alice):
    page = upload(boss, alice.account)
    Client.add(alice.account.pk, name="Faster", email="new@example.com")
    result = confirm(boss, page)

    assert counts(result) == (1, 0, 0, 2)
    assert "which said: 2 created, 0 updated, 0 skipped, 1 refused." in result.content.decode()


def test_an_account_that_was_closed_meanwhile_is_left_alone(boss, alice):
    page = upload(boss, alice.account)
    alice.account.close()
    page = confirm(boss, page)

    assert said(page) == [ACCOUNT_CLOSED]
    assert counts(page) == (2, 0, 0, 1)
    assert not Client.objects.exists()


# How long a file waits


def test_the_file_goes_once_it_is_imported(boss, alice):
    confirm(boss, upload(boss, alice.account))

    assert ImportDraft.objects.get().content is None


@pytest.mark.parametrize("step", STEPS)
def test_after_a_day_the_file_is_not_there_any_more(boss, alice, step):
    page = upload(boss, alice.account)
    ImportDraft.objects.update(kept_until=timezone.now())
    answer = boss.post(page.context["urls"][step], sent(page), follow=True)

    assert said(answer) == [GONE]
    assert answer.request["PATH_INFO"] == add_url(Import)
    assert not Client.objects.exists()


def test_it_waits_for_a_day(boss, alice):
    upload(boss, alice.account)

    left = ImportDraft.objects.get().kept_until - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)


def test_the_next_upload_of_whoever_sweeps_what_is_past(boss, colleague, alice, charlie):
    upload(boss, alice.account)
    ImportDraft.objects.update(kept_until=timezone.now())
    waiting = upload(boss, alice.account).context["draft"]
    upload(colleague, charlie.account)

    assert ImportDraft.objects.count() == 2
    assert ImportDraft.objects.filter(pk=waiting.pk).exists()


def test_a_file_may_be_discarded_at_once(boss, alice):
    page = upload(boss, alice.account)
    answer = boss.post(page.context["urls"]["discard"], follow=True)

    assert said(answer) == [DISCARDED]
    assert not ImportDraft.objects.exists()


@pytest.mark.parametrize("step", ["confirm", "discard"])
def test_an_address_alone_does_nothing(boss, alice, step):
    page = upload(boss, alice.account)

    assert counts(boss.get(page.context["urls"][step], follow=True)) == (2, 0, 0, 1)
    assert ImportDraft.objects.exists()
    assert not Client.objects.exists()


@pytest.mark.parametrize("name", ["nonsense", "draft_01h455vb4pex5vsknk084sn02q"])
def test_a_draft_that_is_none_leads_back_to_the_form(boss, name):
    assert said(boss.get(f"{list_url(Import)}draft/{name}/", follow=True)) == [GONE]
