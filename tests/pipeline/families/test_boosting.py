import numpy as np
import pytest
from churners import COLUMNS, churners, settings

from mainstay.model.scorer import Scorer
from mainstay.model.tables import tables
from mainstay.pipeline.families import boosting
from mainstay.pipeline.training.probes import probes


def test_the_trees_score_as_scikit_learn_does_whatever_the_row():
    X, y = churners()
    fitted = boosting.fit(X, y, COLUMNS, settings())
    tried = np.concatenate([X, probes(X, COLUMNS)])
    scores = Scorer(tables(fitted.ensemble())).log_odds(tried)
    assert scores == pytest.approx(fitted.log_odds(tried), abs=1e-9)


def test_every_iteration_is_made_also_on_many_rows():
    X, y = churners(n=12_000)
    assert len(boosting.fit(X, y, COLUMNS, settings()).ensemble().trees) == settings().boosting.max_iter
