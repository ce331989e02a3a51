"""manage.py seed_demo: an account to look around in, made once."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.db.models import F
from django.utils import timezone

from accounts.models import Account, User
from clients import demo
from clients.models import Client, Invoice, Payment
from clients.tests.commands import run
from conftest import Caller
from duespark.clock import today

pytestmark = pytest.mark.django_db

LOGINS = f"""\
Login for the API: demo@duespark.example, password {demo.PASSWORD}
Login for the back office: admin@duespark.example, password {demo.PASSWORD}
"""


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Account, User, Client, Invoice, Payment)]


@pytest.fixture
def seeded(settings):
    settings.DEVELOPMENT = True
    return run("seed_demo")


def test_it_says_what_it_made_and_the_logins(seeded):
    assert (seeded.code, seeded.err) == (0, "")
    assert seeded.out == f"Made 60 demo clients and 480 invoices.\n{LOGINS}"


def test_again_it_changes_nothing(seeded):
    before = everything()

    again = run("seed_demo")

    assert again.out == f"Made 0 demo clients and 0 invoices.\n{LOGINS}"
    assert everything() == before


def test_again_on_a_later_day_it_changes_nothing(seeded, monkeypatch):
    before = everything()
    monkeypatch.setattr(demo, "today", lambda: today() + timedelta(days=40))

    run("seed_demo")

    assert everything() == before


def test_what_somebody_changed_stays(seeded):
    user = User.objects.with_email(demo.DEMO).get()
    user.set_password("another password of mine")
    user.save()
    client = Client.objects.for_account(user.account).first()
    client.edit(name="Renamed")

    run("seed_demo")

    client.refresh_from_db()
    assert client.name == "Renamed"
    assert User.objects.with_email(demo.DEMO).get().check_password("another password of mine")


@pytest.mark.parametrize("email", [demo.DEMO, demo.ADMIN])
def test_the_logins_let_in(seeded, nobody, email):
    response = nobody.post("/auth/login", {"username": email, "password": demo.PASSWORD})

    assert response.status_code == 200


def test_the_password_is_one_that_users_may_have():
    for email in (demo.DEMO, demo.ADMIN):
        validate_password(demo.PASSWORD, User(email=email))


def test_only_the_admin_may_enter_the_back_office(seeded):
    staff = User.objects.filter(is_staff=True, is_superuser=True).values_list("email", flat=True)

    assert list(staff) == [demo.ADMIN]


def test_the_account_shows_every_kind_of_thing(seeded):
    caller = Caller(User.objects.with_email(demo.DEMO).get())

    statuses = {item["status"] for page in range(1, 6) for item in invoices_on(caller, page)}

    assert statuses == {"pending", "overdue", "paid", "cancelled"}
    assert caller.get("/clients/?is_active=true").json()["total"] > 40
    assert caller.get("/clients/?is_active=false").json()["total"] > 2
    assert Invoice.objects.filter(amount_paid__gt=0, amount_paid__lt=F("amount")).exists()


def invoices_on(caller, page):
    return caller.get(f"/invoices/?limit=100&page={page}").json()["items"]


def test_its_business_is_of_the_last_14_months_and_nothing_is_ahead_of_its_time(seeded):
    invoices = Invoice.objects.select_related("client")

    assert {invoice.issue_date.strftime("%Y-%m") for invoice in invoices} >= set(months(12))
    assert all(invoice.client.created_at.date() <= invoice.issue_date <= today() for invoice in invoices)
    assert not Payment.objects.filter(payment_date__gt=today()).exists()
    assert not Client.objects.filter(created_at__gt=timezone.now()).exists()


def months(count):
    """This month and those before it, as YYYY-MM."""
    number = today().year * 12 + today().month - 1
    return [f"{(number - ago) // 12}-{(number - ago) % 12 + 1:02}" for ago in range(count)]


def test_outside_development_it_refuses(settings):
    settings.DEVELOPMENT = False

    outcome = run("seed_demo")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "Demo data is for development; --force makes it here all the same.\n"
    assert not User.objects.exists()


def test_outside_development_force_gives_a_password_that_nobody_knows(settings, nobody):
    settings.DEVELOPMENT = False

    first, second = run("seed_demo", force=True), run("seed_demo", force=True)

    password = first.out.splitlines()[1].rpartition(" ")[2]
    assert password != demo.PASSWORD
    assert User.objects.with_email(demo.ADMIN).get().check_password(password)
    assert second.out.splitlines()[1] == "Login for the API: demo@duespark.example, as it was"
