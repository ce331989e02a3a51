"""What staff see of a customer's data is written down: a page, a list, a choice, an export."""

from collections.abc import Iterable
from typing import Any

from accounts.authentication import sighting
from accounts.models import Look


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
            asked="" if of else request.GET.urlencode()[: Look.MAX_ASKED],
            address=sighting(request)["address"],
        )
