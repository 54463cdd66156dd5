"""Holm's adjustment: many tests, and one chance that any of them cries wolf."""

from __future__ import annotations

import numpy as np


def holm(p: np.ndarray) -> np.ndarray:
    """p-values adjusted so that rejecting those <= alpha errs at all with probability <= alpha (Holm 1979).

    NaN stays NaN and counts as a test: what could not be decided must not make the others look surer.
    """
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(p, kind="stable")  # NaN last
    steps = p[order] * (len(p) - np.arange(len(p)))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
