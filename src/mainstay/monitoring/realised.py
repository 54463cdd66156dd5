"""What scores turned out to be worth, with 95% intervals that go by customers, not rows. Pure.

In closed form: resampling a million rows would take a minute, and says the same.
"""

from __future__ import annotations

import msgspec
import numpy as np

from mainstay.evidence.delong import clustered_se, components
from mainstay.evidence.measures import calibration_error
from mainstay.evidence.paired import log_losses
from mainstay.evidence.tally import tally

Z = 1.96
"""Of a two-sided interval of 95%."""


class Figure(msgspec.Struct, frozen=True):
    """A value and its interval; None where the rows cannot tell."""

    value: float | None
    low: float | None
    high: float | None


class Realised(msgspec.Struct, frozen=True):
    """Of one model on rows with outcomes. `observed_expected` is leavers over the sum of the scores."""

    rows: int
    leavers: int
    expected: float
    roc_auc: Figure
    log_loss: Figure
    observed_expected: Figure
    calibration_error: float | None


def realised(outcome: np.ndarray, score: np.ndarray, customer: np.ndarray, bins: int) -> Realised:
    """`outcome` 0 or 1, `score` and `customer` (codes from 0) are [rows]."""
    score = np.asarray(score, dtype=np.float64)
    leavers, expected = int(outcome.sum()), float(score.sum())
    return Realised(
        rows=len(outcome),
        leavers=leavers,
        expected=expected,
        roc_auc=_auc(outcome, score, customer),
        log_loss=_mean(log_losses(outcome, score), customer),
        observed_expected=_ratio(outcome, score, customer),
        calibration_error=float(calibration_error(tally(outcome, score), bins)) if len(outcome) else None,
    )


def _auc(outcome: np.ndarray, score: np.ndarray, customer: np.ndarray) -> Figure:
    left = outcome == 1
    if not left.any() or left.all():
        return Figure(None, None, None)
    of_leavers, of_stayers = components(left, score)
    se = clustered_se(of_leavers, of_stayers, customer[left], customer[~left])
    return _figure(float(of_leavers.mean()), se)


def _mean(loss: np.ndarray, customer: np.ndarray) -> Figure:
    return _figure(float(loss.mean()), _clustered(loss - loss.mean(), customer) / len(loss)) if len(loss) else _figure()


def _ratio(outcome: np.ndarray, score: np.ndarray, customer: np.ndarray) -> Figure:
    expected = score.sum()
    if not expected > 0:
        return _figure()
    ratio = float(outcome.sum() / expected)
    return _figure(ratio, _clustered(outcome - ratio * score, customer) / expected)


def _clustered(deviation: np.ndarray, customer: np.ndarray) -> float:
    """Standard deviation of the sum of deviations, whose mean is 0, of independent customers."""
    sums = np.bincount(customer, weights=deviation)
    customers = int((np.bincount(customer) > 0).sum())
    return float(np.sqrt(sums @ sums * customers / (customers - 1))) if customers > 1 else float("nan")


def _figure(value: float | None = None, se: float = float("nan")) -> Figure:
    if value is None or not np.isfinite(se):
        return Figure(value, None, None)
    return Figure(value, float(value - Z * se), float(value + Z * se))
