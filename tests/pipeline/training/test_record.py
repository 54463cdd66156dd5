import numpy as np
import pytest
from churners import settings

from mainstay.pipeline.training.calibration import IDENTITY, Calibration
from mainstay.pipeline.training.choice import gaps
from mainstay.pipeline.training.cross_validation import Scored
from mainstay.pipeline.training.record import about, record
from mainstay.pipeline.training.rows import TrainingRows
from mainstay.pipeline.training.selection import Chosen


def scored(auc, loss):
    return Scored(np.zeros(4), np.array(auc), np.array(loss), 0.01)


SCORED = {
    "logistic": scored([0.8, 0.9], [0.42, 0.40]),
    "boosting": scored([0.7, 0.8], [0.45, 0.44]),
    "plain_logistic": scored([0.75, 0.83], [0.43, 0.42]),
}
CHOSEN = Chosen(
    "logistic",
    SCORED,
    gaps({family: SCORED[family].log_loss for family in ("logistic", "boosting")}),
    Calibration(IDENTITY, 0.41, 0.41, 0.001),
    0.3,
)
ROWS = TrainingRows(np.zeros((4, 1)), np.array([0, 1, 1, 0]), np.arange(4), None, np.array([True, True, False, True]))


def test_figures_are_means_over_folds_with_their_standard_errors():
    found = record(ROWS, settings(), CHOSEN)
    assert found["cv_roc_auc"] == pytest.approx(0.85)
    assert found["cv_roc_auc_above_plain_logistic"] == pytest.approx(0.06)
    assert found["families"]["logistic"]["roc_auc_standard_error"] == pytest.approx(0.05)
    assert found["families"]["boosting"]["log_loss_behind_best"] == pytest.approx(0.035)
    assert "log_loss_behind_best" not in found["families"]["plain_logistic"]


def test_what_was_learned_from_counts_kept_rows_only():
    learned = about(ROWS, settings(), CHOSEN, {"kind": "hash"})["training"]
    assert learned == {"rows": 3, "positives": 1, "base_rate": 0.333333, "rows_left_out_as_treated": 1}
