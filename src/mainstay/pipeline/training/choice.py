"""Which family: the simplest that is as good as the best, for all the folds can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Gap:
    """How much worse than the best: mean and standard error of the paired differences between folds."""

    mean: float
    standard_error: float

    @property
    def within_one_standard_error(self) -> bool:
        return self.mean <= self.standard_error


def gaps(losses: Mapping[str, np.ndarray]) -> dict[str, Gap]:
    """Each family's gap in log loss to the family of the lowest mean; losses are float64 [folds], paired.

    Paired, because folds differ far more from each other than families do on one fold.
    """
    best = min(losses, key=lambda family: np.mean(losses[family]))
    return {family: _gap(np.subtract(loss, losses[best])) for family, loss in losses.items()}


def simplest(gaps: Mapping[str, Gap]) -> str:
    """The one-standard-error rule: the first family, in the order given, that is within one of the best."""
    return next(family for family, gap in gaps.items() if gap.within_one_standard_error)


def standard_error(values: np.ndarray) -> float:
    """Of the mean, from at least two values."""
    if len(values) < 2:
        raise ValueError(f"saw {len(values)} folds, wanted two or more: one has no standard error")
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def _gap(differences: np.ndarray) -> Gap:
    return Gap(float(np.mean(differences)), standard_error(differences))
