"""The one rule that asks for proof: the candidate's ROC AUC is not worse than the champion's by more than a margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from mainstay.evidence.delong import AucDifference
from mainstay.evidence.power import deciding_factor, margin, power
from mainstay.params import Gate
from mainstay.verdict import Answer


@dataclass(frozen=True)
class NonInferiority:
    """ROC AUC: passes where `low` is above -margin, fails where `high` is below it, else inconclusive.

    `difference` is candidate less champion; `low` and `high` are one-sided bounds at the gate's confidence.
    `power`: probability that an equal candidate passes this test; `capped`: the margin for the power wanted was
    larger than allowed. `rows_to_decide`: test rows like these that would decide; None where no number in reach would.
    Figures are NaN, and the answer inconclusive, where there are too few leavers or stayers to tell.
    """

    champion: float
    candidate: float
    difference: float
    se: float
    low: float
    high: float
    margin: float
    capped: bool
    power: float
    rows_to_decide: int | None
    answer: Answer


def non_inferiority(found: AucDifference, rows: int, leavers: int, gate: Gate) -> NonInferiority:
    """Judge a difference in ROC AUC that was seen on so many rows, where so many customers left."""
    half = float(norm.ppf(gate.confidence)) * found.se
    low, high = found.difference - half, found.difference + half
    allowed = margin(found.se, leavers, gate)
    reached = power(found.se, allowed, gate.confidence)
    factor = deciding_factor(found.difference, found.se, allowed, gate)
    return NonInferiority(
        **vars(found),
        low=low,
        high=high,
        margin=allowed,
        capped=bool(reached < gate.power - 1e-9),
        power=reached,
        rows_to_decide=int(np.ceil(rows * factor)) if np.isfinite(factor) else None,
        answer="pass" if low > -allowed else "fail" if high < -allowed else "inconclusive",
    )
