"""Which account a command is about."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.models import Account, User


def add_account_argument(parser: ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument(
        "--account", required=required, metavar="EMAIL_OR_ID", help="a user's email, or the id of an account"
    )


def account_of(name: str) -> Account:
    """The account with this id, or of the user with this email."""
    if user := User.objects.select_related("account").with_email(name).first():
        return user.account
    try:
        return Account.objects.get(pk=name)
    except (Account.DoesNotExist, ValidationError):
        raise CommandError(
            f"There is no account {name!r}: give its id, or the email of one of its users.", returncode=2
        ) from None
