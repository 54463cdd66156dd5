"""Evidence of harm: differences that are worse by more than chance, all tested as one family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from mainstay.evidence.holm import holm
from mainstay.evidence.paired import Difference
from mainstay.params import Gate


@dataclass(frozen=True)
class Harm:
    """One difference, candidate less champion; `low` and `high` bound it, one-sided, at the gate's confidence.

    `p` is the probability of seeing so much if the candidate were worse by no more than `gate.harm_tolerance` of
    the champion's figure; `p_adjusted` the same with regard to the whole family, None where it is not tested
    but shown only. NaN: could not be decided.
    """

    name: str
    rows: int
    champion: float
    candidate: float
    difference: float
    se: float
    low: float
    high: float
    p: float
    p_adjusted: float | None = None


def harm(name: str, rows: int, found: Difference, higher_is_better: bool, gate: Gate) -> Harm:
    """Judge one difference by itself."""
    half = float(norm.ppf(gate.confidence)) * found.se
    worse = -found.difference if higher_is_better else found.difference
    beyond = worse - gate.harm_tolerance * abs(found.champion)
    low, high = found.difference - half, found.difference + half
    return Harm(name, rows, **vars(found), low=low, high=high, p=_p(beyond, found.se))


def as_family(harms: Iterable[Harm]) -> list[Harm]:
    """The same, with p-values adjusted for all of them."""
    harms = list(harms)
    adjusted = holm(np.array([h.p for h in harms]))
    return [replace(h, p_adjusted=float(p)) for h, p in zip(harms, adjusted, strict=True)]


def _p(beyond: float, se: float) -> float:
    """One-sided p-value of a difference that is harm where it is above 0; NaN stays NaN."""
    if se == 0:
        return 0.0 if beyond > 0 else 1.0
    return float(norm.sf(beyond / se))
