"""Django's PostgreSQL backend over connections that do not wait for a silent server."""

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from duespark.backend.connections import OUTAGE, Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; the driver is psycopg but for its connections."""

    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": Connection.connect})

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with OUTAGE.heeded():
            return super().get_new_connection(conn_params)
