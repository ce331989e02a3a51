#!/usr/bin/env python
"""DueSpark's command line: `python manage.py help` lists the commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duespark.settings")
    for bound in ("STATEMENT", "LOCK", "IDLE"):  # nobody waits at the other end of a command: it takes its time
        os.environ[f"DATABASE_{bound}_TIMEOUT"] = "0"
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:  # the second: the database is away
        sys.exit(f"{error}".strip())
