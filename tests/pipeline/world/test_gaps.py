import datetime

import pytest
from business import settings

from mainstay.pipeline.world.gaps import AT_RANDOM
from mainstay.pipeline.world.months import months


@pytest.fixture(scope="module")
def pair():
    """The same month with and without gaps."""
    whole = {"at_random": 0.0, "unknown_channel": 0.0, "silent_at_satisfaction": [0.0] * 5}
    shown, full = (next(months(settings(customers=8000, gaps=gaps))).customers for gaps in ({}, whole))
    return shown, full


@pytest.mark.parametrize("column", AT_RANDOM)
def test_some_values_miss_by_chance_alone(pair, column):
    shown, full = pair
    gone = shown[column].isna()
    assert gone.mean() == pytest.approx(0.05, abs=0.01)
    dates = column == "last_login_on"
    numbers = full[column].map(datetime.date.toordinal) if dates else full[column].astype(float)
    assert abs(numbers[gone].mean() - numbers.mean()) < 4 * numbers.std() / gone.sum() ** 0.5


def test_a_channel_is_unknown_more_often_among_old_customers(pair):
    shown, _ = pair
    unknown = (shown["channel"] == "unknown").groupby(shown["tenure_months"] >= 12).mean()
    assert 0.07 < (shown["channel"] == "unknown").mean() < 0.15
    assert unknown[True] > 1.5 * unknown[False]


def test_the_dissatisfied_keep_silent(pair):
    shown, full = pair
    silent = shown["satisfaction"].isna().groupby(full["satisfaction"]).mean()
    assert silent.loc[1] > 0.5 > 0.25 > silent.loc[5]
    assert 0.2 < shown["satisfaction"].isna().mean() < 0.4


def test_what_is_not_missing_is_as_it_was(pair):
    shown, full = pair
    for column in (*AT_RANDOM, "satisfaction"):
        there = shown[column].notna()
        assert list(shown.loc[there, column]) == list(full.loc[there, column])
