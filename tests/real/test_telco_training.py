import numpy as np
import pytest
from imports import ROOT
from telco import TELCO, telco, training_side

from mainstay import params
from mainstay.pipeline.training.record import record
from mainstay.pipeline.training.rows import training_rows
from mainstay.pipeline.training.selection import choose

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not TELCO.exists(), reason=f"{TELCO.name} is not beside the project"),
]

SALTS = ("mainstay", "a", "b", "c", "d")


@pytest.fixture(scope="module")
def mean():
    """Figures of the chosen model as shipped params make it, averaged over five splits."""
    frame, contract, X = telco()
    settings, profit = (params.load(ROOT / "params.yaml", section) for section in ("train", "profit"))
    records = []
    for salt in SALTS:
        side = training_side(frame, salt)
        rows = training_rows(frame[side], X[side], contract, settings)
        records.append(record(rows, settings, choose(rows, contract, settings, profit, lambda _: None)))
    return {name: np.mean([r[name] for r in records]) for name in records[0] if name.startswith("cv_")}


def test_it_ranks_as_well_as_is_known_to_be_possible_and_no_better(mean):
    assert 0.847 <= mean["cv_roc_auc"] <= 0.855, "above it, something leaks"


def test_its_log_loss_is_low(mean):
    assert mean["cv_log_loss"] <= 0.413


def test_it_beats_plain_one_hot_logistic_on_the_same_folds(mean):
    assert mean["cv_roc_auc_above_plain_logistic"] >= 0.003


def test_its_scores_are_calibrated(mean):
    assert mean["cv_calibration_error"] <= 0.015
