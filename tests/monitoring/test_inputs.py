import datetime

import msgspec
import numpy as np
import pandas as pd
import pytest
from imports import ROOT

from mainstay import params
from mainstay.monitoring.inputs import inputs
from mainstay.monitoring.joined import DAY
from mainstay.monitoring.skew import Skew
from mainstay.rows.contract import Column, Contract, Outcome

RULE = msgspec.structs.replace(params.load(ROOT / "params.yaml", "drift"), days=3, days_needed=2, volume=[0.5, 2.0])
COLUMNS = (Column("usage", "number", missing=1.0), Column("plan", "category", values=("a", "b")))
CONTRACT = Contract("id", "observed_on", Outcome("churned", None, "1", "0", None, 30, 0), (), None, COLUMNS)
CLEAN = Skew(10, 0, 0.0)
MONDAY = np.datetime64("2024-01-01")


def rows(n, seed=0, shift=0.0, missing=0.0, plans=("a", "b")):
    random = np.random.default_rng(seed)
    usage = np.where(random.random(n) < missing, np.nan, random.standard_normal(n) + shift)
    return pd.DataFrame({"usage": usage, "plan": random.choice(plans, n)})


def log(*days, step=1):
    """The rows of each day, one day after the other; None is a day without any."""
    made = [day.assign(**{DAY: MONDAY + step * k}) for k, day in enumerate(days) if day is not None]
    return pd.concat(made, ignore_index=True)


def quiet(n=5, size=600):
    return [rows(size, seed=10 + k) for k in range(n)]


def looked(frame, skew=CLEAN, score=None):
    return inputs(frame, rows(5000), skew, CONTRACT, RULE, score)


def test_days_like_training_s_tell_nothing():
    found = looked(log(*quiet()))
    assert (found.drift, found.meter, found.why) == ((), (), "") and len(found.days) == 5


@pytest.mark.parametrize(
    ("how", "drift", "meter"),
    [
        ({"shift": 0.6}, ("usage",), ()),
        ({"missing": 0.4}, (), ("usage",)),
        ({"plans": ("a", "b", "mars")}, (), ("plan",)),
    ],
)
def test_what_moved_on_most_of_the_last_days_is_drift_and_what_broke_is_a_meter(how, drift, meter):
    two = [rows(600, seed=1, **how), rows(600, seed=2, **how)]
    found = looked(log(*quiet(), *two))
    assert (found.drift, found.meter, found.named) == (drift, meter, (*meter, *drift))
    assert looked(log(*quiet(), two[0])).drift == (), "one day is none"


def test_fewer_days_than_it_takes_to_tell_of_drift_are_waited_for():
    assert looked(log(*quiet(1))).waits
    assert not looked(log(*quiet(2))).waits
    assert not looked(log(*quiet(5, size=10))).waits, "days of so few rows never come to more"


def test_scores_are_compared_where_they_are_given():
    frame = log(*quiet(3), rows(600, shift=0.6), rows(600, seed=1, shift=0.6))
    found = looked(frame, score=lambda table: 1 / (1 + np.exp(-table["usage"].to_numpy())))
    assert found.drift == ("(score)", "usage")
    assert all("(score)" in {m.column for m in columns} for _, columns in found.days)
    without = looked(frame.drop(columns="plan"), score=lambda table: 1 / 0)
    assert without.drift == ("usage",), "a score that wants what is not there is not asked for"


@pytest.mark.parametrize("size", [200, 1500])
@pytest.mark.parametrize("step", [1, 30])
def test_far_fewer_or_more_rows_than_usual_on_most_days_are_a_broken_meter(size, step):
    found = looked(log(*quiet(8), rows(size), rows(size), step=step))
    assert found.meter == (f"{size / 600:.2f} of the usual rows a day",) and found.named == ()
    assert looked(log(*quiet(8), rows(size), step=step)).meter == ()
    assert found.volume[-1][1] == size / 600 and np.isnan(found.volume[0][1])


def test_weekends_are_held_against_weekends_and_the_first_one_against_nothing():
    week = [*quiet(5), rows(100), rows(100)]
    assert [looked(log(*week * n)).meter for n in (1, 2, 4)] == [(), (), ()]
    assert looked(log(*week * 3, *quiet(5), rows(10), rows(10))).meter == ("0.10 of the usual rows a day",)


def test_logged_scores_that_their_values_do_not_give_are_a_broken_meter():
    assert "3 of 10 logged scores" in looked(log(*quiet()), Skew(10, 3, 0.2)).meter[0]
    assert "has no column plan" in looked(log(*quiet()), Skew(10, 0, 0.0, "has no column plan")).meter[0]


def test_what_cannot_be_compared_says_why():
    assert "not at hand" in inputs(log(*quiet()), None, CLEAN, CONTRACT, RULE).why
    assert "no day has" in looked(log(*quiet(3, size=RULE.min_rows - 1))).why


def test_a_day_that_a_table_names_is_told_as_a_date():
    assert datetime.date.fromisoformat(looked(log(*quiet(1))).days[0][0]) == datetime.date(2024, 1, 1)
