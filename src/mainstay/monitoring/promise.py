"""What a release promised when it was made: its manifest's figures, and below which ROC AUC that is broken. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

Z = 1.645
"""One-sided 95%: the promise itself was measured on a few leavers only."""


def auc_floor(metrics: Mapping[str, float | None], tolerance: float) -> float | None:
    """ROC AUC below which a release breaks its promise: as measured, less Z standard errors and the tolerance.

    None where the manifest does not say what was measured.
    """
    auc, leavers, rows = (metrics.get(name) for name in ("roc_auc", "positives", "rows"))
    if not auc or not leavers or not rows or rows <= leavers:
        return None
    return auc - Z * standard_error(auc, leavers, rows - leavers) - tolerance


def standard_error(auc: float, leavers: float, stayers: float) -> float:
    """Of a ROC AUC, from the counts alone (Hanley & McNeil 1982)."""
    two_leavers, two_stayers = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = (leavers - 1) * (two_leavers - auc**2) + (stayers - 1) * (two_stayers - auc**2)
    return math.sqrt((auc * (1 - auc) + spread) / (leavers * stayers))
