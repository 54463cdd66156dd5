import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.release.side_by_side import SHARES, broken_promise, gain, kept_in_top, moved_most, rank, shift

LEAVING = np.array([1.0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
FALLING = np.linspace(0.9, 0.1, 10)
SCORES = st.lists(st.floats(0.01, 0.99), min_size=20, max_size=40).map(np.array)


def test_a_perfect_ranking_finds_all_leavers_among_as_many_rows():
    found = gain(LEAVING, FALLING)
    assert found[SHARES <= 0.2].tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert (found[SHARES > 0.2] == 1).all()


def test_a_model_of_one_score_finds_leavers_as_chance_does():
    assert gain(LEAVING, np.full(10, 0.2)) == pytest.approx(SHARES)


def test_a_promise_is_broken_where_fewer_leave_than_the_score_says():
    outcome, score = np.tile([0.0, 1], 50), np.repeat([0.3, 0.7], 50)
    gap = broken_promise(outcome, score)
    assert gap == pytest.approx([0.2] * 5 + [-0.2] * 5)


@given(SCORES)
def test_the_mean_of_broken_promises_is_churn_rate_less_mean_score(score):
    outcome = (np.arange(len(score)) % 3 == 0).astype(float)
    assert broken_promise(outcome, score).mean() == pytest.approx(outcome.mean() - score.mean(), abs=1e-9)


def test_shifts_are_counted_in_points():
    champion = np.full(4, 0.5)
    counted = shift(champion, champion + np.array([0, 0.004, 0.015, -0.2]))
    assert counted.tolist() == [0.25, 0, 0, 0, 0.5, 0, 0.25, 0, 0]


def test_ranks_start_at_the_highest_score_and_ties_share_one():
    assert rank(np.array([0.9, 0.5, 0.5, 0.1])).tolist() == [0.125, 0.5, 0.5, 0.875]


def test_models_that_agree_call_the_same_customers_first():
    assert kept_in_top(FALLING, FALLING) == 1
    assert kept_in_top(FALLING, FALLING[::-1]) == 0


def test_those_who_moved_most_come_first_and_each_customer_once():
    champion = np.array([0.1, 0.9, 0.2, 0.8, 0.5])
    candidate = np.array([0.9, 0.1, 0.8, 0.2, 0.5])
    customer = np.array(["a", "b", "a", "c", "d"])
    up, down = moved_most(champion, candidate, customer, 5)
    assert up.tolist() == [0]
    assert down.tolist() == [1, 3]


def test_no_one_moves_between_equal_models():
    up, down = moved_most(FALLING, FALLING, np.arange(10).astype(str), 3)
    assert not len(up) and not len(down)
