"""A small ledger of two accounts, and what its totals should be, in SQL that shares nothing with the triggers'."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection, transaction

from clients.models import AccountSum, Client, ClientCount, ClientMonth, Invoice, Payment

# A client counts, of its invoices that are not cancelled, amounts and payments straight from the rows,
# and so does each of its months; an account counts its clients, and adds up what is invoiced and collected by the
# month, and due by the day.
WRONG = """
    WITH bills AS (
        SELECT i.account_id, i.client_id, (to_char(i.issue_date, 'YYYY-MM') || '-01')::date AS month, i.amount,
            i.due_date, coalesce(sum(p.amount), 0) AS paid, max(p.payment_date) - i.issue_date AS days
        FROM clients_invoice AS i LEFT JOIN clients_payment AS p ON p.invoice_id = i.id
        WHERE i.cancelled_at IS NULL GROUP BY i.id
    ), months AS (
        SELECT account_id, client_id, month, sum(amount), sum(paid), count(*), count(*) FILTER (WHERE paid >= amount),
            coalesce(sum(days) FILTER (WHERE paid >= amount), 0)
        FROM bills GROUP BY account_id, client_id, month
    ), kept AS (
        SELECT account_id, client_id, month, total_invoiced, total_paid, invoice_count, paid_count, payment_days
        FROM clients_clientmonth
    ), shares AS (
        SELECT account_id, 'invoiced' AS kind, month AS day, amount FROM bills
        UNION ALL SELECT account_id, 'due', due_date, amount - paid FROM bills
        UNION ALL SELECT account_id, 'collected', (to_char(payment_date, 'YYYY-MM') || '-01')::date, amount
        FROM clients_payment AS p
        WHERE invoice_id IN (SELECT id FROM clients_invoice AS i WHERE cancelled_at IS NULL)
        UNION ALL SELECT account_id, kind, day, -amount FROM clients_accountsum
    ), wrong AS ((TABLE months EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE months))
    SELECT DISTINCT coalesce(c.name, 'nobody') || to_char(w.month, ' YYYY-MM')
    FROM wrong AS w LEFT JOIN clients_client AS c ON c.id = w.client_id
    UNION ALL
    SELECT concat_ws(' ', kind, day) FROM shares GROUP BY account_id, kind, day HAVING sum(amount) <> 0
    UNION ALL
    SELECT c.name FROM clients_client AS c, LATERAL (
        SELECT coalesce(sum(i.amount), 0) AS invoiced, count(*) AS invoices, max(i.issue_date) AS latest,
            coalesce(sum((SELECT sum(p.amount) FROM clients_payment AS p WHERE p.invoice_id = i.id)), 0) AS paid
        FROM clients_invoice AS i WHERE i.client_id = c.id AND i.cancelled_at IS NULL) AS t
    WHERE (c.total_invoiced, c.total_paid, c.invoice_count, c.last_invoice_date)
        IS DISTINCT FROM (t.invoiced, t.paid, t.invoices, t.latest)
    UNION ALL
    SELECT i.invoice_number FROM clients_invoice AS i, LATERAL (
        SELECT coalesce(sum(p.amount), 0) AS paid, max(p.payment_date) AS latest
        FROM clients_payment AS p WHERE p.invoice_id = i.id) AS t
    WHERE (i.amount_paid, i.last_payment_date) IS DISTINCT FROM (t.paid, t.latest)
    UNION ALL
    SELECT a.name FROM accounts_account AS a, LATERAL (
        SELECT count(*) AS clients, count(*) FILTER (WHERE c.is_active) AS active
        FROM clients_client AS c WHERE c.account_id = a.id) AS t, LATERAL (
        SELECT coalesce(sum(k.clients), 0) AS clients, coalesce(sum(k.active), 0) AS active
        FROM clients_clientcount AS k WHERE k.account_id = a.id) AS k
    WHERE (k.clients, k.active) <> (t.clients, t.active)"""


def run(sql, *params):
    """The rows of a statement, or how many it concerned."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def attempt(sql, *params):
    """A statement that may be refused, and then has moved nothing."""
    with suppress(IntegrityError), transaction.atomic():
        run(sql, *params)


def wrong_totals():
    return sorted(name for (name,) in run(WRONG))


def totals(*clients):
    """What each client keeps: invoiced, paid, how many, the latest day as MM-DD of 2024."""
    kept = {client.pk: client for client in Client.objects.filter(pk__in=[client.pk for client in clients])}
    return [
        (
            int(kept[client.pk].total_invoiced),
            int(kept[client.pk].total_paid),
            kept[client.pk].invoice_count,
            kept[client.pk].last_invoice_date and kept[client.pk].last_invoice_date.strftime("%m-%d"),
        )
        for client in clients
    ]


def months(client):
    """What a client keeps by month of 2024, MM: invoiced, paid, how many, how many fully paid, and in how many days."""
    rows = ClientMonth.objects.filter(client=client.pk, month__year=2024).order_by("month")
    return {
        f"{row.month:%m}": (
            int(row.total_invoiced),
            int(row.total_paid),
            row.invoice_count,
            row.paid_count,
            row.payment_days,
        )
        for row in rows
    }


def sums(account_id):
    """What an account is said to have invoiced and collected by month, and to have due by day, of 2024."""
    found = {}
    for row in AccountSum.objects.for_account(account_id).filter(day__year=2024).order_by("day", "kind"):
        key = f"{row.kind} {row.day:%m-%d}"
        found[key] = found.get(key, 0) + int(row.amount)
    return found


def counted(account_id):
    """How many clients an account is said to have, and how many of them are active."""
    counts = ClientCount.objects.for_account(account_id)
    return counts.total().get()["total"], counts.total(active=True).get()["total"]


def paid(number):
    """What an invoice keeps: paid so far, the day of the latest payment as MM-DD of 2024."""
    invoice = Invoice.objects.get(invoice_number=number)
    return int(invoice.amount_paid), invoice.last_payment_date and invoice.last_payment_date.strftime("%m-%d")


def add_invoice(client, number, amount, month, *, payments=(), cancelled=False):
    """An invoice of the tenth of a month of 2024, and payments on it as (amount, month)."""
    invoice = Invoice.objects.create(
        account_id=client.account_id,
        client=client,
        invoice_number=number,
        amount=Decimal(amount),
        issue_date=date(2024, month, 10),
        due_date=date(2024, 12, 31),
        cancelled_at="2024-12-01T00:00:00Z" if cancelled else None,
    )
    Payment.objects.bulk_create(
        Payment(
            account_id=client.account_id, invoice=invoice, amount=Decimal(part), payment_date=date(2024, paid_in, 20)
        )
        for part, paid_in in payments
    )
    return invoice


def fill(acme, globex, secret):
    """A1, A2 and A3 (cancelled) of Acme, G1 of Globex, S1 of somebody else's client."""
    add_invoice(acme, "A1", 100, 1)
    add_invoice(acme, "A2", 200, 3, payments=[(50, 4), (150, 5)])
    add_invoice(acme, "A3", 400, 2, payments=[(100, 3)], cancelled=True)
    add_invoice(globex, "G1", 1000, 5)
    add_invoice(secret, "S1", 7, 6, payments=[(3, 7)])
