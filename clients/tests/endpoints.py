"""Every route of the API with every method it takes, and one good call of each."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import get_resolver

from conftest import PASSWORD

# What is no part of the API, by its name or else its pattern.
OUTSIDE = {
    "home": "asks nobody and reads nothing",
    "schema": "asks nobody and reads nothing",
    "docs": "asks nobody and reads nothing",
    "admin": "leads to the back office",
    "admin/": "the back office, whose staff see every account; accounts/tests/test_admin.py keeps others out",
}
VERBS = ("get", "post", "put", "patch", "delete")


def routes():
    """(method, name of the route) of all the API."""
    return {(verb.upper(), pattern.name) for pattern in _patterns(get_resolver()) for verb in _verbs(pattern.callback)}


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        if (getattr(pattern, "name", None) or str(pattern.pattern)) in OUTSIDE:
            continue
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern)
        else:
            yield pattern


def _verbs(view):
    actions = getattr(view, "actions", None)
    return [verb for verb in VERBS if (verb in actions if actions else hasattr(view.view_class, verb))]


NEW_CLIENT = {"name": "New", "email": "new@example.com"}
DORA = {"email": "dora@example.com", "password": PASSWORD, "full_name": "Dora Dean"}
LOGIN = {"username": "alice@example.com", "password": PASSWORD}

# Path and body, made of the caller, a client and an invoice of theirs.
CALLS = {
    ("POST", "register"): lambda *_: ("/auth/register", DORA),
    ("POST", "login"): lambda *_: ("/auth/login", LOGIN),
    ("POST", "refresh"): lambda caller, *_: ("/auth/refresh", {"refresh_token": caller.tokens["refresh_token"]}),
    ("POST", "logout"): lambda *_: ("/auth/logout", None),
    ("GET", "me"): lambda *_: ("/auth/me", None),
    ("GET", "session-list"): lambda *_: ("/auth/sessions", None),
    ("DELETE", "session-list"): lambda *_: ("/auth/sessions", None),
    ("DELETE", "session-detail"): lambda caller, *_: (f"/auth/sessions/{caller.session.pk}", None),
    ("POST", "password-reset-request"): lambda *_: ("/auth/password-reset-request", {"email": LOGIN["username"]}),
    ("POST", "password-reset"): lambda caller, *_: ("/auth/password-reset", _new_password(caller.user)),
    ("GET", "client-list"): lambda *_: ("/clients/?search=acme&sort_by=name", None),
    ("POST", "client-list"): lambda *_: ("/clients/", NEW_CLIENT),
    ("POST", "client-bulk-import"): lambda caller, client, _: (
        "/clients/bulk/import?on_duplicate=update",
        {"clients": [NEW_CLIENT, {"name": "Renamed", "email": client.email}]},
    ),
    ("GET", "client-export"): lambda *_: ("/clients/export?search=acme&is_active=true&for_spreadsheet=true", None),
    ("GET", "client-detail"): lambda _, client, __: (f"/clients/{client.pk}", None),
    ("PUT", "client-detail"): lambda _, client, __: (f"/clients/{client.pk}", {"notes": "put"}),
    ("PATCH", "client-detail"): lambda _, client, __: (f"/clients/{client.pk}", {"notes": "patch"}),
    ("DELETE", "client-detail"): lambda _, client, __: (f"/clients/{client.pk}", None),
    ("POST", "client-reactivate"): lambda _, client, __: (f"/clients/{client.pk}/reactivate", None),
    ("GET", "client-stats"): lambda _, client, __: (f"/clients/{client.pk}/stats?period=all", None),
    ("GET", "client-history"): lambda _, client, __: (f"/clients/{client.pk}/history", None),
    ("GET", "invoice-list"): lambda _, client, __: (f"/invoices/?client_id={client.pk}&status=overdue", None),
    ("POST", "invoice-list"): lambda _, client, __: (
        "/invoices/",
        {"client_id": client.pk, "invoice_number": "NEW", "amount": 5},
    ),
    ("POST", "invoice-bulk-import"): lambda _, client, invoice: (
        "/invoices/bulk/import?on_duplicate=skip",
        {
            "invoices": [
                {"client_email": client.email, "invoice_number": "NEW", "amount": 5, "payment_date": "2024-01-15"},
                {"client_email": client.email, "invoice_number": invoice.invoice_number, "amount": 5},
            ]
        },
    ),
    ("GET", "invoice-detail"): lambda _, __, invoice: (f"/invoices/{invoice.pk}", None),
    ("PUT", "invoice-detail"): lambda _, __, invoice: (f"/invoices/{invoice.pk}", {"amount": 70}),
    ("PATCH", "invoice-detail"): lambda _, __, invoice: (f"/invoices/{invoice.pk}", {"notes": "patch"}),
    ("PATCH", "invoice-status"): lambda _, __, invoice: (f"/invoices/{invoice.pk}/status", {"status": "paid"}),
    ("GET", "invoice-history"): lambda _, __, invoice: (f"/invoices/{invoice.pk}/history", None),
    ("GET", "invoice-payments"): lambda _, __, invoice: (f"/invoices/{invoice.pk}/payments", None),
    ("POST", "invoice-payments"): lambda _, __, invoice: (f"/invoices/{invoice.pk}/payments", {"amount": 10}),
}


def _new_password(user):
    return {"token": f"{user.pk}.{default_token_generator.make_token(user)}", "password": "another good one 42"}


def call(route, caller, client, invoice):
    """The answer to a good call of a route."""
    method, _ = route
    path, body = CALLS[route](caller, client, invoice)
    return caller.call(method, path, body)
