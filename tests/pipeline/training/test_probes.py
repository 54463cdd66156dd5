import numpy as np
from churners import COLUMNS, churners

from mainstay.pipeline.training.probes import probes


def test_every_feature_is_missing_once_and_every_category_unseen_and_everything_at_once():
    X, _ = churners()
    tried = probes(X[:3], COLUMNS)
    assert np.isnan(tried).all(axis=1).any()
    for j, column in enumerate(COLUMNS):
        assert np.isnan(tried[:, j]).any()
        if column.kind == "category":
            assert {-1.0, 0.0, 1.0, 2.0} <= set(tried[:, j])
