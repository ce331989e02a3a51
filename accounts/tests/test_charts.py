"""Charts of bars, as a page carries them along."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from accounts.backoffice.charts import BarChart, Series, short


def chart(*values, labels=("Jan", "Feb"), **fields):
    series = [Series(name, [Decimal(v) for v in one]) for name, one in zip(("Invoiced", "Paid"), values, strict=False)]
    return BarChart("By month", labels, series, unit="USD", **fields)


def drawn(one):
    """The page's part as text, and the SVG in it."""
    html = render_to_string("admin/chart.html", {"chart": one})
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    return html, svg


def test_a_bar_is_as_high_as_its_value():
    _, svg = drawn(chart([100, 50], [25, 0]))

    assert [bar.get("height") for bar in svg.iter("rect")] == ["180", "45", "90", "0"]


def test_the_bars_of_a_label_stand_side_by_side():
    bars = list(chart([100, 50], [25, 0]).bars())

    assert [(bar.x, bar.width) for bar in bars] == [
        ("7.500%", "17.500%"),
        ("25.000%", "17.500%"),
        ("57.500%", "17.500%"),
        ("75.000%", "17.500%"),
    ]


def test_each_bar_says_what_it_is():
    _, svg = drawn(chart([1234, 50]))

    assert svg.find("rect/title").text == "Invoiced, Jan: 1,234.00 USD"


def test_the_picture_says_what_it_shows():
    _, svg = drawn(chart([100, 50], [0, 0]))

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == (
        "By month. Invoiced: 150.00 USD in all, most in Jan with 100.00 USD. Paid: nothing."
    )


def test_the_same_figures_stand_in_a_table():
    html, _ = drawn(chart([100, 50], [25, 0]))

    rows = re.findall(r'<tr><th scope="row">(\w+)</th><td>([\d.]+) USD</td><td>([\d.]+) USD</td></tr>', html)
    assert rows == [("Jan", "100.00", "25.00"), ("Feb", "50.00", "0.00")]


def test_nothing_of_it_is_inline_style_or_script():
    html, _ = drawn(chart([100, 50], [25, 0]))

    assert not re.search(r"\bstyle\b|<script|\bon\w+=", html)


def test_what_is_named_is_no_markup():
    html, _ = drawn(chart([1, 2], labels=("<b>", "&")))

    assert "<b>" not in html


@pytest.mark.parametrize(
    ("most", "top"),
    [
        ("100", "100"),
        ("101", "200"),
        ("0.03", "0.04"),
        ("17600", "20000"),
        ("999999.99", "1000000"),
        ("0", "4"),
        ("-5", "4"),
    ],
)
def test_the_scale_ends_at_a_round_number(most, top):
    assert chart([most, 0]).top == Decimal(top)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("50", "50"), ("2500", "2.5k"), ("20000", "20k"), ("1500000", "1.5M"), ("0.25", "0.25")],
)
def test_the_scale_is_short(value, text):
    assert short(Decimal(value)) == text


def test_a_value_that_is_small_beside_the_others_is_still_seen():
    assert [bar.height for bar in chart([1_000_000, "0.01"]).bars()] == ["180", "1"]


def test_labels_stand_where_there_is_room():
    months = [f"{n:02}" for n in range(36)]
    ticks = list(chart(range(36), labels=months).along())

    assert [tick.text for tick in ticks] == months[::3]
    assert [tick.minor for tick in ticks[:3]] == [False, True, False]


def test_the_axis_may_have_shorter_labels():
    one = chart([1, 2], labels=("Jan 2026", "Feb 2026"), ticks=("J", "F"))

    assert [tick.text for tick in one.along()] == ["J", "F"]
    assert next(one.bars()).title == "Invoiced, Jan 2026: 1.00 USD"


def test_of_nothing_there_is_a_picture_too():
    _, svg = drawn(BarChart("By month", [], []))

    assert list(svg.iter("rect")) == []
