"""Whether two samples may come from one distribution: the two-sample tests of Kolmogorov-Smirnov and chi-square.

Rows count as independent. Where customers repeat, true p-values are larger, which is one reason why neither
decides alone (moved.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mainstay.evidence.tails import chi_square_tail, kolmogorov_tail

RARE_ROWS = 5
"""Expected rows from which chi-square's approximation is good enough (Cochran 1954)."""

STRIDE = 16
"""Jumps of a distribution function at a time that are looked at together."""


def kolmogorov_smirnov(reference: np.ndarray, current: np.ndarray) -> tuple[float, float]:
    """Greatest distance of the two distribution functions, and its p-value, of two ascending arrays without NaN.

    The p-value is the limit for many rows (Smirnov 1948); where values tie it is too large, never too small.
    NaN, 1 where either side is empty.
    """
    n, m = reference.size, current.size
    if not n or not m:
        return float("nan"), 1.0
    distance = max(_greatest(_Steps.of(reference), current), 0.0)
    return distance, kolmogorov_tail(distance * math.sqrt(n * m / (n + m)))


@dataclass(frozen=True)
class _Steps:
    """A distribution function: its distinct values, with the first and last row that each stands in, of `rows`."""

    values: np.ndarray
    first: np.ndarray
    last: np.ndarray
    rows: int

    @staticmethod
    def of(ascending: np.ndarray) -> _Steps:
        last = np.flatnonzero(np.r_[ascending[1:] != ascending[:-1], True])
        return _Steps(ascending[last], np.r_[0, last[:-1] + 1], last, ascending.size)


def _greatest(steps: _Steps, other: np.ndarray) -> float:
    """Greatest difference from the distribution function of `other`, which ascends.

    It is where `steps` jump, so only there is looked; and of every STRIDE jumps at one first, since both functions
    rise, and so bound what lies between two of these. Most strides cannot hold the greatest, and are passed over.
    """
    some = np.r_[np.arange(0, steps.values.size - 1, STRIDE), steps.values.size - 1]
    less, not_more = _ranks(other, steps.values[some])
    best = _widest(steps, some, less / other.size, not_more / other.size)
    above = (steps.last[some[1:]] + 1) / steps.rows - not_more[:-1] / other.size
    below = less[1:] / other.size - steps.first[some[:-1]] / steps.rows
    worth = some[:-1][np.maximum(above, below) > best]
    rest = np.minimum((worth[:, None] + np.arange(1, STRIDE)).ravel(), steps.values.size - 1)
    less, not_more = _ranks(other, steps.values[rest])
    return max(best, _widest(steps, rest, less / other.size, not_more / other.size))


def _widest(steps: _Steps, at: np.ndarray, less: np.ndarray, not_more: np.ndarray) -> float:
    """Greatest difference at some jumps, before or after; `less` and `not_more` are the other's shares there."""
    if not at.size:
        return -np.inf
    after = (steps.last[at] + 1) / steps.rows - not_more
    before = less - steps.first[at] / steps.rows
    return float(max(after.max(), before.max()))


def chi_square(reference: np.ndarray, current: np.ndarray) -> float:
    """p-value of equal shares, of counts a bin; bins that both lack are left out, 1 where nothing can be compared.

    (Pearson's test of homogeneity.)
    """
    both = np.array([reference, current], dtype=np.float64)
    both = both[:, both.sum(axis=0) > 0]
    rows, total = both.sum(axis=1, keepdims=True), both.sum()
    if both.shape[1] < 2 or not rows.all():
        return 1.0
    expected = rows * both.sum(axis=0) / total
    return chi_square_tail(float(((both - expected) ** 2 / expected).sum()), both.shape[1] - 1)


def rare_as_one(reference: np.ndarray, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts a value, then the missing ones, with rare values as one bin: fewer than RARE_ROWS expected on a side.

    Of hundreds of values some are always there many times too often, by chi-square's approximation and by PSI alike.
    """
    both = reference + current
    expected = both * min(reference.sum(), current.sum()) / max(both.sum(), 1)
    kept = expected >= RARE_ROWS
    kept[-1] = True
    reference, current = (np.r_[side[~kept].sum(), side[kept]] for side in (reference, current))
    return reference, current


def _ranks(ascending: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many of an ascending array are less than each value, and how many are not more."""
    return np.searchsorted(ascending, values, side="left"), np.searchsorted(ascending, values, side="right")
