"""What a closed window does to an e-process: the log of what it makes of 1, one a size of bet. Pure.

Ranking is bet on by matched sets (`matched`): many independent bets a window, which no effect of a month sways.
How many leave is bet on once a window, for all customers share its month: the log of observed over expected has
the spread that the counts give it, and that of months besides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.evidence.matched import Sets, log_losses, wins

SIZES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Of bets on a payoff in [-1, 1], as shares of the wealth."""

TILTS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Of bets on a standard normal payoff z: exp(tilt z - tilt^2 / 2)."""

CAP_NATS = 1.0
"""A pair counts no more than this for either model, so that its payoff is bounded."""

Steps = tuple[float, ...]


def worse_ranking(current: np.ndarray, previous: np.ndarray, sets: Sets, tolerance: float) -> Steps:
    """Grows where `previous` tells leavers from stayers better, by more than `tolerance` nats a pair on average.

    Scores are [rows]. Fair or worse while the mean difference of the (capped) log losses is within the tolerance.
    """
    more = np.clip(log_losses(current, sets) - log_losses(previous, sets), -CAP_NATS, CAP_NATS)
    return _bounded(more.mean(axis=1) / CAP_NATS - tolerance)


def broken_auc(score: np.ndarray, sets: Sets, floor: float) -> Steps:
    """Grows where the ROC AUC is below `floor`. Fair or worse while it is not."""
    return _bounded(floor - wins(score, sets).mean(axis=1))


@dataclass(frozen=True)
class Level:
    """How many left in a window, and how many a model expected: the sum of its scores."""

    observed: float
    expected: float
    variance: float

    @property
    def gap(self) -> float:
        """Log of observed over expected; half a leaver is added to both."""
        return float(np.log((self.observed + 0.5) / (self.expected + 0.5)))

    def spread(self, month_effect_sd: float) -> float:
        """Standard deviation of the gap: of the count, and of months."""
        return float(np.hypot(np.sqrt(self.variance) / (self.expected + 0.5), month_effect_sd))


def level(outcome: np.ndarray, score: np.ndarray) -> Level:
    """The level of one window's rows."""
    p = np.asarray(score, dtype=np.float64)
    return Level(float(np.sum(outcome)), float(p.sum()), float((p * (1 - p)).sum()))


def broken_level(seen: Level, tolerance: float, month_effect_sd: float) -> Steps:
    """Grows where more, or fewer, leave than expected by more than `tolerance` (of the log) in the mean of months.

    One half of the sizes bets on more, the other on fewer.
    """
    spread = seen.spread(month_effect_sd)
    return _tilted((seen.gap - tolerance) / spread) + _tilted((-seen.gap - tolerance) / spread)


def worse_level(current: Level, previous: Level, tolerance: float, month_effect_sd: float) -> Steps:
    """Grows where as many leave as `previous` expected, and not as `current` did.

    Nothing is bet where the two expect the same to within `tolerance` (of the log). How far outcomes lie beyond
    what `previous` expected soon counts for nothing, so that a shock that neither foresaw proves little.
    """
    apart = previous.gap - current.gap  # log of what current expected over what previous did
    if abs(apart) <= tolerance:
        return (0.0,) * len(TILTS)
    nearer_previous = -np.sign(apart) * (current.gap + previous.gap) / 2  # from midway between the two
    payoff = min(nearer_previous, abs(apart)) - tolerance / 2
    spread = max(current.spread(month_effect_sd), previous.spread(month_effect_sd))
    return _tilted(payoff / spread)


def _bounded(payoff: np.ndarray) -> Steps:
    """Logs of the products of 1 + size * payoff. A payoff is at least -1 less its tolerance, which is below 0.2."""
    return tuple(float(np.log1p(size * payoff).sum()) for size in SIZES)


def _tilted(z: float) -> Steps:
    return tuple(float(tilt * z - tilt**2 / 2) for tilt in TILTS)
