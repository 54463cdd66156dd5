"""Whether two samples may come from one distribution: the two-sample tests of Kolmogorov-Smirnov and chi-square.

Rows count as independent. Where customers repeat, true p-values are larger, which is one reason why neither
decides alone (moved.py).
"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, kolmogorov

RARE_ROWS = 5
"""Expected rows from which chi-square's approximation is good enough (Cochran 1954)."""


def kolmogorov_smirnov(reference: np.ndarray, current: np.ndarray) -> tuple[float, float]:
    """Greatest distance of the two distribution functions, and its p-value, of two ascending arrays without NaN.

    The p-value is the limit for many rows (Smirnov 1948); where values tie it is too large, never too small.
    NaN, 1 where either side is empty.
    """
    n, m = reference.size, current.size
    if not n or not m:
        return float("nan"), 1.0
    # each difference is greatest where one of the two functions jumps, so that one side's jumps tell both
    last = np.flatnonzero(np.r_[reference[1:] != reference[:-1], True])
    first = np.r_[0, last[:-1] + 1]
    upto, before = _counts(current, reference[last])
    above = (last + 1) / n - upto / m
    below = before / m - first / n
    distance = max(float(above.max()), float(below.max()), 0.0)
    return distance, float(kolmogorov(distance * np.sqrt(n * m / (n + m))))


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
    return float(chdtrc(both.shape[1] - 1, ((both - expected) ** 2 / expected).sum()))


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


def _counts(ascending: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many of an ascending array are at most, and how many are below, each of the ascending `values`."""
    upto = np.searchsorted(ascending, values, side="right")
    shared = np.flatnonzero((upto > 0) & (ascending[upto - 1] == values))  # few, but where values are whole
    before = upto.copy()
    before[shared] = np.searchsorted(ascending, values[shared], side="left")
    return upto, before
