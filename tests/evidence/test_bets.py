import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rivals import rivals

from mainstay.evidence.bets import Level, broken_auc, broken_level, level, worse_level, worse_ranking
from mainstay.evidence.matched import matched


def expected(steps_of, draws, size=2):
    """Mean of what a window makes of 1, at one size of bet."""
    return np.mean([np.exp(steps_of(draw)[size]) for draw in range(draws)])


@pytest.fixture
def month():
    return rivals(np.random.default_rng(1), 1000, 0.9, 0.035)


def test_the_worse_ranking_is_bet_against_and_not_the_better_one(month):
    outcome, good, bad = month
    sets = matched(outcome, 2, seed=0)
    assert max(worse_ranking(bad, good, sets, 0.01)) > 2
    assert max(worse_ranking(good, bad, sets, 0.01)) < 0


def test_a_model_against_itself_loses_by_the_tolerance_alone(month):
    outcome, good, _ = month
    steps = worse_ranking(good, good, matched(outcome, 2, seed=0), 0.01)
    assert all(step < 0 for step in steps)


def test_bets_on_two_equal_models_make_less_than_1_of_1():
    def steps(draw):
        outcome, one, other = rivals(np.random.default_rng(draw), 200, 0.9)
        return worse_ranking(one, other, matched(outcome, 2, draw), 0.01)

    assert expected(steps, 400) < 1.05


@pytest.mark.parametrize(("floor", "grows"), [(0.9, True), (0.8, False)])
def test_an_auc_below_its_floor_is_bet_against(month, floor, grows):
    outcome, good, _ = month
    assert (max(broken_auc(good, matched(outcome, 2, seed=0), floor)) > 1) == grows


@pytest.mark.parametrize(("factor", "grows"), [(1.0, False), (1.1, False), (2.7, True), (0.4, True)])
def test_too_many_and_too_few_leavers_both_break_the_promise(factor, grows):
    seen = Level(observed=100 * factor, expected=100, variance=95)
    assert (max(broken_level(seen, 0.15, 0.1)) > 1) == grows


def test_a_model_that_promises_twice_the_leavers_is_bet_against():
    doubled, right = Level(100, 200, 180), Level(100, 100, 95)
    assert max(worse_level(doubled, right, 0.15, 0.1)) > 1.5
    assert max(worse_level(right, doubled, 0.15, 0.1)) < 0


def test_a_shock_that_neither_foresaw_proves_little():
    current, previous = Level(270, 100, 95), Level(270, 125, 120)
    assert max(worse_level(current, previous, 0.15, 0.1)) < 0.7


def test_nothing_is_bet_on_levels_that_are_nearly_the_same():
    assert set(worse_level(Level(200, 100, 95), Level(200, 110, 105), 0.15, 0.1)) == {0.0}


@given(st.floats(0, 1000), st.floats(1, 1000), st.floats(1, 1000))
def test_one_window_of_levels_never_bets_more_than_all_it_has(observed, one, other):
    steps = worse_level(Level(observed, one, one), Level(observed, other, other), 0.15, 0.1)
    assert np.isfinite(steps).all()


@pytest.mark.parametrize("at", [0.0, -0.15, 0.15])
def test_months_that_vary_as_allowed_make_no_more_than_1_of_1(at):
    random = np.random.default_rng(2)

    def steps(_):
        month = np.exp(at + random.normal(0, 0.1))
        return broken_level(Level(random.poisson(200 * month), 200, 195), 0.15, 0.1)

    assert expected(steps, 2000) < 1.1


def test_the_level_of_rows_is_their_leavers_and_the_sum_of_their_scores():
    assert level(np.array([1, 0, 1]), np.array([0.5, 0.25, 0.25])) == Level(2, 1, 0.25 + 2 * 0.1875)
