import numpy as np
import pytest
from tiny import CONTRACT, rows

from mainstay.evidence.measures import log_loss, roc_auc
from mainstay.pipeline.baselines import baselines
from mainstay.rows.matrix import matrix

MEASURES = {"roc_auc": roc_auc, "log_loss": log_loss}


def side(frame):
    return matrix(frame, CONTRACT), frame["churned"].to_numpy(dtype=float)


def test_the_base_rate_ranks_nothing_and_plain_logistic_finds_what_is_linear():
    found = baselines(CONTRACT.features, side(rows(2000, seed=1)), side(rows(1000, seed=2)), MEASURES)
    assert found["always_base_rate"]["roc_auc"] == 0.5
    assert found["plain_logistic"]["roc_auc"] > 0.8
    assert found["plain_logistic"]["log_loss"] < found["always_base_rate"]["log_loss"]


def test_the_base_rate_is_that_of_the_training_rows():
    X, outcome = side(rows(400, seed=1))
    found = baselines(CONTRACT.features, (X, outcome), (X[:2], np.array([1.0, 0.0])), MEASURES)
    rate = outcome.mean()
    assert found["always_base_rate"]["log_loss"] == pytest.approx(-(np.log(rate) + np.log(1 - rate)) / 2)
