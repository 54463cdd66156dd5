"""Two models' scores of the same rows: who is found, whose promise is kept, whose score and rank moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from mainstay.evidence.tally import Tally, tally

TENTHS = np.linspace(0, 1, 11)
SHARES = np.linspace(0, 1, 21)
"""Of customers contacted, at which a gain curve is read off."""

BANDS = (-5.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 5.0)
"""Edges, in points of a percent, between which shifts of a score are counted."""


@dataclass(frozen=True)
class Scored:
    """Outcomes (0 or 1) and each model's probabilities, all float64 [rows]; `champion` is None where there is none."""

    outcome: np.ndarray
    candidate: np.ndarray
    champion: np.ndarray | None


def gain(outcome: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Share of leavers among the SHARES of customers with the highest scores."""
    t = tally(outcome, score)
    return _found(t, t.positives, SHARES) / t.leavers


def broken_promise(outcome: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Churn rate less mean score in each tenth of customers by score, lowest scores first."""
    t = tally(outcome, score)
    gap = np.diff(_found(t, t.positives - t.rows * t.score, TENTHS))
    return gap[::-1] / (t.total / (len(TENTHS) - 1))


def shift(champion: np.ndarray, candidate: np.ndarray) -> np.ndarray:
    """Share of rows in each of the bands between BANDS, by candidate's less champion's score in points."""
    band = np.searchsorted(BANDS, 100 * (candidate - champion))
    return np.bincount(band, minlength=len(BANDS) + 1) / len(candidate)


def rank(score: np.ndarray) -> np.ndarray:
    """Share of rows with a higher score, ties by half: 0 is who is called first."""
    return (rankdata(-score) - 0.5) / len(score)


def kept_in_top(champion: np.ndarray, candidate: np.ndarray, share: float = 0.1) -> float:
    """Share of the champion's top rows that are the candidate's, too; rows of one score in their own order."""
    size = max(1, round(share * len(candidate)))
    top = [set(np.argsort(-score, kind="stable")[:size].tolist()) for score in (champion, candidate)]
    return len(top[0] & top[1]) / size


def moved_most(
    champion: np.ndarray, candidate: np.ndarray, customer: np.ndarray, examples: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows that rose most in the candidate's ranking, and rows that fell most; the furthest first, one a customer."""
    risen = rank(champion) - rank(candidate)
    order = np.argsort(-risen, kind="stable")
    up, down = (_first_of_each(rows, customer)[:examples] for rows in (order, order[::-1]))
    return up[risen[up] > 0], down[risen[down] < 0]


def _first_of_each(rows: np.ndarray, customer: np.ndarray) -> np.ndarray:
    _, first = np.unique(customer[rows], return_index=True)
    return rows[np.sort(first)]


def _found(t: Tally, what: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The sum of `what` [places] over the top shares of rows; the tie at the edge is taken in part."""
    return np.interp(shares * t.total, np.r_[0, np.cumsum(t.rows)], np.r_[0, np.cumsum(what)])
