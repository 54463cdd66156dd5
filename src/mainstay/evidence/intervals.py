"""How sure a measure is: 95% intervals by resampling customers, all their rows with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mainstay.evidence.tally import Tally, places, weighted

LEVEL = 0.95
BLOCK = 1_000_000
"""Row weights held at once: 8 MB."""


@dataclass(frozen=True)
class Interval:
    """The middle 95% of what resamples gave; both ends NaN where one in twenty resamples gave nothing."""

    low: float
    high: float


def intervals(
    measures: Mapping[str, Callable[[Tally], np.ndarray]],
    outcome: np.ndarray,
    score: np.ndarray,
    customer: np.ndarray,
    resamples: int,
    seed: int,
) -> dict[str, Interval]:
    """The interval of each measure. `outcome`, `score` and `customer` are [rows]; rows of a customer go together."""
    seen: dict[str, list[np.ndarray]] = {name: [] for name in measures}
    for resampled in resample(outcome, score, customer, resamples, seed):
        for name, measure in measures.items():
            seen[name].append(measure(resampled))
    return {name: middle(np.concatenate(values)) for name, values in seen.items()}


def resample(
    outcome: np.ndarray, score: np.ndarray, customer: np.ndarray, resamples: int, seed: int
) -> Iterator[Tally]:
    """Tallies of tables in which as many customers are drawn with replacement, some resamples at a time."""
    random = np.random.default_rng(seed)
    outcome, at = np.asarray(outcome, dtype=np.float64), places(score)
    names, member = np.unique(np.asarray(customer, dtype=str), return_inverse=True)
    block = max(1, min(resamples, BLOCK // len(member)))
    for first in range(0, resamples, block):
        drawn = _draws(random, min(block, resamples - first), len(names))
        yield weighted(outcome, at, drawn[:, member])


def middle(values: np.ndarray) -> Interval:
    """The interval that holds the middle 95% of the values."""
    usable = values[np.isfinite(values)]
    if len(usable) < LEVEL * len(values):
        return Interval(np.nan, np.nan)
    low, high = np.quantile(usable, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def _draws(random: np.random.Generator, resamples: int, customers: int) -> np.ndarray:
    """How often each customer is drawn, float64 [resamples, customers]; every row sums to `customers`."""
    drawn = random.integers(0, customers, size=(resamples, customers))
    flat = drawn + customers * np.arange(resamples)[:, None]
    return np.bincount(flat.ravel(), minlength=resamples * customers).reshape(resamples, customers).astype(np.float64)
