"""Django's PostgreSQL backend over connections that do not wait for a silent server."""

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from duespark.backend.connections import OUTAGE, Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; the driver is psycopg but for its connections."""

    pool: Any  # Django's property
    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": Connection.connect})

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with OUTAGE.heeded() as tries:
            connection = super().get_new_connection(conn_params)
            while self.pool and connection.is_left:  # it has been idle
                connection.close()
                self.pool.putconn(connection)
                connection = super().get_new_connection(conn_params)
            if self.pool and tries:
                self._prove(connection)
            return connection

    def _prove(self, connection: Connection) -> None:
        """Asks a question: the pool hands connections out that it has had since before the server fell silent."""
        try:
            connection.execute("SELECT 1")
        except psycopg.Error:
            self.pool.putconn(connection)
            raise

    def close_if_left(self) -> None:
        """Closes an idle connection that the server has ended, so that the next statement makes a new one."""
        if self.connection is not None and not self.in_atomic_block and self.connection.is_left:
            self.close()
