import dataclasses

import numpy as np
import pandas
import pytest
from watched import WATCH, window

from mainstay.monitoring.doubt import doubt, jumped
from mainstay.monitoring.joined import Joined

SOUND = {"outcomes": 1000, "strangers": 10, "recorded": 1010, "contradicting": 2}


def joined(**counts):
    given = {"predictions": 1000, "repeated": 0, "treated": None, "left_in_lead": 0}
    return Joined(frame=pandas.DataFrame(), **(given | SOUND | counts))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, ""),
        ({"outcomes": 0, "strangers": 0, "recorded": 0, "contradicting": 0}, ""),
        ({"recorded": 5000}, "5.0 outcomes a customer and date"),
        ({"strangers": 600}, "60% of outcomes are of customers"),
        ({"contradicting": 100}, "10% of outcomes contradict"),
    ],
)
def test_outcomes_as_a_whole(counts, said):
    found = doubt(joined(**counts), WATCH)
    assert said in found and bool(found) == bool(said)


def month(rate, promised=0.025, rows=4000):
    outcome = (np.arange(rows) < rate * rows).astype(np.int8)
    return window(0, outcome, np.full(rows, promised))


@pytest.mark.parametrize(
    ("rate", "usual", "believed"),
    [
        (0.025, [0.025, 0.03], True),
        (0.07, [0.025], True),  # a shock of 2.7 times is a shock
        (0.31, [0.025], False),  # three outcomes in ten turned round
        (0.0, [0.025], False),
        (0.31, [], False),  # scores say what is usual where no window came before
        (0.03, [], True),
    ],
)
def test_a_windows_rate_against_the_usual(rate, usual, believed):
    assert (jumped(month(rate), usual, WATCH) == "") == believed


def test_a_release_that_is_far_off_is_no_lie_of_the_outcomes_where_the_one_before_is_not():
    seen = month(0.3, promised=0.025)
    assert jumped(seen, [], WATCH) and not jumped(dataclasses.replace(seen, previous=np.full(4000, 0.25)), [], WATCH)


def test_a_few_rows_are_no_jump():
    assert jumped(month(0.5, rows=8), [0.025], WATCH) == ""
