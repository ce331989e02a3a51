"""`make fuzz`: throws requests at a live server, those of schemathesis and those of fuzzing/junk.py.

The server is gunicorn on a free port of 127.0.0.1, over a database that is made for the run and dropped after it.
Exits with 0 when no check has failed and the server has logged no error.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import django
from django.db import connection

from clients.tests.elsewhere import database_url
from fuzzing.junk import throw_junk

ROOT = Path(__file__).parent.parent
SCHEMATHESIS = ROOT / ".venv/fuzz/bin/st"
PASSWORD = "correct horse battery staple"
PATIENCE = 60  # seconds for the server to start, answer or stop
TOKEN_BY_MAIL = {"POST /auth/password-reset"}
WELL = {"200", "201"}
PEERS = ("alice", "charlie")  # of two accounts: neither may see what is the other's
# Examples of each operation and of the steps between them, odd requests, and the seconds after which to give up: the
# short one takes about 20, the long one must end before the tokens of its hour.
SIZES = {"short": (4, 100, 600), "long": (700, 3000, 3300)}
PHASES = {"short": "examples,fuzzing,stateful", "long": "examples,coverage,fuzzing,stateful"}


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of an empty database of DueSpark's."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"duespark_fuzz_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield database_url()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


@contextmanager
def served(database: str, log: Path) -> Iterator[str]:
    """The URL of gunicorn as in production, behind a proxy that says where each request comes from."""
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("w") as output:
        port, handle = listener.getsockname()[1], listener.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", f"--bind=fd://{handle}", "duespark.wsgi"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database, "API_RATE_LIMIT": "", "TRUSTED_PROXIES": "1"},
            pass_fds=[handle],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def post(url: str, **body: str) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def register(url: str, name: str) -> str:
    email = f"{name}@fuzz.example"
    post(f"{url}/auth/register", email=email, password=PASSWORD, full_name=name.title())
    return email


def token(url: str, email: str) -> str:
    """An access token of a session of its own."""
    return str(post(f"{url}/auth/login", username=email, password=PASSWORD)["access_token"])


def schemathesis(url: str, folder: Path, options: list[str], timeout: int) -> bool:
    """Whether its checks have held; the tally of the answers is in the folder then."""
    tokens = {name: token(url, register(url, name)) for name in PEERS}
    users = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {tokens[name]}"}]} for name in PEERS
    ]
    run = {"url": url, "tokens": tokens, "spare": register(url, "dora"), "password": PASSWORD}
    (folder / "users.json").write_text(json.dumps({"auth": users}))
    (folder / "run.json").write_text(json.dumps({**run, "tally": str(folder / "tally.json")}))
    files = {"FUZZ_USERS": str(folder / "users.json"), "FUZZ_RUN": str(folder / "run.json")}
    command: list[str | Path] = [
        SCHEMATHESIS,
        f"--config-file={ROOT}/fuzzing/schemathesis.toml",
        "run",
        f"{url}/schema",
        *options,
    ]
    environment = {**os.environ, **files, "PYTHONPATH": str(ROOT)}
    try:  # in a folder that goes, for it leaves files behind
        return subprocess.run(command, cwd=folder, env=environment, timeout=timeout).returncode == 0
    except subprocess.TimeoutExpired:
        sys.exit(f"schemathesis was not done after {timeout} seconds.")


def is_telling(tally: dict[str, dict[str, int]]) -> bool:
    """Prints how each operation was answered. A run proves nothing where nothing was let in."""
    shut = []
    for operation, statuses in sorted(tally.items()):
        print(f"{operation:45}", "  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
        if operation not in TOKEN_BY_MAIL and not WELL & set(statuses):
            shut.append(operation)
    total = sum(sum(statuses.values()) for statuses in tally.values())
    well = sum(count for statuses in tally.values() for status, count in statuses.items() if status in WELL)
    print(f"{total} requests of schemathesis, {well / total:.0%} of them answered by 2xx; never: {shut or 'none'}")
    return not shut and well > total / 4


def fuzz(url: str, size: str, seed: int) -> bool:
    """Whether every check has held."""
    examples, junk, seconds = SIZES[size]
    options = [f"--seed={seed}", f"--max-examples={examples}", f"--phases={PHASES[size]}"]
    with tempfile.TemporaryDirectory() as folder:
        held = schemathesis(url, Path(folder), options, seconds)
        telling = is_telling(json.loads((Path(folder) / "tally.json").read_text()))
    sent = throw_junk(url, token(url, "alice@fuzz.example"), junk, seed)
    print(f"{sent} requests of junk, each answered as it should be")
    return held and telling


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SIZES, nargs="?", default="long")
    parser.add_argument("--seed", type=int, default=1, help="the same requests, as far as the answers are the same")
    given = parser.parse_args()
    django.setup()
    with tempfile.NamedTemporaryFile("r", prefix="duespark-fuzz-", suffix=".log") as log:
        with fresh_database() as database, served(database, Path(log.name)) as url:
            well = fuzz(url, given.size, given.seed)
        if complaints := [line for line in log if " ERROR " in line or "Traceback" in line]:
            print("The server has logged errors:", *complaints[:20], sep="\n")
        return int(not well or bool(complaints))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "duespark.settings"
    sys.exit(main())
