"""What is recorded of rows, for the tests of it."""

from clients.models import Change
from duespark.ids import uuid_of


def changes(row):
    """Each change of a row, the first one first: who, from what, to what; its `updated_at` apart."""
    found = Change.objects.for_account(row.account_id).filter(row_id=uuid_of(row.pk)).order_by("number")
    return [(one.changed_by, _shown(one.old_values), _shown(one.new_values)) for one in found]


def writers(row):
    """Who changed a row, the first one first."""
    return [by for by, *_ in changes(row)]


def _shown(values):
    return values and {name: value for name, value in values.items() if name != "updated_at"}
