import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from clients.demo import ADMIN, DEMO, PASSWORD, seed_demo
from clients.management.acting import ActingCommand


class Command(ActingCommand):
    help = (
        "Makes a demo account with clients, invoices and payments of the last 14 months, and a login for the back "
        "office. What is there already stays as it is, so it can be run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="outside development, too, with a password made for the occasion"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEVELOPMENT or options["force"]):
            raise CommandError("Demo data is for development; --force makes it here all the same.", returncode=2)
        # Everybody can read the password of development.
        password = PASSWORD if settings.DEVELOPMENT else secrets.token_urlsafe(12)
        seeded = seed_demo(password)
        self.stdout.write(f"Made {seeded.clients.created} demo clients and {seeded.invoices.created} invoices.")
        for email, place in ((DEMO, "the API"), (ADMIN, "the back office")):
            known = settings.DEVELOPMENT or email in seeded.users
            self.stdout.write(f"Login for {place}: {email}, {f'password {password}' if known else 'as it was'}")
