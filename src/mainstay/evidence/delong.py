"""ROC AUC of two scorers on the same rows, and how sure their difference is.

DeLong, DeLong & Clarke-Pearson 1988: the variance of an AUC follows from its structural components, the share of
the other class that each row is ordered right with. They are counted by sorting, in n log n (Sun & Xu 2014).
Rows of one customer are not independent: components are summed a customer (Obuchowski 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class AucDifference:
    """`difference` is candidate less champion, `se` its standard error: NaN below two customers of either class."""

    champion: float
    candidate: float
    difference: float
    se: float


def delong(y: np.ndarray, champion: np.ndarray, candidate: np.ndarray, customer: np.ndarray) -> AucDifference:
    """Compare two scorers. All are [rows]: `y` is 0 or 1, `customer` is codes from 0; all NaN where one class is empty.

    Where each customer has one row this is DeLong's own variance, exactly.
    """
    left = np.asarray(y) == 1
    if not left.any() or left.all():
        return AucDifference(np.nan, np.nan, np.nan, np.nan)
    of_leavers, of_stayers = components(left, champion)
    more_leavers, more_stayers = (
        b - a for a, b in zip((of_leavers, of_stayers), components(left, candidate), strict=True)
    )
    auc, difference = float(of_leavers.mean()), float(more_leavers.mean())
    se = clustered_se(more_leavers, more_stayers, customer[left], customer[~left])
    return AucDifference(auc, auc + difference, difference, se)


def clustered_se(
    of_leavers: np.ndarray, of_stayers: np.ndarray, customer_left: np.ndarray, customer_stayed: np.ndarray
) -> float:
    """Standard error of the mean of the components, whose customers are given by code (Obuchowski 1997)."""
    customers = 1 + max(customer_left.max(), customer_stayed.max())
    a, has_left = _sums(of_leavers, customer_left, customers)
    b, has_stayed = _sums(of_stayers, customer_stayed, customers)
    if min(has_left.sum(), has_stayed.sum()) < 2:
        return float("nan")
    variance = a @ a * _unbiased(has_left) + b @ b * _unbiased(has_stayed)
    variance += 2 * a @ b * _unbiased(has_left | has_stayed)  # customers who stayed one month and left in another
    return float(np.sqrt(max(variance, 0.0)))


def components(left: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each leaver the share of stayers below, for each stayer the share of leavers above; a tie counts half."""
    leavers, stayers = score[left], score[~left]
    return _share_below(leavers, np.sort(stayers)), 1 - _share_below(stayers, np.sort(leavers))


def _share_below(score: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Share of `others`, which rise, below each score; equal ones count half."""
    order = np.argsort(score)  # one search after the other then looks at the same cache lines
    rising = score[order]
    share = np.empty(len(score))
    share[order] = np.searchsorted(others, rising, "left") + np.searchsorted(others, rising, "right")
    return share / (2 * len(others))


def _sums(component: np.ndarray, customer: np.ndarray, customers: int) -> tuple[np.ndarray, np.ndarray]:
    """Each customer's part in the deviation of the mean, and which customers have a part."""
    deviation = np.bincount(customer, weights=component - component.mean(), minlength=customers) / len(component)
    return deviation, np.bincount(customer, minlength=customers) > 0


def _unbiased(has_part: np.ndarray) -> float:
    customers = has_part.sum()
    return customers / (customers - 1)
