"""How much worse a candidate may be, how likely the test was to pass an equal one, and how many rows would decide."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import norm

from mainstay.params import Gate

MOST = 100
"""Where more times the rows than this would be needed, no number is worth naming: the estimate sits on the margin."""


def max_margin(leavers: int, gate: Gate) -> float:
    """The largest loss of ROC AUC let through, where so many customers left: straight lines between logs."""
    at, margins = np.log(gate.max_margin_at_leavers), np.log(gate.max_margin)
    return float(np.exp(np.interp(math.log(max(leavers, 1)), at, margins)))


def margin(se: float, leavers: int, gate: Gate) -> float:
    """The margin at which an equal candidate passes with probability `gate.power`, within the bounds."""
    wanted = (norm.ppf(gate.confidence) + norm.ppf(gate.power)) * se
    return float(np.clip(wanted, gate.min_margin, max_margin(leavers, gate)))


def power(se: float, margin: float, confidence: float) -> float:
    """Probability that a candidate equal to the champion passes: that its lower bound is above -margin."""
    if se == 0:
        return 1.0
    return float(norm.cdf(margin / se - norm.ppf(confidence)))


def deciding_factor(difference: float, se: float, margin: float, gate: Gate) -> float:
    """How many times as many rows would decide: from 1 to MOST, else infinite; NaN where that is not known.

    Enough that an equal candidate would pass with `gate.power`, and that this one, were it what it seems, would
    be told from the margin. Standard errors fall with the root of the rows.
    """
    z = norm.ppf(gate.confidence)
    for_power = (z + norm.ppf(gate.power)) * se / margin
    apart = abs(difference + margin)
    for_this = z * se / apart if apart else math.inf
    factor = np.max([1.0, for_power, for_this]) ** 2
    return math.inf if factor > MOST else float(factor)
