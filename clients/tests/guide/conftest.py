"""A live server over the test database, and the guide's programs as somebody who has just registered runs them."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from clients.tests.live import PASSWORD, PATIENCE

HERE = Path(__file__).parent
CSV = "name,email,phone\nClient 3,client3@example.com,+1-555-333-3333\nClient 4,client4@example.com,\n"


def needed(program):
    """The path of a program; the test is skipped on a machine without it, but in CI that is a failure."""
    path = shutil.which(program)
    if path is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"{program} is not installed")
    return path


class Reader:
    """Somebody who reads the guide: registers, logs in, and calls the API."""

    def __init__(self, url, email):
        self.url = url
        person = {"email": email, "password": PASSWORD, "full_name": "Rita Reader"}
        requests.post(f"{url}/auth/register", json=person, timeout=PATIENCE).raise_for_status()
        self.token = self.post("/auth/login", username=email, password=PASSWORD, token=None)["access_token"]

    def call(self, method, path, body=None, *, token=""):
        headers = {} if token is None else {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json()

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, token="", **body):
        return self.call("POST", path, body, token=token)


@pytest.fixture
def reader(server, transactional_db):
    return Reader(server.url, "rita@example.com")


class Program:
    """One of the guide's programs; `run` does one step and gives what was printed."""

    command: tuple[str, ...]

    def __init__(self, reader, folder):
        needed(self.command[0])
        self.reader = reader
        self.folder = folder
        (folder / "clients.csv").write_text(CSV)

    def run(self, step, client_id="", *, fails=False):
        """What the program printed, complaints last."""
        done = subprocess.run(
            [needed(self.command[0]), *self.command[1:], step],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "DUESPARK_URL": self.reader.url,
                "DUESPARK_TOKEN": self.reader.token,
                "CLIENT_ID": client_id,
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run_for(self, label, step, client_id=""):
        """The one object that the step printed after the label."""
        said = self.run(step, client_id)
        assert said.startswith(label), said
        return self.value(said.removeprefix(label))


class Python(Program):
    command = (sys.executable, str(HERE / "guide.py"))
    whole = staticmethod(float)  # how it prints a number that JSON has as 10.0
    failing = frozenset({"missing", "invalid"})

    def value(self, printed):
        return ast.literal_eval(printed.strip())


class JavaScript(Program):
    command = ("node", str(HERE / "guide.mjs"))
    whole = staticmethod(int)
    failing = frozenset({"missing", "invalid", "handled"})  # the guide's last usage lets its error go

    def value(self, printed):
        script = f"console.log(JSON.stringify({printed}))"
        return json.loads(subprocess.check_output([needed("node"), "-e", script], timeout=PATIENCE))


class Curl(Program):
    command = ("bash", str(HERE / "guide.sh"))

    def __init__(self, reader, folder):
        needed("curl")
        super().__init__(reader, folder)

    def answer(self, step, client_id=""):
        """Status and body."""
        *body, status = self.run(step, client_id).splitlines()
        return int(status), json.loads("".join(body))


@pytest.fixture(params=[JavaScript, Python], ids=["javascript", "python"])
def program(request, reader, tmp_path):
    return request.param(reader, tmp_path)


@pytest.fixture
def curl(reader, tmp_path):
    return Curl(reader, tmp_path)


@pytest.fixture
def client_id(reader):
    """The guide's client, its id in the place of the guide's own."""
    return reader.post("/clients/", name="Acme Corporation", email="billing@acme.com")["id"]
