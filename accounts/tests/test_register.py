import re

import pytest

from accounts.models import Account, User
from accounts.tests.parallel import at_once

DANA = {
    "email": "dana@example.com",
    "password": "a lamp, a river, a Tuesday",
    "full_name": "Dana Drake",
    "company_name": "Drake Design",
}


def test_it_answers_the_new_user(nobody):
    response = nobody.post("/auth/register", DANA)

    assert response.status_code == 201
    user = response.json()
    assert re.fullmatch(r"user_[0-7][0-9a-hjkmnp-tv-z]{25}", user.pop("id"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", user.pop("created_at"))
    assert user == {
        "email": "dana@example.com",
        "full_name": "Dana Drake",
        "company_name": "Drake Design",
        "is_verified": False,
    }


def test_it_makes_an_account_with_one_user(nobody):
    nobody.post("/auth/register", DANA)

    user = User.objects.get(account=Account.objects.get())
    assert (user.email, user.account.name, user.account.currency) == ("dana@example.com", "Drake Design", "USD")


def test_the_new_user_can_log_in_and_has_no_clients(nobody):
    nobody.post("/auth/register", DANA)
    nobody.tokens = nobody.post("/auth/login", DANA).json()

    assert nobody.get("/clients/").json()["total"] == 0


def test_the_password_is_kept_as_an_argon2_hash_alone(nobody):
    nobody.post("/auth/register", DANA)

    kept = User.objects.get().password
    assert kept.startswith("argon2$argon2id$")
    assert DANA["password"] not in kept


def test_the_answer_never_has_the_password(nobody):
    assert DANA["password"] not in nobody.post("/auth/register", DANA).content.decode()


@pytest.mark.parametrize("company", [{}, {"company_name": None}, {"company_name": ""}, {"company_name": "  "}])
def test_the_company_is_optional(nobody, company):
    response = nobody.post("/auth/register", {**DANA, "company_name": None, **company})

    assert response.status_code == 201
    assert response.json()["company_name"] is None


def test_a_program_needs_a_username_and_a_password_alone(nobody):
    response = nobody.post("/auth/register", {"username": DANA["email"], "password": DANA["password"]})

    assert response.status_code == 201
    assert (response.json()["email"], response.json()["full_name"]) == (DANA["email"], DANA["email"])


@pytest.mark.parametrize("field", ["password", "full_name"])
def test_the_other_fields_are_required(nobody, field):
    response = nobody.post("/auth/register", {name: value for name, value in DANA.items() if name != field})

    assert response.status_code == 400
    assert response.json()["error_code"] == "VALIDATION_ERROR"
    assert response.json()["detail"] == f"Validation error: {field}: This field is required."
    assert response.json()["errors"] == {field: ["This field is required."]}


def test_an_email_is_required(nobody):
    response = nobody.post("/auth/register", {name: value for name, value in DANA.items() if name != "email"})

    assert response.status_code == 400
    assert response.json()["errors"] == {"email": ["This field is required."]}


@pytest.mark.parametrize("value", [None, "", 5, True, [], {}, "a\x00b", "\ud800"])
@pytest.mark.parametrize("field", ["email", "password", "full_name"])
def test_what_is_no_text_is_a_validation_error(nobody, field, value):
    response = nobody.post("/auth/register", {**DANA, field: value})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Account.objects.exists()


@pytest.mark.parametrize("email", ["dana", "dana@", "@example.com", "da na@example.com", "d@" + "e" * 250 + ".com"])
def test_an_email_must_be_an_address(nobody, email):
    response = nobody.post("/auth/register", {**DANA, "email": email})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["email"]
    assert email not in response.json()["detail"]


def test_texts_are_trimmed_and_the_password_is_not(nobody):
    padded = {name: f" {value} " for name, value in DANA.items()}
    user = nobody.post("/auth/register", padded).json()

    assert (user["email"], user["full_name"], user["company_name"]) == (
        "dana@example.com",
        "Dana Drake",
        "Drake Design",
    )
    assert User.objects.get().check_password(padded["password"])


@pytest.mark.parametrize("email", ["alice@example.com", "ALICE@Example.COM", " alice@example.com "])
def test_a_taken_email_is_a_conflict_however_it_is_written(alice, nobody, email):
    response = nobody.post("/auth/register", {**DANA, "email": email})

    assert response.status_code == 409
    problem = response.json()
    assert problem["error_code"] == "CONFLICT"
    assert problem["detail"] == "Duplicate user: a user with this email already exists"
    assert problem["errors"] == {"email": ["A user with this email already exists."]}


def test_a_taken_email_leaves_no_account_behind(alice, nobody):
    nobody.post("/auth/register", {**DANA, "email": "alice@example.com"})

    assert list(Account.objects.all()) == [alice.account]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_email(nobody):
    answers = at_once(*[lambda: nobody.post("/auth/register", DANA)] * 4)

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert (Account.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.parametrize("password", ["short1!", "password123", "83746529102", "dana@example.com"])
def test_a_weak_password_is_refused_by_name(nobody, password):
    response = nobody.post("/auth/register", {**DANA, "password": password})

    assert response.status_code == 400
    problem = response.json()
    assert problem["error_code"] == "WEAK_PASSWORD"
    assert problem["detail"].startswith("Validation error: password: ")
    assert list(problem["errors"]) == ["password"]
    assert not Account.objects.exists()


def test_nobody_promotes_themselves(nobody, charlie):
    body = {
        **DANA,
        "id": charlie.user.id,
        "account": charlie.account.id,
        "account_id": charlie.account.id,
        "is_staff": True,
        "is_superuser": True,
        "is_verified": True,
    }
    nobody.post("/auth/register", body)

    user = User.objects.get(email=DANA["email"])
    assert user.account_id != charlie.account.id
    assert (user.is_staff, user.is_superuser, user.is_verified) == (False, False, False)


def test_a_long_unicode_name_is_kept_as_written(nobody):
    name = "Zoë 李 " + "ñ" * 194
    assert nobody.post("/auth/register", {**DANA, "full_name": name}).json()["full_name"] == name
    assert nobody.post("/auth/register", {**DANA, "full_name": name + "x"}).status_code == 400
