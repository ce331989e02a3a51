"""Every path answers with and without its trailing slash, for every method, with no redirect."""

import re

import pytest
from django.urls import URLPattern, get_resolver

BACK_OFFICE = ("admin/", "admin")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def patterns(resolver, before=""):
    """Every path of the URLconf, with a stand-in for each of its ids."""
    for pattern in resolver.url_patterns:
        text = str(pattern.pattern)
        if text in BACK_OFFICE:
            continue
        if isinstance(pattern, URLPattern):
            yield before + re.sub(r"\(\?P<\w+>[^)]*\)", "{id}", text).removeprefix("^").removesuffix("$")
        else:
            yield from patterns(pattern, before + text)


PATHS = sorted(set(patterns(get_resolver())) - {""})


def test_the_walk_finds_the_whole_api():
    assert {
        "auth/login/?",
        "auth/password-reset-request/?",
        "clients/?",
        "clients/{id}/?",
        "clients/{id}/stats/?",
        "clients/bulk/import/?",
        "invoices/{id}/payments/?",
        "schema/?",
    } <= set(PATHS)


def test_every_path_has_an_optional_slash():
    assert [path for path in PATHS if not path.endswith("/?")] == []


def told(response):
    """What an answer says, but for its time, its id and its secrets."""
    said = response.json() if "json" in response["Content-Type"] and response.content else {}
    fleeting = ("timestamp", "request_id", "access_token", "refresh_token")
    return response.status_code, response.get("Allow"), {k: v for k, v in said.items() if k not in fleeting}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_both_ways_answer_alike(alice, acme, method, path):
    path = "/" + path.removesuffix("/?").replace("{id}", acme.id)
    if path == "/auth/logout":
        alice.post(path)  # the first time differs from the second
    without, with_slash = alice.call(method, path), alice.call(method, f"{path}/")

    assert told(without) == told(with_slash)
    assert not 300 <= with_slash.status_code < 400


@pytest.mark.parametrize("path", ["/clients", "/clients/"])
def test_both_ways_create(alice, path):
    response = alice.post(path, {"name": "Acme", "email": "billing@acme.com"})

    assert response.status_code == 201
    assert response["Location"] == f"/clients/{response.json()['id']}"


@pytest.mark.parametrize("slash", ["", "/"])
def test_both_ways_edit_and_delete(alice, acme, slash):
    path = f"/clients/{acme.id}{slash}"

    assert alice.patch(path, {"name": "A"}).json()["name"] == "A"
    assert alice.put(path, {"name": "B"}).json()["name"] == "B"
    assert alice.delete(path).json()["is_active"] is False
    assert alice.post(f"/clients/{acme.id}/reactivate{slash}").json()["is_active"] is True


def test_the_front_door_answers_programs_and_people(nobody):
    program = nobody.get("/")
    person = nobody.get("/", HTTP_ACCEPT="text/html,application/xhtml+xml,*/*;q=0.8")

    assert program.json()["clients"] == "http://testserver/clients/"
    assert person["Content-Type"].startswith("text/html")
