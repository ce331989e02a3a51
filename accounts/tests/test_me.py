def test_it_answers_the_user(alice):
    response = alice.get("/auth/me")

    assert response.status_code == 200
    created_at = alice.user.created_at.isoformat().replace("+00:00", "Z")
    assert response.json() == {
        "id": alice.user.id,
        "email": "alice@example.com",
        "full_name": "Alice Archer",
        "company_name": "Alice & Co",
        "created_at": created_at,
        "is_verified": False,
    }


def test_everybody_is_themselves(alice, bob, charlie):
    assert [caller.get("/auth/me").json()["email"] for caller in (alice, bob, charlie)] == [
        "alice@example.com",
        "bob@example.com",
        "charlie@example.com",
    ]


def test_what_is_unset_is_null(alice):
    type(alice.account).objects.update(name="")
    type(alice.user).objects.update(full_name="")

    me = alice.get("/auth/me").json()
    assert (me["full_name"], me["company_name"]) == (None, None)


def test_nobody_is_nobody(nobody):
    response = nobody.get("/auth/me")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error_code"] == "NOT_AUTHENTICATED"


def test_it_is_read_only(alice):
    response = alice.patch("/auth/me", {"is_verified": True})

    assert response.status_code == 405
    assert "GET" in response["Allow"]
