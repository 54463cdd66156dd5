import math
import re

import pytest

from mainstay.replay.drawing import Mark, Series, chart, lanes, place

MONTHS = {n: f"2024-{n:02}" for n in range(1, 13)}


def heights(drawn):
    return [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawn)]


def test_higher_values_stand_higher_and_months_from_left_to_right():
    drawn = chart(MONTHS, [Series("a", "#000", "", [float(n) for n in MONTHS])], None, ".1f")
    assert heights(drawn) == sorted(heights(drawn), reverse=True)
    assert [place(MONTHS, m) for m in MONTHS] == sorted(place(MONTHS, m) for m in MONTHS)


@pytest.mark.parametrize("values", [[0.7, 0.8], [0.5, 0.5], [0.0, 0.0], [-3e5, 2e6], [1e-9, 2e-9]])
def test_every_value_is_inside_the_chart(values):
    drawn = chart({1: "2024-01", 2: "2024-02"}, [Series("a", "#000", "", values)], None, "g")
    assert all(0 <= y <= 230 for y in heights(drawn)) and len(heights(drawn)) == 2


def test_a_month_that_is_not_known_breaks_the_line():
    values = [1.0, 2.0, math.nan, 2.0] + [1.0] * 8
    drawn = chart(MONTHS, [Series("a", "#000", "", values)], None, ".1f")
    assert re.search(r'd="(M[^M"]+)(M[^M"]+)"', drawn) and len(heights(drawn)) == 11


def test_nothing_at_all_is_said_in_words():
    assert "Nothing could be measured" in chart(MONTHS, [Series("a", "#000", "", [math.nan] * 12)], None, ".1f")


def test_marks_of_one_month_stand_side_by_side_and_tell_why():
    drawn = lanes(MONTHS, {"Mainstay": [Mark(3, "x", "#000", "first"), Mark(3, "o", "#000", "then <b>")]})
    first, then = (float(x) for x in re.findall(r'<text x="([\d.]+)" y="[\d.]+" class="mark"', drawn))
    assert then - first > 10 and "<title>then &lt;b&gt;</title>" in drawn
