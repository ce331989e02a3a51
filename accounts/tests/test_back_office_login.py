import pytest
from django.test import Client

from accounts.models import User
from accounts.throttling import MAX_FAILURES_PER_EMAIL, WINDOW
from conftest import PASSWORD


def log_in(client, email="staff@example.com", password=PASSWORD):
    return client.post("/admin/login/?next=/admin/", {"username": email, "password": password})


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize("email", ["staff@example.com", "Staff@EXAMPLE.com"])
def test_staff_come_in_by_email_in_any_case(staff, client, email):
    assert log_in(client, email).status_code == 302
    assert is_in(client)


def test_a_wrong_password_stays_outside(staff, client):
    assert log_in(client, password="wrong").status_code == 200
    assert not is_in(client)


def test_who_is_no_staff_stays_outside(alice, client):
    log_in(client, "alice@example.com")

    assert not is_in(client)


def test_a_deactivated_one_stays_outside(staff, client):
    User.objects.update(is_active=False)
    log_in(client)

    assert not is_in(client)


def test_staff_of_a_closed_account_stay_outside(staff, client):
    staff.account.close()
    log_in(client)

    assert not is_in(client)


def test_closing_the_account_puts_out_who_is_inside(staff, client):
    log_in(client)
    assert is_in(client)

    staff.account.close()
    assert not is_in(client)


def test_deactivating_puts_out_who_is_inside(staff, client):
    log_in(client)
    User.objects.update(is_active=False)

    assert not is_in(client)


def test_a_change_of_password_puts_out_who_is_inside(staff, client):
    log_in(client)
    user = User.objects.get(pk=staff.pk)
    user.set_password("a lamp, a river, a Tuesday")
    user.save()

    assert not is_in(client)


def test_a_cookie_of_the_back_office_is_no_key_to_the_api(staff, client):
    log_in(client)

    assert client.get("/auth/me").status_code == 401


def test_of_twenty_wrong_passwords_ten_are_tried(staff, client, nobody):
    answers = [log_in(client, password="wrong") for _ in range(20)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 10
    assert "Too many failed logins" in answers[-1].content.decode()
    assert 0 < int(answers[-1]["Retry-After"]) <= WINDOW.total_seconds()
    assert log_in(client).status_code == 429  # the right one, too
    assert nobody.post("/auth/login", {"email": "staff@example.com", "password": PASSWORD}).status_code == 429


def test_an_empty_password_does_not_forget_the_wrong_ones(staff, client, nobody):
    """Otherwise each one would give a guesser of the API's login as many tries again."""
    for _ in range(MAX_FAILURES_PER_EMAIL):
        nobody.post("/auth/login", {"email": "staff@example.com", "password": "wrong"})
    log_in(client, password="")

    assert nobody.post("/auth/login", {"email": "staff@example.com", "password": "wrong"}).status_code == 429


# The middleware of the back office is for the back office alone.


def test_a_form_without_its_token_is_refused(staff):
    browser = Client(enforce_csrf_checks=True)
    assert log_in(browser).status_code == 403
    browser.get("/admin/login/")
    token = browser.cookies["csrftoken"].value
    known = {"username": "staff@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post("/admin/login/?next=/admin/", known).status_code == 302
    assert is_in(browser)


def test_the_api_reads_and_sets_no_cookie(alice, django_assert_num_queries):
    with django_assert_num_queries(1):  # who is calling, by the token
        answer = alice.get("/auth/me", HTTP_COOKIE="sessionid=whatever; csrftoken=whatever")
    assert (answer.status_code, answer.cookies) == (200, {})


def test_a_post_to_the_front_door_is_a_problem(db):
    answer = Client(enforce_csrf_checks=True).post("/")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
