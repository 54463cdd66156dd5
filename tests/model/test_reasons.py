import numpy as np
from ensembles import ensembles, leaf, matrices, model, split, tree
from hypothesis import given

from mainstay.model.trees import Ensemble


@given(ensembles(), matrices())
def test_contributions_and_base_make_the_log_odds(ensemble, X):
    loaded = model(ensemble)
    total = loaded.contributions(X).astype(np.float64).sum(axis=1) + loaded.base
    np.testing.assert_allclose(total, loaded.scorer.log_odds(X), rtol=0, atol=2e-5)


def test_a_split_gives_its_reason_to_the_feature_that_it_asks_about():
    shape = split(0, 0.0, leaf(0.0), split(1, 0.0, leaf(2.0), leaf(4.0)))
    loaded = model(Ensemble(0.25, (tree(shape),), 2))
    assert loaded.base == 0.25 + 1.5
    assert loaded.contributions(np.array([[1, 1], [1, -1], [-1, 0]], dtype=np.float32)).tolist() == [
        [1.5, 1.0],
        [1.5, -1.0],
        [-1.5, 0.0],
    ]
