import datetime
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from ensembles import MAX, contract, ensembles, leaf, matrices, model, split, tree
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.one_row import probability
from mainstay.model.scorer import sigmoid
from mainstay.model.trees import Ensemble
from mainstay.rows.contract import Column


def as_row(values):
    return {f"x{i}": None if np.isnan(v) else float(v) for i, v in enumerate(values)}


@given(ensembles(), matrices())
def test_one_row_scores_the_same_bits_as_in_a_matrix(ensemble, X):
    loaded = model(ensemble)
    np.testing.assert_array_equal([loaded.score_one(as_row(row)) for row in X], loaded.score_matrix(X))


@given(st.floats(-1e39, 1e39) | st.integers(-(2**53), 2**53), st.integers(-2, 2))
def test_a_number_is_compared_as_the_float32_that_it_rounds_to(value, ulps):
    with np.errstate(over="ignore"):
        rounded = np.float32(value)
    threshold = rounded
    for _ in range(abs(ulps)):
        threshold = np.nextafter(threshold, np.float32(np.copysign(np.inf, ulps)))
    threshold = float(np.clip(threshold, -MAX, MAX))
    loaded = model(Ensemble(0.0, (tree(split(0, threshold, leaf(-1.0), leaf(1.0))),), 1))
    assert loaded.score_one({"x0": value}) == loaded.score_matrix(np.array([[rounded]]))[0]


TIES = [float(np.float32(0.1)), 1.0, -1.0, 2.0**24, -(2.0**24), 1e-45, 0.0, -float(np.float32(0.3))]


@pytest.mark.parametrize("low", TIES)
def test_a_tie_between_two_float32_goes_where_float32_puts_it(low):
    high = float(np.nextafter(np.float32(low), np.float32(np.inf)))
    middle = (low + high) / 2
    for threshold in (low, high):
        loaded = model(Ensemble(0.0, (tree(split(0, threshold, leaf(-1.0), leaf(1.0))),), 1))
        for value in (middle, np.nextafter(middle, -np.inf), np.nextafter(middle, np.inf)):
            assert loaded.score_one({"x0": value}) == loaded.score_matrix(np.array([[value]], dtype=np.float32))[0]


CONTRACT = contract(
    Column("plan", "category", values=("a", "b", "c"), missing=1.0),
    Column("auto", "boolean", missing=1.0),
    Column("since", "date", missing=1.0),
    Column("months", "integer", missing=1.0),
    observed_on="day",
)
DAY = datetime.date(2024, 3, 1)


@pytest.mark.parametrize("plan", ["a", "b", "c", "new", None, float("nan")])
@pytest.mark.parametrize("auto", [True, False, None])
@pytest.mark.parametrize("since", [datetime.date(2024, 2, 1), datetime.date(2020, 2, 29), DAY, None])
def test_every_kind_of_value_is_encoded_as_the_contract_does(plan, auto, since):
    loaded = model(mixed(), CONTRACT)
    row = {"day": DAY, "plan": plan, "auto": auto, "since": since, "months": 3}
    for given_row in (row, {k: v for k, v in row.items() if v is not None}):
        coded = CONTRACT.encode({**row, "plan": plan if plan == plan else None})
        assert loaded.score_one(given_row) == loaded.score_matrix(np.array([coded], dtype=np.float32))[0]


def test_rows_can_be_scored_at_the_same_time():
    loaded = model(mixed(), CONTRACT)
    rows = [{"day": DAY, "plan": "abc"[i % 3], "auto": i % 2 == 0, "months": i} for i in range(200)]
    alone = [loaded.score_one(row) for row in rows]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(loaded.score_one, rows)) == alone


def mixed():
    """Trees that ask about all four features, so that every code shows in the score."""
    plan = split(0, -0.5, leaf(0.1), split(0, 0.5, leaf(0.2), split(0, 1.5, leaf(0.4), leaf(0.8))), missing_left=False)
    auto = split(1, 0.5, split(0, 1.5, leaf(1.6), leaf(-0.1)), leaf(-0.2), missing_left=True)
    since = split(2, 28.5, leaf(-0.4), split(3, 2.5, leaf(-0.8), leaf(0.05)))
    return Ensemble(0.0, (tree(plan), tree(auto), tree(since)), 4)


def test_a_probability_has_the_bits_of_a_matrix_sigmoid():
    log_odds = np.append(np.random.default_rng(0).normal(0, 20, 20_000), [-1e3, 1e3])
    alone = [probability(value) for value in log_odds.tolist()]
    np.testing.assert_array_equal(alone, sigmoid(log_odds).astype(np.float32))
