"""The page of a client: what it shows is what the API says, and the form is a click away."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.acting import act_as
from accounts.backoffice import display
from accounts.tests.backoffice import change_url, history_url, permit, typed
from clients.admin.page import ENTRIES, LATEST
from clients.history import CLIENT_LOG
from clients.models import Client, Invoice
from clients.statistics import PERIODS
from clients.tests.factories import add_invoice
from duespark.clock import today


def page_of(browser, row, query=""):
    answer = browser.get(f"{change_url(row)}{query}")
    assert answer.status_code == 200
    return answer


def figures(shown):
    return {figure.label: (str(figure.value), figure.hint) for figure in shown}


def money(amount):
    return display.money(Decimal(amount), "USD")


@pytest.fixture
def ledger(acme):
    """A year of Acme's: paid, paid in part, late, cancelled, and one from long ago."""
    day = today().replace(day=1)
    add_invoice(acme, "100.10", day.isoformat(), ("100.10", today().isoformat()))
    add_invoice(acme, "200.00", (day - timedelta(days=70)).isoformat(), ("50.00", day.isoformat()))
    add_invoice(acme, "30.00", (day - timedelta(days=100)).isoformat())
    add_invoice(acme, "999.00", (day - timedelta(days=100)).isoformat(), cancelled=True)
    add_invoice(acme, "7.77", "2019-05-05", ("7.77", "2019-05-25"))
    return acme


@pytest.mark.parametrize("period", PERIODS)
def test_the_statistics_are_the_apis(boss, alice, ledger, period):
    api = alice.get(f"/clients/{ledger.pk}/stats?period={period}").json(parse_float=Decimal)
    shown = page_of(boss, ledger, f"?period={period}").context["period"]

    told = {label: value for label, (value, _) in figures(shown.figures()).items()}
    assert told == {
        "Invoiced": money(api["total_revenue"]),
        "Paid on these": money(api["total_revenue"] - api["outstanding_amount"]),
        "Outstanding": money(api["outstanding_amount"]),
        "Average invoice": money(api["avg_invoice_amount"]),
        "Pays after": f"{api['avg_payment_time_days']} days",
        "Paid in full": f"{api['payment_success_rate']} %",
    }
    invoiced, paid = shown.chart.series
    assert invoiced.total == api["total_revenue"]
    assert paid.total == sum(month["paid"] for month in api["monthly_breakdown"])


def test_the_chart_has_a_bar_a_month_as_the_api(boss, alice, ledger):
    api = alice.get(f"/clients/{ledger.pk}/stats").json(parse_float=Decimal)
    invoiced, paid = page_of(boss, ledger).context["period"].chart.series

    assert list(invoiced.values) == [month["invoiced"] for month in api["monthly_breakdown"]]
    assert list(paid.values) == [month["paid"] for month in api["monthly_breakdown"]]


def test_a_long_period_has_a_bar_a_year(boss, ledger):
    chart = page_of(boss, ledger, "?period=all").context["period"].chart

    assert chart.labels == tuple(str(year) for year in range(2019, today().year + 1))
    assert chart.series[0].values[0] == Decimal("7.77")


@pytest.mark.parametrize("query", ["?period=nonsense", "?period=", ""])
def test_a_period_that_there_is_not_is_the_usual_one(boss, ledger, query):
    assert page_of(boss, ledger, query).context["period"].statistics.period == "12m"


def test_the_totals_are_the_apis(boss, alice, ledger):
    api = alice.get(f"/clients/{ledger.pk}").json(parse_float=Decimal)
    shown = figures(page_of(boss, ledger).context["figures"])

    assert shown["Invoiced so far"] == (money(api["total_invoiced"]), f"{api['invoice_count']} invoices")
    assert shown["Paid so far"][0] == money(api["total_paid"])
    assert shown["Owes"][0] == money(api["total_invoiced"] - api["total_paid"])


def test_what_is_overdue_is_the_apis(boss, alice, ledger):
    late = alice.get(f"/invoices/?client_id={ledger.pk}&status=overdue").json(parse_float=Decimal)["items"]
    value, hint = figures(page_of(boss, ledger).context["figures"])["Of it overdue"]

    assert value == money(sum(invoice["amount_due"] for invoice in late))
    assert hint.startswith(f"{len(late)} invoices, the oldest due ")


def test_a_client_of_which_there_is_nothing_says_so(boss, strangers_client):
    page = page_of(boss, strangers_client)

    for words in (
        "Nothing has been invoiced in this period.",
        "Nothing has been invoiced yet.",
        "Nothing has been paid yet.",
        "Nothing is late",
    ):
        assert words in page.content.decode()


def test_the_latest_payments_are_of_all_its_invoices(boss, ledger):
    _, payments = page_of(boss, ledger).context["related"]

    assert [str(row[1]) for row in payments.rows] == [money("100.10"), money("50.00"), money("7.77")]


# Looking and editing


def test_looking_comes_first_and_the_form_on_request(boss, acme):
    assert b"client_form" not in page_of(boss, acme).content
    assert b"client_form" in page_of(boss, acme, "?edit=yes").content


def test_what_is_refused_is_shown_in_the_form(boss, acme):
    answer = boss.post(change_url(acme), typed(page_of(boss, acme), name=""))

    assert b"client_form" in answer.content
    assert b"Must not be empty." in answer.content


def test_who_has_saved_looks_at_the_client(boss, acme):
    answer = boss.post(f"{change_url(acme)}?edit=yes", typed(page_of(boss, acme), name="Acme LLC"))

    assert answer["Location"] == change_url(acme)


def test_who_may_only_look_is_offered_nothing_else(clerk, acme):
    permit(clerk, "view_client")
    page = page_of(clerk, acme, "?edit=yes")

    assert b"?edit=yes" not in page.content
    assert b"_save" not in page.content
    assert page.context["verbs"] == []


def test_a_letter_goes_to_the_email_and_to_nobody_else(boss, acme):
    acme.edit(email="a?cc=b&c%d@acme.com")

    assert 'href="mailto:a%3Fcc%3Db%26c%25d@acme.com"' in page_of(boss, acme).content.decode()


@pytest.mark.parametrize(
    ("sees", "titles"),
    [
        ((), []),
        (("view_invoice",), ["Latest invoices"]),
        (("view_payment",), ["Latest payments"]),
        (("view_invoice", "view_payment"), ["Latest invoices", "Latest payments"]),
    ],
)
def test_invoices_and_payments_are_for_who_may_look_at_them(clerk, acme, sees, titles):
    permit(clerk, "view_client", *sees)

    assert [table.title for table in page_of(clerk, acme).context["related"]] == titles


# History


def told(page):
    """Each entry as words: who and what, then the fields."""
    return [
        (f"{entry.who} {entry.what}", [tuple(map(str, line)) for line in entry.lines])
        for entry in page.context["entries"]
    ]


def test_the_way_back_from_the_history_is_called_as_the_page_is(boss, acme):
    trail = f'<a href="{change_url(acme)}">Acme Corporation</a>'

    assert trail in boss.get(history_url(acme)).content.decode()


def test_the_history_says_who_changed_what_from_what_to_what(boss, alice, acme):
    alice.patch(f"/clients/{acme.pk}", {"payment_terms": 14, "address": {"country": "DE"}})
    boss.post(change_url(acme), typed(page_of(boss, acme), phone="", notes="Call first"))
    with act_as("import_clients"):
        Client.objects.get(pk=acme.pk).deactivate()
    Client.objects.filter(pk=acme.pk).update(tax_id="X1", changed_by=None)

    *changes, (making, _) = told(boss.get(history_url(acme)))

    assert changes == [
        ("Somebody, directly in the database, changed the client", [("tax id", "12-3456789", "X1")]),
        ("The command import_clients deactivated the client", [("state", "active", "deactivated")]),
        (
            "boss@duespark.example (DueSpark) changed the client",
            [("phone", "+1-555-123-4567", "—"), ("notes", "Important client - priority support", "Call first")],
        ),
        (
            "Alice Archer changed the client",
            [("country", "United States of America", "Germany"), ("payment terms", "30 days", "14 days")],
        ),
    ]
    assert making.endswith("created the client")


def test_the_page_has_the_latest_entries(boss, acme):
    for terms in range(LATEST + 3):
        acme.edit(payment_terms=terms)

    assert next(lines for _, lines in told(page_of(boss, acme))) == [
        ("payment terms", f"{LATEST + 1} days", f"{LATEST + 2} days")
    ]
    assert len(page_of(boss, acme).context["entries"]) == LATEST


def test_the_whole_history_has_pages(boss, acme):
    for terms in range(ENTRIES):
        acme.edit(payment_terms=terms)
    first, second = (told(boss.get(f"{history_url(acme)}?p={page}")) for page in (1, 2))

    assert (len(first), len(second)) == (ENTRIES, 1)
    assert CLIENT_LOG.of(acme).page(0, 1).total == ENTRIES + 1
    assert told(boss.get(f"{history_url(acme)}?p=nonsense")) == first
    assert told(boss.get(f"{history_url(acme)}?p=99")) == second


def test_the_history_is_for_those_who_may_look(clerk, acme):
    assert clerk.get(history_url(acme)).status_code == 403
    permit(clerk, "view_client")
    assert clerk.get(history_url(acme)).status_code == 200


def test_no_client_has_no_history(boss, db):
    assert boss.get(history_url(Client(pk="client_01h455vb4pex5vsknk084sn02q"))).status_code == 404


def test_a_long_text_is_cut(boss, acme):
    acme.edit(notes="n" * 5_000)

    (_, [(_, _, new)]), *_ = told(boss.get(history_url(acme)))
    assert new == "n" * 300 + "…"


def test_an_invoices_history_has_its_payments(boss, alice, acme):
    invoice = Invoice.issue(alice.account, acme.pk, invoice_number="INV-1", amount=Decimal("250.00"))
    alice.post(f"/invoices/{invoice.pk}/payments", {"amount": 100, "payment_method": "card"})
    alice.patch(f"/invoices/{invoice.pk}", {"due_date": "2030-01-31"})

    (changed, lines), (paid, _), (made, _) = told(boss.get(history_url(invoice)))

    assert changed == "Alice Archer changed the invoice"
    assert [line[0] for line in lines] == ["due date"]
    assert lines[0][2] == "31 Jan 2030"
    assert paid == "Alice Archer recorded a payment of 100.00 USD"
    assert made.endswith("created the invoice")
