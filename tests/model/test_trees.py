import numpy as np
import pytest
from ensembles import ensembles, leaf, matrices, split, tree
from hypothesis import given
from hypothesis import strategies as st

from mainstay.model.scorer import Scorer
from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble, blended, scaled


def log_odds(ensemble, X):
    return Scorer(tables(ensemble)).log_odds(X)


@given(ensembles(), matrices(), st.floats(-2, 2), st.floats(-2, 2))
def test_scaling_scales_and_shifts_the_log_odds(ensemble, X, a, b):
    found, wanted = log_odds(scaled(ensemble, a, b), X), a * log_odds(ensemble, X) + b
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)


@given(ensembles(), ensembles(), matrices(), st.floats(0, 1))
def test_blending_is_the_weighted_mean_of_log_odds(one, other, X, weight):
    found = log_odds(blended([one, other], [weight, 1 - weight]), X)
    wanted = weight * log_odds(one, X) + (1 - weight) * log_odds(other, X)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)


def test_ensembles_on_different_features_do_not_blend():
    with pytest.raises(ValueError, match=r"n_features: saw \[1, 2\]"):
        blended([Ensemble(0.0, (tree(leaf(0.0)),), n) for n in (1, 2)], [0.5, 0.5])


def test_leaves_come_in_the_order_of_a_walk_that_goes_left_first():
    shape = split(0, 0.0, split(1, 0.0, leaf(1.0), leaf(2.0)), split(1, 0.0, leaf(3.0), leaf(4.0)))
    grown = tree(shape)
    assert grown.value[grown.leaves].tolist() == [1.0, 2.0, 3.0, 4.0]
