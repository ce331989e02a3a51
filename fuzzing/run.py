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
from collections import Counter
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
# What schemathesis is asked for, run by run: left to itself, the stateful phase is over as soon as an answer has
# changed meanwhile. Then the number of odd requests, and the seconds after which to give up a run; an access token
# has an hour.
RUNS = {
    "short": (["--phases=examples,fuzzing", "--max-examples=4"], ["--phases=stateful", "--max-time=20"]),
    "long": (
        ["--phases=examples,coverage,fuzzing", "--max-examples=900", "--exclude-path-regex=^/auth/"],
        ["--phases=examples,coverage,fuzzing", "--max-examples=100", "--include-path-regex=^/auth/"],  # hashing is slow
        ["--phases=stateful", "--max-time=600"],
    ),
}
JUNK = {"short": 100, "long": 3000}
PATIENCE_WITH_A_RUN = 3300


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


def email(name: str) -> str:
    return f"{name}@fuzz.example"


def token(url: str, name: str) -> str:
    """An access token of a session of its own."""
    return str(post(f"{url}/auth/login", username=email(name), password=PASSWORD)["access_token"])


def schemathesis(url: str, options: list[str]) -> tuple[bool, Counter[tuple[str, str]]]:
    """Whether its checks have held, and how often each operation was answered by each status."""
    tokens = {name: token(url, name) for name in PEERS}
    headers = {name: [{"name": "Authorization", "value": f"Bearer {tokens[name]}"}] for name in PEERS}
    users = {"auth": [{"name": name, "fixedHeaders": headers[name]} for name in PEERS]}
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.json" for name in ("users", "run", "tally")}
        run = {"url": url, "tokens": tokens, "spare": email("dora"), "password": PASSWORD, "tally": str(files["tally"])}
        files["users"].write_text(json.dumps(users))
        files["run"].write_text(json.dumps(run))
        environment = {"FUZZ_USERS": str(files["users"]), "FUZZ_RUN": str(files["run"]), "PYTHONPATH": str(ROOT)}
        command = [
            str(SCHEMATHESIS),
            f"--config-file={ROOT}/fuzzing/schemathesis.toml",
            "run",
            f"{url}/schema",
            *options,
        ]
        try:  # in a folder that goes, for it leaves files behind
            done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, timeout=PATIENCE_WITH_A_RUN)
        except subprocess.TimeoutExpired:
            sys.exit(f"schemathesis was not done after {PATIENCE_WITH_A_RUN} seconds.")
        tally = json.loads(files["tally"].read_text())
    answers = {(operation, status): count for operation, found in tally.items() for status, count in found.items()}
    return done.returncode == 0, Counter(answers)


def is_telling(answers: Counter[tuple[str, str]]) -> bool:
    """Prints how each operation was answered. A run proves nothing where nothing was let in."""
    operations = sorted({operation for operation, _ in answers})
    for operation in operations:
        found = sorted((status, count) for (other, status), count in answers.items() if other == operation)
        print(f"{operation:45}", "  ".join(f"{status}: {count}" for status, count in found))
    shut = [one for one in operations if one not in TOKEN_BY_MAIL and not any(answers[one, status] for status in WELL)]
    total, well = answers.total(), sum(count for (_, status), count in answers.items() if status in WELL)
    print(f"{total} requests of schemathesis, {well / total:.0%} of them answered by 2xx; never: {shut or 'none'}")
    return not shut and well > total / 4


def fuzz(url: str, size: str, seed: int) -> bool:
    """Whether every check has held."""
    for name in (*PEERS, "dora"):
        post(f"{url}/auth/register", email=email(name), password=PASSWORD, full_name=name.title())
    runs = [schemathesis(url, [f"--seed={seed}", *options]) for options in RUNS[size]]
    telling = is_telling(sum((answers for _, answers in runs), Counter()))
    sent = throw_junk(url, token(url, "alice"), JUNK[size], seed)
    print(f"{sent} requests of junk, each answered as it should be")
    return telling and all(held for held, _ in runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=RUNS, nargs="?", default="long")
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
