"""Two of the staff edit the same row: the second is told what the first has made of it, and overwrites nothing."""

import pytest

from accounts.tests.backoffice import change_url, errors, typed
from clients.models import Client


def saved_meanwhile(client, **changes):
    Client.objects.get(pk=client.pk).edit(**changes)


def stored(client, *names):
    return Client.objects.values_list(*names).get(pk=client.pk)


def test_the_second_to_change_a_field_is_told_and_nothing_is_written(boss, acme):
    page = boss.get(change_url(acme))
    saved_meanwhile(acme, phone="+1 555 0000")

    answer = boss.post(change_url(acme), typed(page, phone="+1 555 9999", name="Acme LLC"))

    [told] = errors(answer)["phone"]
    assert told.startswith("Somebody else has changed this meanwhile; it is now: +1 555 0000.")
    assert stored(acme, "name", "phone") == ("Acme Corporation", "+1 555 0000")


def test_who_saves_again_means_it(boss, acme):
    page = boss.get(change_url(acme))
    saved_meanwhile(acme, phone="+1 555 0000")
    told = boss.post(change_url(acme), typed(page, phone="+1 555 9999"))

    assert boss.post(change_url(acme), typed(told)).status_code == 302

    assert stored(acme, "phone") == ("+1 555 9999",)


def test_who_is_told_sees_what_else_was_changed(boss, acme):
    page = boss.get(change_url(acme))
    saved_meanwhile(acme, phone="+1 555 0000", name="Acme Inc", notes=None)

    told = typed(boss.post(change_url(acme), typed(page, phone="+1 555 9999")))
    boss.post(change_url(acme), told)

    assert (told["name"], told["notes"], told["phone"]) == ("Acme Inc", "", "+1 555 9999")
    assert stored(acme, "name", "notes", "phone") == ("Acme Inc", None, "+1 555 9999")


def test_what_was_emptied_meanwhile_is_said_to_be_empty(boss, acme):
    page = boss.get(change_url(acme))
    saved_meanwhile(acme, phone=None)

    [told] = errors(boss.post(change_url(acme), typed(page, phone="+1 555 9999")))["phone"]

    assert "it is now: empty." in told


def test_changes_of_different_fields_both_survive(boss, acme):
    page = boss.get(change_url(acme))
    saved_meanwhile(acme, phone="+1 555 0000")

    assert boss.post(change_url(acme), typed(page, name="Acme LLC")).status_code == 302

    assert stored(acme, "name", "phone") == ("Acme LLC", "+1 555 0000")


def test_the_same_change_twice_is_no_conflict(boss, acme):
    page = boss.get(change_url(acme))
    saved_meanwhile(acme, phone="+1 555 0000")

    assert boss.post(change_url(acme), typed(page, phone="+1 555 0000")).status_code == 302


@pytest.mark.parametrize("notes", ["two\nlines", "two\r\nlines", "  spaced  ", "<b>&amp;"])
def test_what_browsers_make_of_a_text_is_no_change(boss, acme, notes):
    Client.objects.filter(pk=acme.pk).update(notes=notes)
    page = boss.get(change_url(acme))
    sent = {name: value.replace("\r\n", "\n").replace("\n", "\r\n") if isinstance(value, str) else value
            for name, value in typed(page, name="Acme LLC").items()}  # fmt: skip

    assert boss.post(change_url(acme), sent).status_code == 302

    assert stored(acme, "name", "notes") == ("Acme LLC", notes)


def test_an_invoices_date_and_amount_are_told_of_too(boss, invoice):
    page = boss.get(change_url(invoice))
    invoice.edit(amount="300.00")

    [told] = errors(boss.post(change_url(invoice), typed(page, amount="400.00")))["amount"]

    assert "it is now: 300.00." in told
