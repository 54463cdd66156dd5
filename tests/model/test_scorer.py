import numpy as np
import pytest
from ensembles import churn_like, ensembles, leaf, matrices, model, split, tree, walked
from hypothesis import given

from mainstay.model.scorer import CHUNK_ROWS, Scorer
from mainstay.model.tables import tables
from mainstay.model.trees import Ensemble


@given(ensembles(), matrices())
def test_log_odds_are_the_sum_of_the_leaves_that_a_walk_reaches(ensemble, X):
    found = Scorer(tables(ensemble)).log_odds(X)
    wanted = [walked(ensemble.trees, ensemble.base, row) for row in X]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize("leaves", [2, 8, 9, 16, 17, 32, 33, 64])
def test_a_tree_may_have_as_many_leaves_as_the_widest_word_has_bits(leaves):
    ensemble = Ensemble(0.1, (comb(leaves), comb(3)), 2)
    X = np.array([[a, b] for a in [*range(-1, leaves), np.nan] for b in (0, 1, np.nan)], dtype=np.float32)
    found = Scorer(tables(ensemble)).log_odds(X)
    np.testing.assert_allclose(found, [walked(ensemble.trees, 0.1, row) for row in X], rtol=0, atol=1e-6)


def test_a_row_scores_the_same_bits_whatever_stands_beside_it():
    X, _ = churn_like(1, CHUNK_ROWS * 2 + 7, 3)
    scorer = Scorer(tables(Ensemble(0.1, tuple(comb(n) for n in range(3, 9)), 3)))
    together = scorer.log_odds(X)
    alone = np.concatenate([scorer.log_odds(X[i : i + 1]) for i in range(0, len(X), 97)])
    np.testing.assert_array_equal(together[::97], alone)
    np.testing.assert_array_equal(scorer.log_odds(X[::-1]), together[::-1])


def test_no_rows_score_to_no_probabilities():
    found = model(Ensemble(0.0, (comb(3),), 2)).score_matrix(np.empty((0, 2), dtype=np.float32))
    assert found.shape == (0,)
    assert found.dtype == np.float32


def test_log_odds_of_any_size_make_a_probability_without_a_warning(recwarn):
    far = Ensemble(0.0, (tree(split(0, 0.0, leaf(-1e6), leaf(1e6))),), 1)
    scores = model(far).score_matrix(np.array([[-1], [1]], dtype=np.float32))
    assert scores.tolist() == pytest.approx([0.0, 1.0])
    assert not recwarn.list


def comb(leaves):
    """A tree that asks about feature 0 again and again, and of feature 1 first."""
    shape = leaf(0.5)
    for i in range(leaves - 2, 0, -1):
        shape = split(0, i - 0.5, leaf(i / 7), shape, missing_left=i % 3 == 0)
    return tree(split(1, 0.5, leaf(-0.3), shape) if leaves > 1 else shape)


@given(ensembles(), matrices())
def test_no_row_is_further_from_0_than_the_most(ensemble, X):
    scorer = model(ensemble).scorer
    assert np.abs(scorer.log_odds(X)).max() <= scorer.most * (1 + 1e-12)
