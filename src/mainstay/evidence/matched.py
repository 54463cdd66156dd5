"""Leavers matched with stayers of the same window, which a month that is bad for all cannot sway.

Given that of two customers just one left, the chance that it was the first is odds / (odds + other odds): whatever
multiplied all odds of the window has cancelled. Sets share no customer, so given the window they are independent
(conditional logistic regression rests on the same: Breslow & Day 1980, chapter 7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.evidence.measures import SMALLEST


@dataclass(frozen=True)
class Sets:
    """Rows of leavers, int [sets], and of as many stayers each, int [sets, stayers]; no row is in two sets."""

    leaver: np.ndarray
    stayers: np.ndarray


def matched(outcome: np.ndarray, stayers: int, seed: int) -> Sets:
    """Each leaver with up to `stayers` random stayers, as many for all; fewer sets where stayers are too few.

    `outcome` is 0 or 1 [rows], one row a customer.
    """
    random = np.random.default_rng(seed)
    left, stayed = (random.permutation(np.flatnonzero(outcome == side)) for side in (1, 0))
    if not len(left) or not len(stayed):
        return Sets(left[:0], stayed[:0].reshape(0, 1))
    each = int(np.clip(len(stayed) // len(left), 1, stayers))
    sets = min(len(left), len(stayed) // each)
    return Sets(left[:sets], stayed[: sets * each].reshape(sets, each))


def log_losses(score: np.ndarray, sets: Sets) -> np.ndarray:
    """Negative log of the chance that each pair's leaver was the one who left, in nats [sets, stayers]."""
    p = np.clip(np.asarray(score, dtype=np.float64), SMALLEST, 1 - SMALLEST)
    log_odds = np.log(p) - np.log1p(-p)
    return np.logaddexp(0.0, log_odds[sets.stayers] - log_odds[sets.leaver][:, None])


def wins(score: np.ndarray, sets: Sets) -> np.ndarray:
    """1 where the leaver scored above the stayer, 0 below, 1/2 at a tie [sets, stayers]; their mean is the AUC."""
    apart = np.asarray(score)[sets.leaver][:, None] - np.asarray(score)[sets.stayers]
    return (np.sign(apart) + 1) / 2
