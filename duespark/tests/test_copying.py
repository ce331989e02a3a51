"""What COPY reads is what was written."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from duespark.copying import copy_text

pytestmark = pytest.mark.django_db

TEXT = st.none() | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
NAMES = st.none() | st.lists(st.sampled_from(["name", "notes"]), min_size=1)


def copied(types, columns):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copied")
        cursor.execute(f"CREATE TEMPORARY TABLE copied ({types}, place serial)")
        names = ", ".join(definition.split()[0] for definition in types.split(", "))
        with cursor.copy(f"COPY copied ({names}) FROM STDIN") as copy:
            copy.write(copy_text(columns))
        cursor.execute(f"SELECT {names} FROM copied ORDER BY place")
        return cursor.fetchall()


@given(st.lists(st.tuples(TEXT, TEXT, NAMES), min_size=1))
def test_any_text_arrives(rows):
    columns = list(zip(*rows, strict=True))
    assert copied("one text, other text, names text[]", columns) == rows


def test_other_values_arrive():
    row = (True, 30, Decimal("0.10"), datetime(2026, 1, 31, 12, 0, 0, 5, UTC), None)
    types = "flag boolean, days smallint, amount numeric, moment timestamptz, nothing date"
    assert copied(types, [[value] for value in row]) == [row]
