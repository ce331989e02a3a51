"""The back office at a path of the operator's choice: a server process with ADMIN_PATH."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import get_resolver

from duespark.settings import TAKEN_PATHS
from duespark.tests.test_paths import patterns

ASK = """
import json
import sys
import django
django.setup()
from django.test import Client

browser = Client(raise_request_exception=False)
answers = [browser.get(path) for path in sys.argv[1:]]
print(json.dumps([[a.status_code, a["Content-Type"], a.get("Location"), a.content.decode()] for a in answers]))
"""
PATHS = ["/admin", "/admin/", "/admin/login/", "/back/office", "/back/office/", "/back/office/login/", "/"]


def ask(admin_path):
    environ = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "duespark.settings",
        "DEVELOPMENT": "false",
        "SECRET_KEY": "a long and random string of our own, for this test alone",
        "DATABASE_URL": "postgresql://user@127.0.0.1:1/duespark",  # nobody listens there; nobody is asked
        "ALLOWED_HOSTS": "testserver",
        "ADMIN_PATH": admin_path,
    }
    command = [sys.executable, "-c", ASK, *PATHS]
    process = subprocess.run(command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    return dict(zip(PATHS, json.loads(process.stdout), strict=True))


@pytest.fixture(scope="module")
def answers():
    return ask("back/office/")


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/login/"])
def test_the_usual_path_is_as_unknown_as_any_other(answers, path):
    status, content_type, _, body = answers[path]

    assert (status, content_type) == (404, "application/problem+json")
    assert json.loads(body)["detail"] == "There is nothing at this path."


def test_the_chosen_one_leads_to_the_login(answers):
    assert answers["/back/office"][:3] == [302, "text/html; charset=utf-8", "/back/office/"]
    assert answers["/back/office/"][2] == "/back/office/login/?next=/back/office/"
    assert answers["/back/office/login/"][0] == 200


def test_the_front_door_does_not_tell_of_it(answers):
    assert "office" not in answers["/"][3]


def test_no_path_of_the_api_can_be_chosen():
    first_folders = {path.split("/")[0] for path in patterns(get_resolver())} - {""}

    assert set(TAKEN_PATHS) == first_folders | {settings.STATIC_URL.strip("/")}
