"""What a scored table is worth as probabilities: how well it ranks, and how true its scores are.

Every function takes a Tally and gives one number, or one a resample. Where a table holds one class only the
ranking measures are NaN, never a number that looks like a result.
"""

from __future__ import annotations

import numpy as np

from mainstay.evidence.tally import Tally

SMALLEST = float(np.finfo(np.float32).eps)
"""Scores are float32: a probability closer to 0 or 1 than this cannot be told from it, and log loss stays finite."""


def base_rate(t: Tally) -> np.ndarray:
    """Share of customers who left."""
    return t.leavers / t.total


def roc_auc(t: Tally) -> np.ndarray:
    """Chance that a leaver scores above a stayer; a tie counts half."""
    lower = t.stayers[..., None] - np.cumsum(t.negatives, axis=-1)
    wins = (t.positives * (lower + t.negatives / 2)).sum(axis=-1)
    return _ratio(wins, t.leavers * t.stayers)


def average_precision(t: Tally) -> np.ndarray:
    """Precision at each score, weighted by the recall that it adds; no interpolation."""
    precision = _ratio(np.cumsum(t.positives, axis=-1), np.cumsum(t.rows, axis=-1), empty=0.0)
    return _ratio((t.positives * precision).sum(axis=-1), t.leavers)


def log_loss(t: Tally) -> np.ndarray:
    """Mean negative log likelihood, in nats."""
    p = np.clip(t.score, SMALLEST, 1 - SMALLEST)
    return -(t.positives @ np.log(p) + t.negatives @ np.log1p(-p)) / t.total


def brier(t: Tally) -> np.ndarray:
    """Mean squared distance of score and outcome."""
    return (t.positives @ (1 - t.score) ** 2 + t.negatives @ t.score**2) / t.total


def calibration_error(t: Tally, bins: int, cut_by: Tally | None = None) -> np.ndarray:
    """Mean distance of score and churn rate over bins of equal count, weighted by count; ties stay in one bin.

    Counts are equal in `t`, or in `cut_by`, a tally of the same places, so that all resamples share its bins.
    """
    starts = bin_starts(cut_by or t, bins)
    expected, seen, _ = _binned(t, starts)
    return np.abs(expected - seen).sum(axis=-1) / t.total


def calibration_gap(t: Tally) -> np.ndarray:
    """Mean score less churn rate: above 0 the scores promise more leavers than there were."""
    return t.rows @ t.score / t.total - base_rate(t)


def bin_starts(t: Tally, bins: int) -> np.ndarray:
    """First place of each bin of about equal count, from the rows of all resamples together."""
    rows = t.rows.reshape(-1, t.rows.shape[-1]).sum(axis=0)
    middle = (np.cumsum(rows) - rows / 2) / rows.sum()
    bin_of = np.minimum((middle * bins).astype(int), bins - 1)
    return np.flatnonzero(np.r_[True, bin_of[1:] != bin_of[:-1]])


def reliability(t: Tally, bins: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean score, churn rate and rows of each bin of about equal count, highest scores first."""
    expected, seen, rows = _binned(t, bin_starts(t, bins))
    return expected / rows, seen / rows, rows


def top(t: Tally, share: float) -> np.ndarray:
    """Leavers among the `share` of customers with the highest scores; the tie at the edge is taken in part."""
    rows = t.rows
    reached = np.cumsum(rows, axis=-1)
    wanted = share * reached[..., -1:]
    edge = np.minimum((reached < wanted).sum(axis=-1, keepdims=True), rows.shape[-1] - 1)
    within = np.arange(edge.max()) < edge
    whole = (t.positives[..., : within.shape[-1]] * within).sum(axis=-1)
    at_edge, rows, reached = (np.take_along_axis(of, edge, axis=-1) for of in (t.positives, rows, reached))
    taken = np.clip(wanted - (reached - rows), 0, rows)
    return whole + (at_edge * _ratio(taken, rows, empty=0.0))[..., 0]


def lift_top_decile(t: Tally) -> np.ndarray:
    """Churn rate among the tenth of customers with the highest scores, over the churn rate of all."""
    return _ratio(top(t, 0.1) / 0.1, t.leavers)


def true_positive_rate(t: Tally, threshold: float) -> np.ndarray:
    """Share of leavers whose score is at or above the threshold."""
    return _ratio(t.positives[..., t.score >= threshold].sum(axis=-1), t.leavers)


def _binned(t: Tally, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum of scores, leavers and rows of each bin."""
    sums = (t.rows * t.score, t.positives, t.rows)
    return tuple(np.add.reduceat(s, starts, axis=-1) for s in sums)


def _ratio(top: np.ndarray, bottom: np.ndarray, empty: float = np.nan) -> np.ndarray:
    """top / bottom, and `empty` where there is nothing to divide by."""
    top, bottom = np.broadcast_arrays(top, bottom)
    return np.divide(top, bottom, out=np.full(top.shape, empty), where=bottom != 0)[()]
