"""The rules of tenancy that statements keep: those of every endpoint and command, and the triggers' own."""

import re
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Invoice, Payment
from clients.tests.endpoints import CALLS, call
from clients.tests.ledger import counted, fill, run, totals
from clients.tests.statements import JOIN, joins_without_account, names_account, touches_tenants

# Statements before the account is known: how many, and why.
ACCOUNT_UNKNOWN = {
    ("POST", "login"): (1, "the user is found by email, which is unique over all accounts"),
    ("POST", "password-reset"): (1, "the mailed token names the user alone"),
}
# The condition of the first takes a note, and is never met; the others refuse.
WRITE_NOTHING = {
    "client_count_noted",
    "change_append_only",
    "change_not_truncated",
    "look_append_only",
    "look_not_truncated",
}
# Those that make or change a user, as is their purpose.
CHANGES_A_USER = {("POST", "register"), ("POST", "password-reset")}

every_route = pytest.mark.parametrize("route", sorted(CALLS), ids=" ".join)


@pytest.fixture
def statements_of(alice, acme, invoice):
    """What is said to the database in a good call of a route."""

    def statements(route):
        with CaptureQueriesContext(connection) as captured:
            response = call(route, alice, acme, invoice)
        assert response.status_code in (200, 201), response.content
        return [query["sql"] for query in captured]

    return statements


# 3. Joins between tenant tables are on (account_id, id).


def sql_of(queryset):
    return str(queryset.query)


@pytest.mark.parametrize(
    "queryset",
    [
        Invoice.objects.select_related("client"),
        Payment.objects.select_related("invoice__client"),
        Invoice.objects.filter(client__is_active=True),
        Invoice.objects.exclude(client__name="x").order_by("client__name"),
        Client.objects.filter(invoices__amount__gt=1),
        Client.objects.annotate(Count("invoices__payments")),
        Payment.objects.values("invoice__client__email"),
    ],
    ids=sql_of,
)
def test_3_a_join_is_on_account_and_id(queryset):
    sql = sql_of(queryset)
    assert len(JOIN.findall(sql)) == sql.count(" JOIN ") > 0
    assert joins_without_account(sql) == []


def test_3_a_join_on_the_id_alone_would_be_noticed():
    on_id = '"clients_invoice"."client_id" = "clients_client"."id"'
    assert joins_without_account(f'SELECT FROM "clients_invoice" INNER JOIN "clients_client" ON ({on_id})') == [on_id]


def test_3_a_parent_is_read_within_the_account(invoice, queries):
    [statement] = queries(lambda: Invoice.objects.get(pk=invoice.pk).client)[1:]
    assert names_account(statement, invoice.account_id)


def test_3_a_row_whose_parent_is_of_another_account_has_no_parent(acme, invoice, charlie):
    """If the database had let it in, it would still lead nowhere."""
    run("SET LOCAL session_replication_role = replica")
    run("UPDATE clients_invoice SET account_id = (SELECT id FROM accounts_account WHERE name = 'Charlie Ltd')")
    stray = Invoice.objects.get()
    assert not Invoice.objects.filter(client__name="Acme Corporation").exists()
    assert not Invoice.objects.select_related("client")
    with pytest.raises(Client.DoesNotExist):
        _ = stray.client
    run("UPDATE clients_invoice SET account_id = (SELECT account_id FROM clients_client)")
    run("SET LOCAL session_replication_role = origin")


# 5. Every statement has the account as a constant.


@every_route
def test_5_every_statement_names_the_account(alice, statements_of, route):
    unnamed = [sql for sql in statements_of(route) if touches_tenants(sql) and not names_account(sql, alice.account.pk)]
    if route == ("POST", "register"):  # the account is a new one
        [insertion] = unnamed
        assert insertion.startswith('INSERT INTO "accounts_user"')
        assert '"account_id"' in insertion
        return
    allowed, _reason = ACCOUNT_UNKNOWN.get(route, (0, ""))
    assert len(unnamed) == allowed, unnamed
    assert all(sql.startswith("SELECT") and 'FROM "accounts_user"' in sql for sql in unnamed)


@every_route
def test_5_no_join_leaves_the_account(statements_of, route):
    assert [sql for sql in statements_of(route) if joins_without_account(sql)] == []


@pytest.mark.parametrize(
    ("command", "content"),
    [
        (["import_clients", "-", "--on-duplicate=update"], b"name,email\nNew,new@example.com\nA,billing@acme.com\n"),
        (["import_invoices", "-"], b"client_email,invoice_number,amount,paid_amount\nbilling@acme.com,N1,10,5\n"),
        (["export_clients"], b""),
        (["check_totals", "--repair"], b""),
    ],
    ids=str,
)
def test_5_a_command_names_the_account_once_it_knows_it(alice, acme, queries, monkeypatch, command, content):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content)))
    said = queries(call_command, *command, "--account", "alice@example.com", stdout=StringIO())
    touching = [sql for sql in said if touches_tenants(sql)]
    by_email, *unnamed = [sql for sql in touching if not names_account(sql, alice.account.pk)]
    assert 'FROM "accounts_user"' in by_email
    assert unnamed == []
    assert len(touching) > 1


@every_route
def test_4_no_endpoint_sets_an_account(statements_of, route):
    updates = [sql for sql in statements_of(route) if re.match(r"\s*UPDATE", sql)]
    assert not [sql for sql in updates if re.search(r'account_id"? =', sql.partition(" SET ")[2].partition("WHERE")[0])]


# 7. A request writes nothing to account or user.


@every_route
def test_7_a_request_writes_nothing_to_account_or_user(statements_of, settings, route):
    settings.API_RATE_LIMIT = "1000/hour"
    rows = "SELECT id, xmin, ctid FROM accounts_account UNION ALL SELECT id, xmin, ctid FROM accounts_user ORDER BY id"
    before = run(rows)
    statements = statements_of(route)
    assert (run(rows) != before) == (route in CHANGES_A_USER)
    assert not [sql for sql in statements if "FOR UPDATE" in sql and re.search('FROM "?accounts_(account|user)', sql)]


# 6. Triggers: no transition table meets a real one, names are qualified, the account is named.


@pytest.fixture
def trigger_bodies(db):
    """The functions behind all triggers on tenants' tables, without what pgtrigger puts before them."""
    rows = run(
        """SELECT DISTINCT tgname, prosrc FROM pg_trigger AS t JOIN pg_proc AS f ON f.oid = t.tgfoid
        WHERE NOT tgisinternal AND tgrelid::regclass::text ~ '^(clients|accounts)_'"""
    )
    return {name: " ".join(source.split()) for name, source in rows}


def name_of(trigger):
    return re.fullmatch(r"pgtrigger_(\w+)_[0-9a-f]{5}", trigger)[1]


def test_6_what_is_kept_has_its_four_triggers(trigger_bodies):
    kept = {
        f"{kept}_{event}"
        for kept in ("client_totals", "invoice_totals", "client_count", "sums_of_account")
        for event in ("inserted", "updated", "deleted", "truncated")
    } | {"sums_of_account_cancelled"}
    recorded = {
        f"{kind}_change_{event}"
        for kind in ("client", "invoice", "payment")
        for event in ("updated", "deleted", "truncated")
    }
    assert {name_of(trigger) for trigger in trigger_bodies} == WRITE_NOTHING | kept | recorded


def test_6_transition_tables_are_read_alone(trigger_bodies):
    for name, body in trigger_bodies.items():
        assert " JOIN " not in body.upper(), name
        alone = re.findall(r"FROM (?:new_rows|old_rows)(?: WHERE | GROUP BY | UNION ALL |\))", body)
        assert len(alone) == len(re.findall(r"\b(?:new|old)_rows\b", body)), name


def test_6_names_are_qualified_by_their_schema(trigger_bodies):
    for name, body in trigger_bodies.items():
        tables_alone = re.sub(r"IS DISTINCT FROM|NO KEY UPDATE|DO UPDATE|INTO t\.", "", body)
        used = set(re.findall(r"\b(?:FROM|UPDATE|INTO) ([^\s()]+)", tables_alone)) - {
            "new_rows",
            "old_rows",
            "unnest",
        }
        assert used or name_of(name) in WRITE_NOTHING, name
        assert {table for table in used if not table.startswith("public.")} == set(), name
        assert set(re.findall(r"(\S+)\._pgtrigger", body)) <= {'("public"'}, name


def test_6_a_trigger_writes_rows_of_its_own_account(trigger_bodies):
    for name, body in trigger_bodies.items():
        writes = re.findall(r"(?:UPDATE|INSERT INTO|DELETE FROM) public\.\w+ .*?(?:;|$)", body)
        assert writes or name_of(name) in WRITE_NOTHING, name
        chosen = r"WHERE (?:[cmpr]\.)?account_id = t\.(?:account_id|id)"
        of_account = rf"{chosen}|\(account_id, .*?\) (?:VALUES \( ?|SELECT )(?:t|OLD)\.account_id,"
        assert [sql for sql in writes if not re.search(of_account, sql)] == []


@pytest.mark.parametrize("search_path", ["pg_catalog", "''"])
def test_6_triggers_work_under_a_search_path_without_public(acme, globex, strangers_client, search_path):
    fill(acme, globex, strangers_client)
    run(f"SET LOCAL search_path = {search_path}")
    run("UPDATE public.clients_invoice SET amount = amount + 1, issue_date = issue_date - 1")
    run("DELETE FROM public.clients_payment")
    run("UPDATE public.clients_client SET is_active = false")
    run("SET LOCAL search_path = public")
    assert totals(acme, globex) == [(302, 0, 2, "03-09"), (1001, 0, 1, "05-09")]
    assert counted(acme.account_id) == (2, 0)


def test_a_correlated_subquery_names_the_account_itself(alice):
    """Django joins nothing here, so whoever writes one says it: this is how it reads."""
    newer = Invoice.objects.for_account(alice.account).filter(client=OuterRef("pk"))
    sql = sql_of(Client.objects.for_account(alice.account).filter(Exists(newer)))
    assert len(re.findall(r'account_id" = [0-9a-f-]{32,36}', sql)) == 2
