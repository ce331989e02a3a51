"""Addresses of the back office that somebody has mended by hand, or made up: refused kindly, whatever they say."""

import pytest
from django.db import transaction

AUTOCOMPLETE = "/admin/autocomplete/?app_label=clients&model_name={}&field_name={}&term={}"
NO_FILTERS = [
    "accounts/look/?what__exact=%00",
    "accounts/look/?row=%00",
    "clients/import/?kind__exact=%00",
    "clients/client/?name=%00",
    "clients/client/?name__regex=(",
    "clients/client/?total_paid__gt=1e999999",
    "clients/client/?account=%00",
    "accounts/failedlogin/?failed_at__year=9999",
    "accounts/failedlogin/?failed_at__year=2026&failed_at__month=99",
]
NO_ROWS = [
    "accounts/ratewindow/%00/change/",
    "accounts/ratewindow/%00/history/",
    "accounts/failedlogin/99999999999999999999/change/",
    "clients/client/%00/change/",
    "auth/group/%00/change/",
]
NO_CHOICES = [
    AUTOCOMPLETE.format("invoice", "client", "%00"),
    AUTOCOMPLETE.format("payment", "invoice", "%00"),
    AUTOCOMPLETE.format("payment", "invoice", "a&account=garbage"),
    AUTOCOMPLETE.format("payment", "invoice", "a&account=%00"),
]
NO_SEARCHES = [f"{of}/?q=%00" for of in ("clients/client", "clients/invoice", "accounts/ratewindow")]


@pytest.fixture
def answer(boss, acme):
    """To an address in it, without what the database then refuses to go on with."""

    def ask(address):
        with transaction.atomic():
            answer = boss.get(address)
            transaction.set_rollback(True)
        return answer

    return ask


@pytest.mark.parametrize("address", NO_FILTERS)
def test_a_filter_that_is_none_leads_to_the_page_that_says_so(answer, address):
    shown = answer(f"/admin/{address}")

    assert (shown.status_code, shown.get("Location")) == (302, f"/admin/{address.partition('?')[0]}?e=1")


@pytest.mark.parametrize("address", NO_ROWS)
def test_an_id_that_is_none_leads_to_the_first_page(answer, address):
    shown = answer(f"/admin/{address}")

    assert (shown.status_code, shown.get("Location")) in ((302, "/admin/"), (404, None))


@pytest.mark.parametrize("address", NO_CHOICES)
def test_a_choice_by_what_is_none_is_empty(answer, address):
    assert answer(address).json()["results"] == []


@pytest.mark.parametrize("address", NO_SEARCHES)
def test_a_search_for_what_no_text_has_is_answered(answer, address):
    assert answer(f"/admin/{address}").status_code == 200
