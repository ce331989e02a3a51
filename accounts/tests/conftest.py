import pytest

from accounts.models import User
from conftest import Caller, member


@pytest.fixture
def on_another_device(alice):
    """Alice again, in a session of its own."""
    return Caller(alice.user)


@pytest.fixture
def staff(alice, password_hash) -> User:
    """Somebody of alice's account who may enter the back office."""
    return member(alice.account, "staff@example.com", password_hash, is_staff=True, is_superuser=True)
