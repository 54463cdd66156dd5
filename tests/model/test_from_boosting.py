import numpy as np
import pytest
from ensembles import churn_like, contract, numbers
from sklearn.ensemble import HistGradientBoostingClassifier

from mainstay.model.export import to_onnx
from mainstay.model.from_boosting import from_boosting
from mainstay.model.parity import check_parity
from mainstay.model.scorer import Scorer
from mainstay.model.tables import tables

ODD = [np.nan, -1.0, -1e30, 1e30, 99.0, 0.5]


def fitted(X, y, **changes):
    settings = {"max_iter": 20, "max_leaf_nodes": 8, "early_stopping": False, "random_state": 0, "min_samples_leaf": 5}
    return HistGradientBoostingClassifier(**{**settings, **changes}).fit(X, y)


@pytest.mark.parametrize("changes", [{}, {"max_leaf_nodes": 31}, {"max_leaf_nodes": 2}, {"max_depth": 1}])
def test_the_file_scores_as_the_fitted_model_on_seen_unseen_and_missing_values(changes):
    X, y = churn_like(3, 1500, 4)
    boosting = fitted(X, y, **changes)
    odd = np.array(np.meshgrid(*[ODD] * 4), dtype=np.float32).reshape(4, -1).T
    every = np.concatenate([X, odd])
    data = to_onnx(from_boosting(boosting), contract(*numbers(4)), {})
    assert check_parity(data, every, boosting.predict_proba(every)[:, 1]) <= 1e-6


def test_log_odds_are_scikit_learns_to_the_last_digits():
    X, y = churn_like(4, 1500, 4)
    boosting = fitted(X, y)
    found = Scorer(tables(from_boosting(boosting))).log_odds(X)
    np.testing.assert_allclose(found, boosting.decision_function(X), rtol=0, atol=1e-12)


def test_every_float32_beside_a_threshold_goes_as_in_scikit_learn():
    values = np.float32(0.1) + np.arange(12, dtype=np.float32) * np.spacing(np.float32(0.1))
    X = np.repeat(values, 20).reshape(-1, 1)
    boosting = fitted(X, np.repeat([0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0], 20))
    data = to_onnx(from_boosting(boosting), contract(*numbers(1)), {})
    assert check_parity(data, X, boosting.predict_proba(X)[:, 1]) <= 1e-6


def test_a_split_that_only_sets_the_missing_apart_keeps_them_apart():
    X = np.array([[np.nan]] * 50 + [[1.0]] * 50, dtype=np.float32)
    boosting = fitted(X, np.repeat([1, 0], 50))
    data = to_onnx(from_boosting(boosting), contract(*numbers(1)), {})
    assert check_parity(data, X, boosting.predict_proba(X)[:, 1]) <= 1e-6


def test_an_inner_value_is_the_mean_of_the_training_rows_below():
    X, y = churn_like(5, 800, 3)
    boosting = fitted(X, y, max_iter=1)
    tree = from_boosting(boosting).trees[0]
    reached = boosting.decision_function(X) - float(np.ravel(boosting._baseline_prediction)[0])
    assert tree.value[0] == pytest.approx(reached.mean())


def test_a_model_that_was_told_of_categories_is_not_converted():
    X, y = churn_like(6, 500, 3)
    X[X < 0] = np.nan
    boosting = fitted(X[:, :1], y, categorical_features=[0])
    with pytest.raises(ValueError, match="categorical_features"):
        from_boosting(boosting)


def test_a_model_of_three_classes_is_not_converted():
    X, y = churn_like(7, 300, 3)
    with pytest.raises(ValueError, match="classes: saw 3, wanted 2"):
        from_boosting(fitted(X, y + (X[:, 1] > 0)))
