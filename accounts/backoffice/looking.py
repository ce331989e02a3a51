"""What staff see of a customer's data is written down: a page, a list, a choice, an export."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR

from accounts.authentication import sighting
from accounts.models import Look

SEARCHES = (SEARCH_VAR, "term")  # in a list, in a form
SAYS_NOT_WHAT = (ERROR_FLAG, ORDER_VAR, PAGE_VAR)
MAX_VALUE = 100


def note(request: Any, admin: Any, what: Look.What, rows: Iterable[Any], *, of: Any = None) -> None:
    """That who asks has been shown these rows; `of` is the one whose page it is.

    Nothing is written of rows that are no customer's, and nothing where none were shown. What one request
    shows of an account is one look: the first, which says what was asked for.
    """
    noted: set[str] = getattr(request, "noted", set())
    accounts = {account for row in rows if (account := admin.account_of(row))} - noted
    if accounts:
        request.noted = noted | accounts
        Look.objects.note(
            request.user,
            accounts,
            what=what,
            kind=admin.opts.model_name,
            row=of and of.pk,
            asked="" if of else _asked(request),
            address=sighting(request)["address"],
        )


def _asked(request: Any) -> str:
    """The search and the filters, none so long or so far ahead that another would be cut off by it."""
    sent = {name: [value[:MAX_VALUE] for value in values] for name, values in request.GET.lists()}
    searches = {name: sent[name] for name in SEARCHES if name in sent}
    filters = {name: values for name, values in sent.items() if name not in (*SEARCHES, *SAYS_NOT_WHAT)}
    return urlencode(searches | filters, doseq=True)[: Look.MAX_ASKED]
