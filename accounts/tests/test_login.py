import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import override_settings

from accounts.models import Session, User
from conftest import PASSWORD

FORM = "application/x-www-form-urlencoded"
RIGHT = {"username": "alice@example.com", "password": PASSWORD}


def test_it_answers_a_pair_of_tokens_and_the_user(alice, nobody):
    response = nobody.post("/auth/login", RIGHT)

    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("access_token").count(".") == 2
    assert answer.pop("refresh_token").count(".") == 2
    assert answer == {
        "token_type": "bearer",
        "expires_in": 3600,
        "user": {
            "id": alice.user.id,
            "email": "alice@example.com",
            "full_name": "Alice Archer",
            "company_name": "Alice & Co",
        },
    }


def test_its_access_token_lets_one_in(alice, nobody):
    nobody.tokens = nobody.post("/auth/login", RIGHT).json()

    assert nobody.get("/auth/me").json()["id"] == alice.user.id


@pytest.mark.parametrize("name", ["username", "email"])
@pytest.mark.parametrize("email", ["alice@example.com", "ALICE@EXAMPLE.COM", " Alice@Example.com "])
def test_the_email_goes_by_either_name_in_any_case(alice, nobody, name, email):
    assert nobody.post("/auth/login", {name: email, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("name", ["username", "email"])
def test_a_form_will_do(alice, nobody, name):
    body = f"{name}=alice%40example.com&password={PASSWORD.replace(' ', '+')}&grant_type=password".encode()

    assert nobody.post("/auth/login", body, content_type=FORM).json()["user"]["id"] == alice.user.id


def test_a_stale_token_does_not_stand_in_the_way(alice, nobody):
    assert nobody.post("/auth/login", RIGHT, HTTP_AUTHORIZATION="Bearer stale").status_code == 200


WRONG = [
    {"username": "alice@example.com", "password": "wrong"},
    {"username": "alice@example.com", "password": PASSWORD.upper()},
    {"username": "alice@example.com", "password": f" {PASSWORD} "},
    {"username": "nobody@example.com", "password": PASSWORD},
    {"username": "alice@example.com%", "password": PASSWORD},
    {"username": "no email at all", "password": PASSWORD},
    {"username": "' OR 1=1 --", "password": "' OR 1=1 --"},
]


@pytest.mark.parametrize("body", WRONG)
def test_whatever_is_wrong_the_answer_is_the_same(alice, nobody, body):
    response = nobody.post("/auth/login", body)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error_code"] == "INVALID_CREDENTIALS"
    assert response.json()["detail"] == "The email or the password is wrong."


def test_a_deactivated_user_stays_out(alice, nobody):
    User.objects.update(is_active=False)

    assert nobody.post("/auth/login", RIGHT).json()["error_code"] == "INVALID_CREDENTIALS"


def test_the_users_of_a_closed_account_stay_out(alice, nobody):
    alice.account.close()

    assert nobody.post("/auth/login", RIGHT).json()["error_code"] == "INVALID_CREDENTIALS"


def test_a_user_without_a_password_stays_out(alice, nobody):
    alice.user.set_unusable_password()
    alice.user.save()

    for password in ("!", alice.user.password, PASSWORD):
        assert nobody.post("/auth/login", {**RIGHT, "password": password}).status_code == 401


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD}, {"username": "alice@example.com"}])
def test_both_fields_are_required(nobody, body):
    response = nobody.post("/auth/login", body)

    assert response.status_code == 400
    assert response.json()["error_code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("body", [[], [RIGHT], "text", 5, 1.5, True, None])
def test_a_body_that_is_no_object_is_a_validation_error(nobody, body):
    response = nobody.post("/auth/login", b"null" if body is None else body)

    assert response.status_code == 400
    assert response.json()["detail"].startswith("Validation error: ")


@pytest.mark.parametrize("value", [None, "", 5, True, [], {}, "a\x00b", "\ud800", "x" * 5000])
@pytest.mark.parametrize("field", ["username", "password"])
def test_what_is_no_text_is_a_validation_error(nobody, field, value):
    response = nobody.post("/auth/login", {**RIGHT, field: value})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["password" if field == "password" else "email"]


@pytest.mark.parametrize("text", ["a%00b", "a\x00b"])
def test_a_nul_in_a_form_is_a_validation_error(nobody, text):
    response = nobody.post("/auth/login", f"username={text}&password=x".encode(), content_type=FORM)

    assert response.status_code == 400
    assert response.json()["error_code"] == "VALIDATION_ERROR"


def test_bytes_that_are_no_utf8_are_a_wrong_email(nobody):
    response = nobody.post("/auth/login", b"username=%ff%fe&password=x", content_type=FORM)

    assert response.json()["error_code"] == "INVALID_CREDENTIALS"


def test_sessions_that_have_expired_are_swept_away(alice, nobody):
    Session.objects.update(expires_at="2020-01-01T00:00:00Z")
    nobody.post("/auth/login", RIGHT)

    assert not Session.objects.filter(pk=alice.session.pk).exists()


class CheaperArgon2(Argon2PasswordHasher):
    time_cost = 1


@override_settings(
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "accounts.tests.test_login.CheaperArgon2",
    ]
)
def test_a_hash_of_weaker_settings_is_renewed_and_no_session_ends(alice, nobody):
    weak = CheaperArgon2().encode(PASSWORD, "saltsaltsalt")
    User.objects.update(password=weak)
    nobody.post("/auth/login", RIGHT)

    assert User.objects.get().password != weak
    assert alice.get("/auth/me").status_code == 200


def test_new_hashes_are_argon2id(db):
    assert make_password("a lamp, a river").startswith("argon2$argon2id$")
