import numpy as np
import pytest
from churners import COLUMNS, churners, settings
from sklearn.metrics import roc_auc_score

from mainstay.model.scorer import Scorer
from mainstay.model.tables import tables
from mainstay.pipeline.families import logistic
from mainstay.pipeline.training.probes import probes


@pytest.fixture(scope="module")
def fitted():
    return logistic.fit(*churners(), COLUMNS, settings())


def test_the_trees_score_as_scikit_learn_does_whatever_the_row(fitted):
    X, _ = churners()
    tried = np.concatenate([X, probes(X, COLUMNS)])
    scores = Scorer(tables(fitted.ensemble())).log_odds(tried)
    assert scores == pytest.approx(fitted.log_odds(tried), abs=1e-9)


def test_it_is_additive_one_tree_a_feature(fitted):
    trees = fitted.ensemble().trees
    assert [set(tree.feature[tree.feature >= 0]) for tree in trees] == [{j} for j in range(len(COLUMNS))]


def test_it_bends_where_a_line_could_not_follow():
    random = np.random.default_rng(1)
    x = random.uniform(-3, 3, 2000).astype(np.float32)
    y = (random.random(2000) < np.where(np.abs(x) > 1.5, 0.8, 0.1)).astype(int)
    own = logistic.fit(x[:, None], y, (COLUMNS[1],), settings())
    assert roc_auc_score(y, own.log_odds(x[:, None])) > 0.8


def test_coefficients_keep_no_more_than_their_decimals(fitted):
    assert (fitted.regression.coef_ == np.round(fitted.regression.coef_, logistic.DIGITS)).all()


def test_features_that_say_nothing_leave_the_base_rate():
    X, y = np.full((100, 2), np.nan, dtype=np.float32), np.arange(100) % 4 == 0
    own = logistic.fit(X, y, COLUMNS[:2], settings())
    assert own.log_odds(X) == pytest.approx(np.log(1 / 3), abs=1e-3)
