"""What schemathesis is told beyond the OpenAPI document, and the tally of what came back.

A request that is meant well must be right in what JSON Schema has no words for, too; its values are put right here,
so that a refusal of one that is right still counts as a failure.
"""

import atexit
import json
import os
import random
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import requests
import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.failures import AcceptedNegativeData

RUN = json.loads(Path(os.environ["FUZZ_RUN"]).read_text())  # fuzzing/run.py says what is there
PEERS = {f"Bearer {token}" for token in RUN["tokens"].values()}
CREDENTIALS = {"username": RUN["spare"], "password": RUN["password"]}
ENDS_SESSIONS = ("/auth/logout", "/auth/sessions")
STRONG = " battery staple"
MONEY = {"amount", "paid_amount", "min_amount", "max_amount"}

answers: Counter[tuple[str, int]] = Counter()
refresh_tokens: list[str] = []  # good ones, each of a session that nothing else needs
spare_tokens: list[str] = []  # access tokens likewise
chance = random.Random(1)  # hypothesis has the usual one begin anew for every request


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    case.headers = case.headers or {}
    # From all over the world: failed logins lock out the address that they come from.
    case.headers["X-Forwarded-For"] = ".".join(str(chance.randrange(256)) for _ in range(4))
    if case.operation.path.startswith(ENDS_SESSIONS) and case.headers.get("Authorization") in PEERS:
        case.headers["Authorization"] = f"Bearer {spare_token()}"
    if case.meta and case.meta.generation.mode.is_positive:
        mean_well(case)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    answers[case.operation.label, response.status_code] += 1
    if response.status_code == 200 and case.operation.path in ("/auth/login", "/auth/refresh"):
        refresh_tokens.append(response.json()["refresh_token"])
    if case.operation.path.startswith(ENDS_SESSIONS) and case.method != "GET":
        spare_tokens.clear()


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """What is taken although the document does not say so: a text in white space, which is trimmed; no body at all."""
    no_body = bool(case.operation.body) and case.body is NOT_SET
    return not isinstance(failure, AcceptedNegativeData) or not (no_body or in_white_space(case.body))


def spare_token() -> str:
    """Of a session of somebody else's: whoever logs out must not turn the rest of the run into refusals."""
    if not spare_tokens:
        answer = requests.post(f"{RUN['url']}/auth/login", json=CREDENTIALS, timeout=60)
        spare_tokens.append(answer.json()["access_token"])
    return spare_tokens[0]


def mean_well(case: Any) -> None:
    case.query = put_right(case.query)
    case.body = put_right(case.body)
    if "cursor" in (case.query or ()):
        case.query["cursor"] = ""  # any other is an answer's own
        case.query.pop("page", None)
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"  # any other is an answer's own
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # one of another body, be it of an earlier run, is refused
    if case.operation.path == "/auth/login" and chance.random() < 0.5:
        case.body = CREDENTIALS
    if case.operation.path == "/auth/refresh" and refresh_tokens:
        case.body = {"refresh_token": refresh_tokens.pop()}


def put_right(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: put_right(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [put_right(part) for part in value]
    if name in MONEY and isinstance(value, int | float):
        return round(value, 2)  # the cents are whole
    if name == "payment_terms" and isinstance(value, float):
        return int(value)  # the days are written without a fraction, even of nothing
    if name == "currency" and value is not None:
        return "USD"  # the account's
    if name == "password" and isinstance(value, str):
        return value[:200] + STRONG  # neither a common one nor a short one
    return value


def in_white_space(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (isinstance(value, str) and value != value.strip()) or any(map(in_white_space, parts))


@atexit.register
def tell() -> None:
    tally: dict[str, dict[int, int]] = {}
    for (operation, status), count in answers.items():
        tally.setdefault(operation, {})[status] = count
    Path(RUN["tally"]).write_text(json.dumps(tally))
