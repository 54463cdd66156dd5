import datetime

import numpy as np
import pytest
from ensembles import contract, ensembles, leaf, matrices, model, split, tree
from every_kind import CONTRACT, ROWS
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.model.trees import Ensemble
from mainstay.model.value_bins import MAX_LISTED
from mainstay.model.value_keys import SHAPES
from mainstay.rows.contract import Column


@given(ensembles(), matrices())
def test_some_rows_score_the_same_bits_as_in_a_matrix(ensemble, X):
    rows = [tuple(None if np.isnan(value) else float(value) for value in row) for row in X]
    np.testing.assert_array_equal(
        model(ensemble).score_few([*zip(*rows, strict=True)]), model(ensemble).score_matrix(X)
    )


@settings(max_examples=200)
@given(ensembles(n_features=5), st.lists(ROWS, max_size=5))
def test_values_of_every_kind_are_encoded_as_the_contract_does(ensemble, rows):
    loaded = model(ensemble, CONTRACT)
    X = np.array([CONTRACT.encode(row) for row in rows], dtype=np.float32).reshape(-1, 5)
    np.testing.assert_array_equal(loaded.score_few(loaded.columns(rows)), loaded.score_matrix(X))


LISTED = contract(
    Column("calls", "integer", min=-3, max=12, missing=1.0),
    Column("since", "date", missing=1.0),
    Column("charge", "number", missing=1.0),
    Column("plan", "category", values=("a", "b"), missing=1.0),
    observed_on="day",
)


@pytest.mark.parametrize("calls", [-3, 0, 4, 5, 12, None])
@pytest.mark.parametrize("plan", ["a", "b", "new", None])
@pytest.mark.parametrize("days", [0, 27, 28, 29, MAX_LISTED, MAX_LISTED + 451, MAX_LISTED + 453, None])
def test_each_listed_value_and_each_day_falls_where_the_contract_puts_it(calls, plan, days):
    ensemble = Ensemble(
        0.25,
        (
            tree(split(0, 4.5, leaf(0.1), split(1, 27.5, leaf(0.2), split(1, 2500.5, leaf(0.4), leaf(0.7))))),
            tree(split(3, -0.5, leaf(0.8), split(0, -0.5, leaf(1.6), leaf(3.2)), missing_left=True)),
            tree(split(0, 11.5, leaf(-0.3), leaf(0.9))),
            tree(split(3, 0.5, leaf(-0.2), split(2, 1.0, leaf(0.3), leaf(0.35)))),
        ),
        4,
    )
    loaded, day = model(ensemble, LISTED), datetime.date(2024, 3, 1)
    since = None if days is None else day - datetime.timedelta(days)
    row = {"day": day, "calls": calls, "plan": plan, "since": since, "charge": 1.5}
    *columns, days = loaded.columns([row] * 2)
    assert (
        loaded.score_few([*columns, ["what stands before the days is not looked at"], days])
        == [loaded.score_one(row)] * 2
    )


def test_no_rows_have_no_scores():
    assert model(Ensemble(0.0, (tree(split(0, 1.0, leaf(0.0), leaf(1.0))),), 1)).score_few([]) == []


def test_many_leaves_need_bigger_words():
    shape = leaf(0.0)
    for number in range(40):
        shape = split(number % 2, float(number), shape, leaf(number / 8))
    loaded = model(Ensemble(0.0, (tree(shape),), 2))
    X = np.random.default_rng(0).uniform(-5, 45, (50, 2)).astype(np.float32)
    np.testing.assert_array_equal(loaded.score_few(X.T.tolist()), loaded.score_matrix(X))


@pytest.mark.parametrize("size", [1.0, 79.0, 90.0, 3000.0])
def test_log_odds_beyond_all_bounds_have_the_bits_of_a_matrix(size):
    loaded = model(Ensemble(0.0, (tree(split(0, 0.0, leaf(-size), leaf(size))),), 1))
    X = np.array([[-1.0], [1.0]], dtype=np.float32)
    np.testing.assert_array_equal(loaded.score_few([[-1.0, 1.0]]), loaded.score_matrix(X))


def test_a_model_that_asks_nothing_scores_all_the_same():
    loaded = model(Ensemble(-1.5, (tree(leaf(0.25)),), 2))
    assert loaded.score_few([[1.0, None], [None, 2.0]]) == [loaded.score_one({})] * 2


@pytest.mark.parametrize("n", [1, SHAPES, SHAPES + 1, 3 * SHAPES])
def test_any_number_of_rows_score_as_one_by_one(n):
    loaded = model(Ensemble(0.5, (tree(split(0, 0.0, leaf(0.1), split(1, 1.0, leaf(0.2), leaf(0.3)))),), 2))
    X = np.random.default_rng(n).normal(size=(n, 2)).astype(np.float32)
    assert loaded.score_few(X.T.tolist()) == [loaded.score_one({"x0": a, "x1": b}) for a, b in X.tolist()]
