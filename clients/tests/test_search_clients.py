"""GET /clients/?search=…&is_active=…: what the list finds."""

from urllib.parse import quote

import pytest

from clients.models import Client
from clients.tests.factories import ClientFactory, add_clients
from clients.tests.test_list_clients import names, refused
from duespark.api.lists import _page


def found(caller, text):
    return sorted(names(caller.get(f"/clients/?search={quote(text)}")))


def add(account, name, email):
    return ClientFactory(account_id=account.pk, name=name, email=email)


@pytest.mark.parametrize(
    "text",
    ["Acme", "acme", "ACME", "corp", "billing@", "acme.com", "g@a", "c", "Acme Corporation"],
)
def test_a_part_of_the_name_or_the_email_is_enough(alice, acme, text):
    add(alice.account, "Bolt", "sales@bolt.dev")
    assert found(alice, text) == ["Acme Corporation"]


@pytest.mark.parametrize("text", ["555", "Business Ave", "New York", "12-3456789", "priority", "client_", "active"])
def test_other_fields_are_not_searched(alice, acme, text):
    assert found(alice, text) == []


@pytest.mark.parametrize("text", ["acme billing", "billing acme", "corporation  acme.com", "acme\tcorp", "corp\nacme"])
def test_each_word_may_be_in_either(alice, acme, text):
    assert found(alice, text) == ["Acme Corporation"]


@pytest.mark.parametrize("text", ["acme bolt", "corporationbilling", "acme-corporation", "acme x"])
def test_every_word_must_occur(alice, acme, text):
    add(alice.account, "Bolt", "sales@bolt.dev")
    assert found(alice, text) == []


@pytest.mark.parametrize("text", ["", " ", "%20%09"])
def test_no_words_find_all(alice, acme, text):
    add(alice.account, "Bolt", "sales@bolt.dev")
    assert alice.get(f"/clients/?search={text}").json()["total"] == 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("%", ["100% Wool"]),
        ("_", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("0%w", []),
        ("e_c", ["snake_case"]),
        ("n_k", []),
        ("k\\s", ["back\\slash"]),
        ("'", ["O'Neill"]),
        ('"', []),
        (".", ["100% Wool", "O'Neill", "back\\slash", "snake_case"]),
        ("s.ake", []),
    ],
)
def test_percent_underscore_and_backslash_are_literal(alice, text, names):
    add_clients(alice.account, "100% Wool", "snake_case", "back\\slash", "O'Neill")
    assert found(alice, text) == names


@pytest.mark.parametrize(
    ("name", "text"),
    [("Éclair & Söhne", "éCLAIR söHNE"), ("ЖУРНАЛ", "журнал"), ("ΑΘΗΝΑ", "αθηνα"), ("Đorđe", "đORĐE"), ("寿司", "司")],
)
def test_case_is_ignored_in_every_script(alice, name, text):
    add_clients(alice.account, name, "Bolt")
    assert found(alice, text) == [name]


def test_accents_are_not(alice):
    add_clients(alice.account, "Éclair")
    assert found(alice, "eclair") == []


def test_the_longest_email_there_can_be_is_found(alice):
    email = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.com"
    assert len(email) == 254
    add(alice.account, "Long", email)
    assert found(alice, email) == found(alice, f"Long {email}") == ["Long"]


def test_an_edit_is_found_at_once(alice, acme):
    alice.patch(f"/clients/{acme.id}", {"name": "Zenith", "email": "hello@zenith.example"})
    assert found(alice, "zenith hello") == ["Zenith"]
    assert found(alice, "acme") == []


def test_strangers_are_never_found(alice, strangers_client):
    assert found(alice, "secret") == []
    assert alice.get("/clients/?search=secret").json()["total"] == 0


def test_total_and_pages_count_what_was_found(alice):
    add_clients(alice.account, "Acme 1", "Bolt", "Acme 2", "Acme 3")
    envelope = alice.get("/clients/?search=acme&limit=2&page=2").json()
    assert [client["name"] for client in envelope["items"]] == ["Acme 1"]
    assert (envelope["total"], envelope["pages"], envelope["has_next"]) == (3, 2, False)


def test_control_characters_are_refused(alice):
    assert refused(alice.get("/clients/?search=a%00b"), "search")


# Active or not


@pytest.fixture
def two(alice):
    on, off = add_clients(alice.account, "On", "Off")
    off.deactivate()
    return on, off


@pytest.mark.parametrize("value", ["true", "True", "TRUE", "tRuE", "1"])
def test_only_the_active(alice, two, value):
    assert names(alice.get(f"/clients/?is_active={value}")) == ["On"]


@pytest.mark.parametrize("value", ["false", "False", "FALSE", "0"])
def test_only_the_deactivated(alice, two, value):
    assert names(alice.get(f"/clients/?is_active={value}")) == ["Off"]


def test_both_unless_it_says(alice, two):
    assert sorted(names(alice.get("/clients/"))) == ["Off", "On"]


def test_a_reactivated_client_is_back(alice, two):
    for client in Client.objects.for_account(alice.account):
        client.reactivate()
    assert sorted(names(alice.get("/clients/?is_active=true"))) == ["Off", "On"]


@pytest.mark.parametrize("value", ["yes", "2", "null", "t", "on", "-1", "1.0", "%00", ""])
def test_any_other_word_is_refused(alice, value):
    assert refused(alice.get(f"/clients/?is_active={value}"), "is_active", "true", "false", "1", "0")


def test_all_parameters_work_together(alice):
    for client in add_clients(alice.account, "Acme b", "acme a", "Acme c", "Bolt", "Acme off"):
        if client.name == "Acme off":
            client.deactivate()
    answer = alice.get("/clients/?page=1&limit=2&search=acme&is_active=true&sort_by=name&sort_order=asc")
    assert names(answer) == ["acme a", "Acme b"]
    assert answer.json()["total"] == 3


@pytest.mark.parametrize("search", ["ΣΊΣΥΦΟΣ", "σίσυφος", "σίσυφοσ", "Σίσυφος"])
def test_the_greek_final_sigma_is_a_sigma(alice, search):
    Client.add(account_id=alice.account.pk, name="Σίσυφος", email="info@sisyphus.example")

    assert alice.get(f"/clients/?search={quote(search)}").json()["total"] == 1


def test_hundreds_of_words_are_not_kept_in_mind(alice, acme):
    kept = _page.cache_info().currsize
    words = "+".join(["acme", "a"] * 60)
    assert names(alice.get(f"/clients/?search={words}")) == ["Acme Corporation"]
    assert _page.cache_info().currsize == kept
