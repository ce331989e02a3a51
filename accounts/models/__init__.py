"""Who uses DueSpark: accounts (the tenants), their users, and the users' sessions."""

from accounts.models.account import Account
from accounts.models.attempts import FailedLogin, RateWindow, ResetRequest
from accounts.models.kept_answer import KeptAnswer
from accounts.models.look import Look
from accounts.models.session import Session
from accounts.models.user import EMAIL_TAKEN, SIGHTING_INTERVAL, User, unique_email

__all__ = [
    "EMAIL_TAKEN",
    "SIGHTING_INTERVAL",
    "Account",
    "FailedLogin",
    "KeptAnswer",
    "Look",
    "RateWindow",
    "ResetRequest",
    "Session",
    "User",
    "unique_email",
]
