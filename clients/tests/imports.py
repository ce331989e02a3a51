"""How tests send imports: a list as JSON, or a file's text or bytes as CSV."""

from urllib.parse import urlencode

from clients.models import Client

URL = "/clients/bulk/import"
NOTHING = {
    "created": 0,
    "updated": 0,
    "skipped": 0,
    "total": 0,
    "error_count": 0,
    "errors": [],
    "dry_run": False,
    "ignored_columns": [],
}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(caller, clients, **query):
    return caller.post(f"{URL}?{urlencode(query)}", {"clients": clients})


def upload(caller, file, **query):
    body = file.encode() if isinstance(file, str) else file
    return caller.post(f"{URL}?{urlencode(query)}", body, content_type="text/csv")


def upload_form(caller, file, name="clients.csv", **fields):
    """As a browser's form, or requests' `files=`, sends it."""
    field = '--edge\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    before = "".join(field.format(*one) for one in fields.items())
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    body = before.encode() + head.encode() + file + b"\r\n--edge--\r\n"
    return caller.post(URL, body, content_type="multipart/form-data; boundary=edge")


def clients_of(caller):
    return Client.objects.for_account(caller.account).order_by("email")


def emails_of(caller):
    return [client.email for client in clients_of(caller)]
