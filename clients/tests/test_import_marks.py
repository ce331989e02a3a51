"""The apostrophe before what a spreadsheet would run as a formula: imports of files take it off."""

import pytest

from clients.tests.commands import run
from clients.tests.imports import clients_of, emails_of, send, upload

HEADER = "name,email,phone,notes\n"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("'=1+1", "=1+1"),
        ("'-1", "-1"),
        ("'@x", "@x"),
        ("'\N{FULLWIDTH PLUS SIGN}1", "\N{FULLWIDTH PLUS SIGN}1"),
        ("''=x", "'=x"),
        ("'''+x", "''+x"),
        ("=x", "=x"),
        ("'t Hooft", "'t Hooft"),
        ("''", "''"),
        ("O'=x", "O'=x"),
    ],
)
def test_one_apostrophe_before_a_formula_comes_off(alice, cell, name):
    assert upload(alice, f"{HEADER}{cell},a@example.com,,\n").json()["created"] == 1
    assert clients_of(alice).get().name == name


def test_every_cell_is_looked_at(alice):
    upload(alice, f"{HEADER}A,'=a@example.com,'+1-555,'\tx\n")

    client = clients_of(alice).get()
    assert (client.email, client.phone, client.notes) == ("=a@example.com", "+1-555", "x")


def test_of_a_list_it_is_part_of_the_value(alice):
    send(alice, [{"name": "'=1+1", "email": "a@example.com"}])

    assert clients_of(alice).get().name == "'=1+1"


def test_refused_rows_are_handed_back_as_they_came(alice, tmp_path):
    (tmp_path / "clients.csv").write_text(f"{HEADER}''=x,a@example.com,'+1-555x,\n")
    refused = tmp_path / "refused.csv"

    run("import_clients", str(tmp_path / "clients.csv"), account="alice@example.com", errors_to=str(refused))

    assert refused.read_text().splitlines()[1].startswith("''=x,a@example.com,'+1-555x,,\"Validation error: phone: ")
    assert emails_of(alice) == []
