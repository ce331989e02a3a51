"""What is owed to accounts: invoiced, collected and due, by how late it is, and by whom.

Each function is one query, over one account or over all of them, and gives frozen records. No invoice
and no payment is read: triggers keep what they come to (clients/sums.py, totals.py, counts.py), without
those that are cancelled. Accounts of different currencies are never added up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Sum, Value, When

from accounts.models import Account
from clients.models import AccountSum, Client, ClientCount
from clients.statistics import ZERO, months_after
from duespark.clock import today
from duespark.ids import typeid_of, uuid_of

MONTHS = 12  # that are told apart, the current one among them
DEBTORS = 10
# How many days late what is due may be to belong to each band of ageing; what is later still has the last.
BANDS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Month:
    """What was invoiced by date of issue, and collected by date of payment; `month` is its first day."""

    month: date
    invoiced: Decimal = ZERO
    collected: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Receivables:
    """The figures of accounts that share a currency.

    `ageing` is what is due, by how long it has been: not yet, which includes what is due today; for 1 to
    30 days, 31 to 60, 61 to 90; and for longer.
    """

    currency: str
    months: Sequence[Month]
    ageing: Sequence[Decimal]

    @property
    def outstanding(self) -> Decimal:
        return sum(self.ageing, ZERO)

    @property
    def overdue(self) -> Decimal:
        """What is due on invoices whose status is `overdue`."""
        return sum(self.ageing[1:], ZERO)

    @property
    def invoiced(self) -> Decimal:
        return sum((one.invoiced for one in self.months), ZERO)

    @property
    def collected(self) -> Decimal:
        return sum((one.collected for one in self.months), ZERO)


@dataclass(frozen=True, slots=True)
class ClientFigures:
    active: int
    new: int


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client that owes something; `account` names whose client it is."""

    id: str
    name: str
    account_id: str
    account: str
    owed: Decimal
    invoices: int


def currencies() -> Mapping[str, int]:
    """How many accounts have each, the most first."""
    used = Account.objects.values_list("currency").annotate(accounts=Count("pk")).order_by("-accounts", "currency")
    return dict(used)


def receivables(account_id: str | None = None) -> Mapping[str, Receivables]:
    """By currency. None of one in which nothing was invoiced or collected of late, and nothing is due."""
    found: dict[str, dict[tuple[str, Any], Decimal]] = {}
    for currency, kind, month, band, amount in _sums(account_id):
        found.setdefault(currency, {})[kind, band if kind == "due" else month] = amount
    return {currency: _receivables(currency, amounts) for currency, amounts in found.items()}


def no_receivables(currency: str) -> Receivables:
    return _receivables(currency, {})


def client_figures(account_id: str | None = None) -> ClientFigures:
    """Account by account, as the indexes have them: by their own, a million clients are not read."""
    since = datetime.combine(today().replace(day=1), time.min, UTC)
    counts: Any = ClientCount.objects
    added = Client.objects.filter(account=OuterRef("pk"), created_at__gte=since).order_by().values("account")
    figures = _accounts(account_id).aggregate(
        active=Sum(Subquery(counts.filter(account=OuterRef("pk")).total(active=True))),
        new=Sum(Subquery(added.annotate(count=Count("pk")).values("count"))),
    )
    return ClientFigures(**{name: int(count or 0) for name, count in figures.items()})


def debtors(currency: str, account_id: str | None = None) -> list[Debtor]:
    """The ten clients that owe most, the first the most.

    Of each account the largest debt is looked up, and ten debts of those accounts alone in which it is
    among the ten largest: no other can have one of them.
    """
    given = {"currency": currency, "account": account_id and uuid_of(account_id), "count": DEBTORS}
    with connection.cursor() as cursor:
        cursor.execute(LARGEST_DEBTS, given)
        return [
            Debtor(typeid_of("client", client), name, typeid_of("account", account), of or "", owed, invoices)
            for client, name, account, of, owed, invoices in cursor
        ]


DEBTS = """
    SELECT c.id, c.name, c.total_invoiced - c.total_paid AS owed, c.invoice_count FROM clients_client AS c
    WHERE c.account_id = a.id AND c.total_invoiced > c.total_paid
    ORDER BY c.account_id, c.total_invoiced - c.total_paid DESC, c.id DESC"""
LARGEST_DEBTS = f"""
    WITH worst AS (
        SELECT * FROM (
            SELECT a.id, a.name, rank() OVER (ORDER BY d.owed DESC) AS place
            FROM accounts_account AS a, LATERAL ({DEBTS} LIMIT 1) AS d
            WHERE a.currency = %(currency)s AND (%(account)s::uuid IS NULL OR a.id = %(account)s)
        ) AS a WHERE place <= %(count)s
    )
    SELECT d.id, d.name, a.id, a.name, d.owed, d.invoice_count FROM worst AS a, LATERAL ({DEBTS} LIMIT %(count)s) AS d
    ORDER BY d.owed DESC, d.id DESC LIMIT %(count)s"""


def _accounts(account_id: str | None) -> Any:
    return Account.objects.filter(pk=account_id) if account_id else Account.objects.order_by()


def _sums(account_id: str | None) -> Any:
    """Rows of currency, kind, month, band, amount; the month says nothing of what is due, and the band of the rest."""
    current = today().replace(day=1)
    sums: Any = AccountSum.objects.for_account(account_id) if account_id else AccountSum.objects
    told = Q(kind="due") | Q(day__gte=months_after(current, 1 - MONTHS), day__lte=current)
    month = Case(When(kind="due", then=None), default="day")
    return sums.filter(told).values_list("account__currency", "kind", month, _band()).annotate(Sum("amount"))


def _band() -> Case:
    """The number of the band in `ageing`."""
    latest = [When(day__gte=today() - timedelta(days), then=Value(band)) for band, days in enumerate(BANDS)]
    return Case(When(~Q(kind="due"), then=None), *latest, default=Value(len(BANDS)), output_field=IntegerField())


def _receivables(currency: str, amounts: Mapping[tuple[str, Any], Decimal]) -> Receivables:
    current = today().replace(day=1)
    months = [months_after(current, n) for n in range(1 - MONTHS, 1)]
    return Receivables(
        currency,
        [Month(month, *(amounts.get((kind, month), ZERO) for kind in ("invoiced", "collected"))) for month in months],
        [amounts.get(("due", band), ZERO) for band in range(len(BANDS) + 1)],
    )
