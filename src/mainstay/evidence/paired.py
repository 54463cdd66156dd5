"""Paired differences of two scorers on the same rows, with standard errors that go by customers, not rows.

Losses that are means over rows have theirs in closed form. Profit, lift and calibration error hang on the order
of all rows: theirs come from resampled customers, the same resamples for both scorers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mainstay.evidence.measures import SMALLEST
from mainstay.evidence.tally import Tally, places, tally

PLACES = 5000
"""Resamples count customers at so many places of a ranking; finer ones change standard errors by less than 1%."""

BLOCK = 2_000_000
"""Customer weights, or counts at places, held at once: 8 MB, or 16 MB a class."""

Measure = Callable[[Tally, Tally], np.ndarray]
"""Of resamples of a table, and of the table itself, both at the same places."""


@dataclass(frozen=True)
class Difference:
    """`difference` is candidate less champion; `se` is NaN where there are too few customers to tell."""

    champion: float
    candidate: float
    difference: float
    se: float


def log_losses(y: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Negative log likelihood of each row, in nats."""
    p = np.clip(score, SMALLEST, 1 - SMALLEST)
    return -np.where(y == 1, np.log(p), np.log1p(-p))


def squared_errors(y: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Squared distance of score and outcome of each row; their mean is the Brier score."""
    return (y - score) ** 2


def mean_difference(champion: np.ndarray, candidate: np.ndarray, customer: np.ndarray) -> Difference:
    """Difference of mean losses [rows]; `customer` is codes. Cluster-robust SE with the G/(G-1) correction."""
    less, more = float(np.mean(champion)), float(np.mean(candidate))
    deviation = candidate - champion
    difference = float(deviation.mean())
    sums = np.bincount(customer, weights=deviation - difference)
    customers = len(np.unique(customer))
    if customers < 2:
        return Difference(less, more, difference, float("nan"))
    se = np.sqrt(sums @ sums * customers / (customers - 1)) / len(deviation)
    return Difference(less, more, difference, float(se))


def resampled_differences(
    measures: Mapping[str, Measure],
    y: np.ndarray,
    champion: np.ndarray,
    candidate: np.ndarray,
    customer: np.ndarray,
    resamples: int,
    seed: int,
) -> dict[str, Difference]:
    """The difference in each measure of a tally; SE over resamples of customers, NaN where any of them gave none.

    Resamples weigh each customer by a draw of Exp(1), which has the mean and variance of drawing customers with
    replacement and never leaves a class empty (the Bayesian bootstrap, Rubin 1981).
    """
    gaps: dict[str, list[np.ndarray]] = {name: [] for name in measures}
    customers = 1 + int(customer.max())
    counters = [_counter(y, score, customer) for score in (champion, candidate)]
    tables = [counted(np.ones(customers, dtype=np.float32)) for counted in counters]
    for weights in _weights(customers, resamples, seed):
        before, after = ([counted(weights), table] for counted, table in zip(counters, tables, strict=True))
        for name, measure in measures.items():
            gaps[name].append(measure(*after) - measure(*before))
    whole = [tally(y, score) for score in (champion, candidate)]
    return {name: _difference(measure, whole, np.concatenate(gaps[name])) for name, measure in measures.items()}


def _difference(measure: Measure, whole: list[Tally], gaps: np.ndarray) -> Difference:
    champion, candidate = (float(measure(t, t)) for t in whole)
    return Difference(champion, candidate, candidate - champion, float(np.std(gaps, ddof=1)))


def _weights(customers: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """float32 [customers, some resamples], until there were `resamples`; they do not depend on the block's size."""
    random = np.random.default_rng(seed)
    block = max(1, min(resamples, BLOCK // max(customers, PLACES)))
    for first in range(0, resamples, block):
        shape = (min(block, resamples - first), customers)
        yield np.ascontiguousarray(random.standard_exponential(shape, dtype=np.float32).T)


def _counter(y: np.ndarray, score: np.ndarray, customer: np.ndarray) -> Callable[[np.ndarray], Tally]:
    """A function from weights of customers to the tally of each resample."""
    at, mean_score = _coarse(score)
    shape = (len(mean_score), 1 + int(customer.max()))
    sides = [
        sparse.csr_array((np.ones(side.sum(), dtype=np.float32), (at[side], customer[side])), shape=shape)
        for side in (y == 1, y == 0)
    ]

    def counted(weights: np.ndarray) -> Tally:
        positives, negatives = (np.ascontiguousarray((side @ weights).T, dtype=np.float64) for side in sides)
        return Tally(mean_score, positives, negatives)

    return counted


def _coarse(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place of each row, highest scores first and at most about PLACES of them, and the mean score of each place.

    Ties are never parted, so equal scores get equal places.
    """
    fine = places(score)
    rows = np.diff(np.r_[fine.starts, len(score)])
    step = max(1, len(score) / PLACES)
    _, coarse = np.unique((fine.starts + rows / 2) // step, return_inverse=True)
    at = np.empty(len(score), dtype=np.int64)
    at[fine.order] = np.repeat(coarse, rows)
    return at, np.bincount(at, weights=score) / np.bincount(at)
