"""The back office's colours: whatever is written can be read, light and dark (WCAG 2.1 AA)."""

import re
from pathlib import Path

import pytest

from accounts import backoffice

STYLES = Path(backoffice.__file__).parent.parent / "static" / "accounts"
SHEETS = sorted(STYLES.parents[2].glob("*/static/*/*.css"))
THEME = (STYLES / "theme.css").read_text()

GROUNDS = ("paper", "body-bg", "darkened-bg", "selected-bg")
TEXT = [
    *((text, ground) for text in ("body-fg", "body-medium-color", "body-quiet-color", "link-fg", "link-hover-color")
      for ground in GROUNDS),
    ("error-fg", "body-bg"),
    *((f"{state}-fg", f"{state}-bg") for state in ("good", "info", "bad", "warn", "still")),
    ("button-fg", "button-bg"),
    ("button-fg", "button-hover-bg"),
    ("primary-fg", "primary"),
]  # fmt: skip
SHAPES = [
    ("border-color", "body-bg"),
    *(("focus", ground) for ground in GROUNDS),
    *((series, "body-bg") for series in ("s0", "s1")),
]


def colour(name, mode):
    [value] = re.findall(rf"--{name}: ([^;]+);", THEME)
    if named := re.match(r"var\(--([\w-]+)\)", value):
        return colour(named[1], mode)
    shades = re.findall(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", value)
    shade = shades[mode == "dark" and len(shades) > 1].removeprefix("#")
    digits = shade if len(shade) == 6 else "".join(2 * digit for digit in shade)
    return [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def luminance(shade):
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in shade]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(front, back, mode):
    dark, light = sorted(luminance(colour(name, mode)) for name in (front, back))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_told_from_its_ground(text, ground, mode):
    assert contrast(text, ground, mode) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_so_are_fields_bars_and_where_the_keyboard_is(shape, ground, mode):
    assert contrast(shape, ground, mode) >= 3


def test_black_on_white_is_known():
    assert luminance([1, 1, 1]) == pytest.approx(1)
    assert luminance([0, 0, 0]) == 0


def test_every_style_sheet_is_looked_at():
    assert {"theme.css", "dashboard.css", "imports.css", "pages.css"} <= {sheet.name for sheet in SHEETS}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_style_sheet_asks_another_host(sheet):
    assert not re.search(r"https?:|//\w|@import", sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_are_said_in_the_theme_alone(sheet):
    said = re.findall(r"(?<![\w-])#(?:[0-9a-f]{6}|[0-9a-f]{3})\b(?!\w)", sheet.read_text())

    assert sheet.name == "theme.css" or set(said) <= {"#fff"}
