"""Cells that a spreadsheet would run: defused by an apostrophe on the way out, which comes off on the way in.

A file has one more `'` before a text that begins with some and then as a formula does; a file for spreadsheets
also before one that begins as a formula at once. Reading takes one off where a formula follows. So files of
both kinds give back every text as it was.
"""

import re
from collections.abc import Sequence

from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Concat

# How a formula begins. The full-width signs are those of East Asian keyboards, which Excel takes for the others.
FORMULA = (
    "[=+@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}\N{FULLWIDTH HYPHEN-MINUS}-]"
)
MARKED = re.compile(f"'+{FORMULA}")
WANTS_MARK = re.compile(f"'*{FORMULA}")


def marked(column: str, *, for_spreadsheet: bool) -> Case:
    """A column's texts as they stand in a file, in SQL."""
    some = "*" if for_spreadsheet else "+"
    wants_mark = {f"{column}__regex": f"^'{some}{FORMULA}"}
    return Case(When(**wants_mark, then=Concat(Value("'"), F(column))), default=F(column), output_field=TextField())


def unmarked(cells: Sequence[str]) -> Sequence[str]:
    """Cells of a file, of a row or a column, as they were before they were `marked`."""
    if "'" not in "".join(cells):  # of most, nothing more is asked
        return cells
    return [cell[1:] if MARKED.match(cell) else cell for cell in cells]


def defused(cells: Sequence[str]) -> Sequence[str]:
    """Cells of a file, marked or not, as a file for spreadsheets has them."""
    return ["'" + cell if WANTS_MARK.match(cell) else cell for cell in unmarked(cells)]
