"""How tests run commands of manage.py: what comes of one, and what it says."""

import io
from dataclasses import dataclass

from django.core.management import CommandError, call_command


@dataclass
class Outcome:
    code: int
    out: str
    err: str


def run(command, *args, **options):
    """In this process and transaction, with the exit code that the shell would see."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(command, *args, **options, stdout=out, stderr=err)
    except SystemExit as exit:
        code = exit.code
    except CommandError as error:
        err.write(f"{error}\n")
        code = error.returncode
    return Outcome(code, out.getvalue(), err.getvalue())
