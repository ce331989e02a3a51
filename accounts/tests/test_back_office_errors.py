"""What staff are told when something is not for them, is not there, or goes wrong."""

import pytest
from django.contrib import admin
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from accounts.tests.backoffice import list_url, permit
from accounts.tests.test_back_office_menu import menu


def test_what_is_not_for_one_says_so_and_keeps_the_menu(clerk):
    permit(clerk, "view_account")

    answer = clerk.get(list_url(User))

    assert answer.status_code == 403
    assert b"<h1>You may not do this</h1>" in answer.content
    assert list(menu(answer)) == ["Home", "Accounts"]


def test_what_is_not_there_says_so_and_keeps_the_menu(boss):
    answer = boss.get("/admin/nowhere/")

    assert answer.status_code == 404
    assert b"<h1>There is nothing here</h1>" in answer.content
    assert "Clients" in menu(answer)


def test_a_form_that_comes_too_late_says_so(staff):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff)

    answer = browser.post(list_url(User), {"action": "deactivate"})

    assert answer.status_code == 403
    assert b"<h1>This form is no longer good</h1>" in answer.content


def test_a_form_that_is_too_large_is_answered_by_a_page(boss):
    answer = boss.post(list_url(User), {"action": "x" * 1_000_001})

    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (413, "text/html")
    assert b"<h1>This could not be read</h1>" in answer.content


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [(ValueError, 500, "Something went wrong"), (OperationalError, 503, "Away for a moment")],
)
def test_what_goes_wrong_is_answered_by_a_page(boss, monkeypatch, caplog, error, status, said):
    def fail(*args, **kwargs):
        raise error("as it happens")

    monkeypatch.setattr(admin.site.get_model_admin(User), "get_queryset", fail)

    answer = boss.get(list_url(User))

    assert answer.status_code == status
    assert f"<h1>{said}</h1>" in answer.content.decode()


@pytest.mark.parametrize("path", ["/admin/accounts/user/", "/admin/nowhere/"])
def test_an_error_page_has_nothing_inline(clerk, path):
    page = clerk.get(path).content.decode()

    assert "<script>" not in page
    assert not any(f" {inline}=" in page for inline in ("style", "onclick"))
