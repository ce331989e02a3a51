"""What day it is."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """Today as the whole product has it: UTC's."""
    return timezone.now().date()
