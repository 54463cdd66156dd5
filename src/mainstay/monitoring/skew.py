"""Training-serving skew: the logged values, encoded and scored again here, must give the logged scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.model.file import Model
from mainstay.refusal import Refusal

if TYPE_CHECKING:
    import pandas

TOLERANCE = 1e-6
"""Scores are float32; one and the same scorer differs by nothing at all."""


@dataclass(frozen=True)
class Skew:
    """Of `rows` logged by a release, `mismatches` score otherwise here, by `widest` at most.

    `why` says why they could not be scored; a release that cannot be checked has not been found equal.
    """

    rows: int
    mismatches: int
    widest: float
    why: str | None = None

    @property
    def is_clean(self) -> bool:
        return self.why is None and self.mismatches == 0


def skew(logged: pandas.DataFrame, model: Model) -> Skew:
    """Compares the column `score` of predictions that this model made with what it makes of their values now."""
    if not len(logged):
        return Skew(0, 0, 0.0)
    try:
        again = model.score(logged).astype(np.float64)
    except Refusal as refusal:
        return Skew(len(logged), 0, 0.0, str(refusal))
    apart = np.abs(again - logged["score"].to_numpy(dtype=np.float64))
    return Skew(len(logged), int((~(apart <= TOLERANCE)).sum()), float(np.nanmax(apart)))
