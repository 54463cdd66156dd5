import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.release.mermaid import BLUE, ORANGE, Axis, Series, around, chart

FINITE = st.floats(-1e6, 1e6)


def test_a_chart_is_a_block_with_its_colours_and_a_caption():
    lines = [Series("champion", BLUE, [0, 0.5]), Series("candidate", ORANGE, [0, 0.25], bars=True)]
    text = chart("Title", Axis("x", marks=("a", "b")), Axis("y", 0, 1), lines)
    assert text.splitlines() == [
        "```mermaid",
        '%%{init: {"xyChart": {"width": 720, "height": 340}, '
        '"themeVariables": {"xyChart": {"plotColorPalette": "#0072B2, #D55E00"}}}}%%',
        "xychart-beta",
        '    title "Title"',
        '    x-axis "x" ["a", "b"]',
        '    y-axis "y" 0 --> 1',
        "    line [0, 0.5]",
        "    bar [0, 0.25]",
        "```",
        "",
        "🟦 champion 🟧 candidate",
    ]


def test_figures_have_no_exponent_which_mermaid_does_not_read():
    text = chart("t", Axis("x"), Axis("y", 0, 1e-5), [Series("s", BLUE, [1e-6, 1e-5])])
    assert "e-" not in text.split("xychart-beta")[1]
    assert "[0.000001, 0.00001]" in text


@pytest.mark.parametrize(
    ("values", "marks", "wrong"),
    [
        ([[1.0, math.nan]], (), "finite"),
        ([[1.0, math.inf]], (), "finite"),
        ([[1.0]], (), "at least two"),
        ([[1.0, 2.0], [1.0, 2.0, 3.0]], (), "as many in each"),
        ([[1.0, 2.0]], ("a", "b", "c"), "as many in each"),
        ([[1.0, 2.0]], ('a"', "b"), "without quotes"),
        ([[1.0, 2.0]], ("a\n", "b"), "without quotes"),
    ],
)
def test_what_mermaid_would_draw_wrongly_is_no_chart(values, marks, wrong):
    with pytest.raises(ValueError, match=wrong):
        chart("t", Axis("x", marks=marks), Axis("y"), [Series("s", BLUE, v) for v in values])


@given(st.lists(FINITE, min_size=1, max_size=5), st.floats(0.01, 10))
def test_an_axis_holds_all_its_values(values, least):
    low, high = around(values, least=least)
    assert low <= min(values) and max(values) <= high
    assert high - low >= least - 1e-6
