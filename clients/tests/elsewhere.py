"""What another process needs to work on the database of the test."""

from urllib.parse import quote, urlencode

from django.db import connection


def database_url() -> str:
    """The test database, wherever it is, in the form that DATABASE_URL takes."""
    params = connection.get_connection_params()
    user = quote(params.get("user") or "", safe="")
    password = f":{quote(params['password'], safe='')}" if params.get("password") else ""
    where = {name: params[name] for name in ("host", "port") if params.get(name)}
    return f"postgresql://{user}{password}@/{params['dbname']}?{urlencode(where)}"
