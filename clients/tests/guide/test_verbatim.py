"""The published guide's own code blocks, cut out of the guide itself, where it lies beside the checkout.

Each language's blocks become one program: what stands before a block's `Usage` is a definition, methods
go into the class, and the usages follow in the guide's order.
"""

import json
import os
import re
import subprocess
import sys
import textwrap

import pytest
from django.conf import settings

from clients.tests.guide.conftest import CSV, PATIENCE, needed

GUIDE = settings.BASE_DIR.parent / "shared" / "spec" / "client-management-api.md"
ID = "client_abc123"  # no id of ours: whoever sends it is told that there is no such client

pytestmark = [
    pytest.mark.guide,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not GUIDE.exists(), reason=f"the guide is not at {GUIDE}"),
]

CREATED = "Client created successfully: "
REFUSED = "Error creating client: Failed to create client: Duplicate client: a client with this email already exists"
NOTHING_THERE = [
    "Error getting client: Client not found",
    "Error updating client: Client not found",
    "Error deactivating client: Client not found",
    "Error getting client stats: Failed to get client stats: Client not found",
]
ALL_THERE = [
    "Client details: ",
    "Total invoiced: $0",
    "Client updated successfully: ",
    "Client deactivated: Client deactivated successfully",
    "Client Statistics:",
    "- Total Revenue: $0",
    "- Outstanding Amount: $0",
]


@pytest.fixture
def blocks(reader):
    """The blocks of a language, with the host and the token put in."""
    text = GUIDE.read_text()
    for theirs, ours in (
        ("https://api.duespark.com", reader.url),
        ("YOUR_JWT_TOKEN", reader.token),
        ("your_jwt_token", reader.token),
    ):
        assert theirs in text
        text = text.replace(theirs, ours)
    return lambda language: re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def parts(block):
    definitions, usage = re.split(r"^(?://|#) Usage.*\n", block, maxsplit=1, flags=re.MULTILINE)
    return definitions, usage


def javascript(blocks):
    (first, *others), usages = zip(*map(parts, blocks), strict=True)
    methods = [code for code in others if code.startswith("async ") and not code.startswith("async function")]
    functions = [code for code in others if code not in methods]
    assert (len(methods), len(functions)) == (6, 1)
    klass, brace, rest = first.rpartition("}")
    return "\n".join([klass, *methods, brace + rest, *functions, *usages])


def python(blocks):
    (first, *others), usages = zip(*map(parts, blocks), strict=True)
    assert len(others) == 7
    return "\n".join([first, *(textwrap.indent(code, "    ") for code in others), *usages])


def run(command, source, folder):
    (folder / "clients.csv").write_text(CSV)
    done = subprocess.run(
        command,
        input=source,
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return done.stdout + done.stderr


def missing_from(output, lines):
    printed = output.splitlines()
    return [line for line in lines if not any(there.startswith(line) for there in printed)]


@pytest.fixture
def run_javascript(blocks, tmp_path):
    """The last usage speaks of a `clientData` that the guide leaves to its reader."""
    data = "const clientData = { name: 'Client 1', email: 'client1@example.com' };"
    source = f"{data}\n{javascript(blocks('javascript'))}"
    return lambda client_id: run([needed("node"), "--input-type=module", "-"], source.replace(ID, client_id), tmp_path)


@pytest.fixture
def run_python(blocks, tmp_path):
    source = python(blocks("python"))
    return lambda client_id: run([sys.executable, "-"], source.replace(ID, client_id), tmp_path)


def test_javascript(run_javascript, reader):
    said = run_javascript(ID)
    assert missing_from(said, [CREATED, *NOTHING_THERE, "Found 1 clients", "Successfully imported 2 clients"]) == []
    assert missing_from(said, ["- Acme Corporation (billing@acme.com)", "Search results: ["]) == []
    assert missing_from(said, ["A client with this email already exists"]) == []

    [acme] = reader.get("/clients/?search=acme")["items"]
    said = run_javascript(acme["id"])
    assert missing_from(said, [REFUSED, *ALL_THERE, "Found 3 clients", "Successfully imported 0 clients"]) == []
    assert missing_from(said, ["Errors occurred: [", "A client with this email already exists"]) == []


def test_python(run_python, reader):
    said = run_python(ID)
    assert missing_from(said, [CREATED, *NOTHING_THERE, "Found 1 clients", "Successfully imported 2 clients"]) == []
    assert missing_from(said, ["Search results: 1 clients found", "- Acme Corporation: $0.0 invoiced"]) == []

    [acme] = reader.get("/clients/?search=acme")["items"]
    said = run_python(acme["id"])
    assert missing_from(said, [REFUSED, *ALL_THERE, "Found 3 clients", "Successfully imported 0 clients"]) == []
    assert missing_from(said, ["Errors occurred: [{'row': 1, 'email': 'client1@example.com'"]) == []


def answers(block, folder):
    """What the curl lines of a block were answered, one after the other."""
    needed("curl")
    output, found = run(["bash", "-s"], block.replace("curl -X", "curl -sS -X"), folder), []
    while output:
        value, end = json.JSONDecoder().raw_decode(output)
        found.append(value)
        output = output[end:]
    return found


def test_curl(blocks, reader, tmp_path):
    create, *others = blocks("bash")
    [acme] = answers(create, tmp_path)
    assert acme == reader.get(f"/clients/{acme['id']}")

    asked = [answers(block.replace(ID, acme["id"]), tmp_path) for block in others]
    [[got], [everybody, found], [updated], [deactivated], [stats], [listed, filed]] = asked
    assert got == acme
    assert (everybody["total"], found["total"]) == (1, 1)
    assert updated["name"] == "Acme Corporation LLC"
    assert deactivated["message"] == "Client deactivated successfully"
    assert (stats["client_id"], stats["period"]) == (acme["id"], "12m")
    assert (listed["created"], filed["created"]) == (2, 2)
