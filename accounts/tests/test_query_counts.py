"""What the endpoints ask of the database, and by which indexes."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tokens import AccessToken, session_of
from conftest import PASSWORD


def plan(query):
    """How PostgreSQL runs it on a table too large to read through."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return query.explain()


def test_authentication_is_one_query(alice, django_assert_num_queries):
    with django_assert_num_queries(1):  # the session, its user and its account
        assert alice.get("/auth/me").status_code == 200


def test_a_forged_token_asks_nothing(nobody, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert nobody.get("/auth/me", HTTP_AUTHORIZATION="Bearer a.b.c").status_code == 401


def test_no_token_asks_nothing(nobody, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert nobody.get("/clients/").status_code == 401


def test_authentication_goes_by_indexes(alice):
    with CaptureQueriesContext(connection) as queries:
        session_of(AccessToken(alice.tokens["access_token"]))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        steps = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan" in steps
    assert "Seq Scan" not in steps


def test_a_request_writes_nothing(alice):
    with CaptureQueriesContext(connection) as queries:
        alice.get("/auth/me")

    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_an_email_is_found_by_its_index(alice):
    assert "user_email_unique" in plan(User.objects.with_email("alice@example.com"))


def test_a_refresh_is_one_read_and_one_write(alice, django_assert_num_queries):
    with django_assert_num_queries(2):
        alice.post("/auth/refresh", {"refresh_token": alice.tokens["refresh_token"]}, HTTP_AUTHORIZATION="")


def test_a_login_asks_a_fixed_number_of_times(alice, nobody, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        nobody.post("/auth/login", {"username": "alice@example.com", "password": PASSWORD})
