import numpy as np
import pytest
from scipy.special import expit

from mainstay.pipeline.training.calibration import IDENTITY, decide, fitted

N = 20_000


def scored(slope=1.0, intercept=0.0, n=N):
    """True log-odds seen through a sigmoid that is off; folds of equal size."""
    random = np.random.default_rng(3)
    true = random.normal(-1, 1.2, n)
    y = (random.random(n) < expit(true)).astype(int)
    return (true - intercept) / slope, y, np.arange(n) % 5


def test_the_sigmoid_that_scores_were_seen_through_is_found():
    log_odds, y, _ = scored(slope=0.5, intercept=-0.7)
    found = fitted(log_odds, y)
    assert (found.slope, found.intercept) == (pytest.approx(0.5, abs=0.03), pytest.approx(-0.7, abs=0.05))


@pytest.mark.parametrize("ordered", [True, False])
def test_scores_that_are_off_are_calibrated(ordered):
    found = decide(*scored(slope=0.5), ordered=ordered)
    assert found.sigmoid.slope == pytest.approx(0.5, abs=0.03)
    assert found.log_loss_after < found.log_loss_before - found.gain_standard_error


@pytest.mark.parametrize("ordered", [True, False])
def test_scores_that_are_right_are_left_as_they_are(ordered):
    assert decide(*scored(), ordered=ordered).sigmoid == IDENTITY


def test_scores_are_never_turned_round():
    log_odds, y, fold = scored()
    assert decide(-log_odds, y, fold, ordered=False).sigmoid == IDENTITY


def test_too_few_folds_to_tell_leave_scores_as_they_are():
    log_odds, y, fold = scored(slope=0.5, n=1000)
    found = decide(log_odds, y, fold % 2, ordered=True)
    assert found.sigmoid == IDENTITY and found.log_loss_after is None


def test_scores_that_separate_the_classes_keep_a_finite_sigmoid():
    found = fitted(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0, 0, 1, 1]))
    assert np.isfinite([found.slope, found.intercept]).all()
