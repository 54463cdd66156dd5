import numpy as np
import pytest
from rivals import rivals

from mainstay.evidence.measures import log_loss, roc_auc
from mainstay.evidence.tally import tally
from mainstay.monitoring.realised import realised


def made(seed=0, rows=500):
    outcome, score, _ = rivals(np.random.default_rng(seed), rows, 0.9)
    return outcome, score, np.arange(rows)


def test_figures_are_those_of_every_other_report():
    outcome, score, customer = made()
    found, t = realised(outcome, score, customer, 10), tally(outcome, score)
    assert found.roc_auc.value == pytest.approx(float(roc_auc(t)))
    assert found.log_loss.value == pytest.approx(float(log_loss(t)))
    assert found.observed_expected.value == pytest.approx(outcome.sum() / score.sum())
    assert (found.rows, found.leavers) == (500, outcome.sum())


@pytest.mark.parametrize("figure", ["roc_auc", "log_loss", "observed_expected"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(figure):
    many = [getattr(realised(*made(seed), 10), figure) for seed in range(300)]
    truth = np.mean([f.value for f in many])
    assert 0.9 <= np.mean([f.low <= truth <= f.high for f in many]) <= 0.99


def test_the_same_customer_twice_is_no_more_sure():
    outcome, score, customer = made()
    once, twice = (realised(*(np.tile(a, n) for a in (outcome, score, customer)), 10) for n in (1, 2))
    for figure in ("roc_auc", "log_loss", "observed_expected"):
        assert getattr(twice, figure).low == pytest.approx(getattr(once, figure).low, abs=2e-3)


@pytest.mark.parametrize("outcome", [0, 1])
def test_one_class_has_no_auc_and_no_error(outcome):
    found = realised(np.full(5, outcome), np.full(5, 0.3), np.arange(5), 10)
    assert found.roc_auc.value is None and found.log_loss.value is not None
