"""Sigmoid calibration on the log-odds (Platt 1999), from out-of-fold scores; it folds into the model's leaves.

Isotonic calibration is not offered: it does not survive the way into the file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from mainstay.evidence.measures import log_loss
from mainstay.evidence.tally import tally
from mainstay.pipeline.training.choice import standard_error

DIGITS = 6
"""Decimals that slope and intercept keep, so that the last bits of a sum do not reach the model."""


@dataclass(frozen=True)
class Sigmoid:
    """Calibrated log-odds = slope * log-odds + intercept."""

    slope: float
    intercept: float

    def __call__(self, log_odds: np.ndarray) -> np.ndarray:
        return self.slope * log_odds + self.intercept


IDENTITY = Sigmoid(1.0, 0.0)


@dataclass(frozen=True)
class Calibration:
    """The sigmoid that is folded in, and the mean log loss of folds before and after one fitted on other folds."""

    sigmoid: Sigmoid
    log_loss_before: float | None
    log_loss_after: float | None
    gain_standard_error: float | None


def fitted(log_odds: np.ndarray, y: np.ndarray) -> Sigmoid:
    """The sigmoid of highest likelihood; a weak penalty keeps it finite where the scores separate the classes."""
    regression = LogisticRegression(C=1000.0, solver="newton-cholesky", tol=1e-9, max_iter=200)
    regression.fit(log_odds.reshape(-1, 1), y)
    slope, intercept = float(regression.coef_[0, 0]), float(regression.intercept_[0])
    return Sigmoid(round(slope, DIGITS), round(intercept, DIGITS))


def decide(log_odds: np.ndarray, y: np.ndarray, fold: np.ndarray, ordered: bool) -> Calibration:
    """Calibrate only where it helps: where log loss falls by more than a standard error on folds not fitted on.

    fold: int [n], the fold each out-of-fold score is of. Where folds are ordered in time, each is judged by the
    sigmoid of the earlier ones. Too few folds to tell, or a sigmoid that turns the order round: left as it is.
    """
    judged = [_before_and_after(log_odds, y, fold == k, _others(fold, k, ordered)) for k in _judged(fold, ordered)]
    if len(judged) < 2:
        return Calibration(IDENTITY, None, None, None)
    before, after = np.transpose(judged)
    error = standard_error(before - after)
    helps = np.mean(before - after) > error
    best = fitted(log_odds, y)
    sigmoid = best if helps and best.slope > 0 else IDENTITY
    return Calibration(sigmoid, float(before.mean()), float(after.mean()), error)


def _judged(fold: np.ndarray, ordered: bool) -> np.ndarray:
    return np.unique(fold)[1 if ordered else 0 :]


def _others(fold: np.ndarray, k: int, ordered: bool) -> np.ndarray:
    return fold < k if ordered else fold != k


def _before_and_after(log_odds: np.ndarray, y: np.ndarray, here: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    sigmoid = fitted(log_odds[others], y[others])
    return _log_loss(y[here], log_odds[here]), _log_loss(y[here], sigmoid(log_odds[here]))


def _log_loss(y: np.ndarray, log_odds: np.ndarray) -> float:
    return float(log_loss(tally(y, expit(log_odds))))
