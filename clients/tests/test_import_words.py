"""A bad client is refused in the same words whichever way it comes in."""

import csv
import io

import pytest
from django.core.management import call_command

from clients.tests.imports import send, upload

GOOD = {"name": "Acme", "email": "billing@acme.com"}


def csv_of(client):
    flat = {**client, **client.get("address", {})}
    flat.pop("address", None)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([flat.keys(), flat.values()])
    return text.getvalue()


BAD = {
    "empty name": {"name": "  "},
    "long name": {"name": "x" * 201},
    "control character": {"name": "a\x0bb"},
    "no address": {"email": "billing at acme"},
    "no email": {"email": ""},
    "long email": {"email": f"{'x' * 250}@acme.com"},
    "phone of letters": {"phone": "call me"},
    "short phone": {"phone": "1"},
    "unknown country": {"address": {"country": "Utopia"}},
    "control in a blank": {"address": {"city": "\x0b"}},
    "two parts": {"address": {"street": "x" * 201, "zip_code": "x" * 21}},
    "terms of a year and a day": {"payment_terms": "366"},
    "fraction of a day": {"payment_terms": "1.5"},
    "long notes": {"notes": "x" * 10_001},
    "many at once": {"name": "", "email": "x", "phone": "x", "tax_id": "x" * 65, "payment_terms": "-1"},
}


@pytest.mark.parametrize("client", [{**GOOD, **change} for change in BAD.values()], ids=BAD.keys())
class TestTheSameWords:
    @pytest.fixture
    def words(self, alice, client):
        response = alice.post("/clients/", client)
        assert response.status_code == 400
        return {key: response.json()[key] for key in ("detail", "errors")}

    def test_from_json(self, alice, client, words):
        [error] = send(alice, [client]).json()["errors"]

        assert {key: error[key] for key in ("detail", "errors")} == words

    def test_from_csv(self, alice, client, words):
        [error] = upload(alice, csv_of(client)).json()["errors"]

        assert {key: error[key] for key in ("detail", "errors")} == words

    def test_from_the_command(self, alice, client, words, tmp_path):
        (tmp_path / "in.csv").write_text(csv_of(client), newline="")
        err = io.StringIO()

        with pytest.raises(SystemExit):
            call_command("import_clients", tmp_path / "in.csv", account=alice.user.email, stdout=err, stderr=err)

        assert words["detail"] in err.getvalue()


def test_a_taken_email_is_refused_in_the_words_of_the_409(alice, acme):
    conflict = alice.post("/clients/", GOOD).json()

    for report in (send(alice, [GOOD]).json(), upload(alice, csv_of(GOOD)).json()):
        [error] = report["errors"]
        assert error["detail"] == conflict["detail"]
        assert error["errors"] == conflict["errors"]
