"""A feature cut into steps: what makes a regression a table, and so a tree.

Every row falls on one step of each feature: a number between two edges, or a category; a missing value and an
unseen category have steps of their own, the last two. What the regression sees of a step are its terms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.rows.contract import Column

SAME = 1e-12
"""Mean distance of terms below which training rows do not differ: what rounding leaves."""


@dataclass(frozen=True)
class Cut:
    """One feature's steps.

    edges: float32 [steps - 1], ascending; a number x is on the first step whose edge is not below it.
    For a category None: its code is its step.
    terms: float64 [steps + 2, terms], of each step, then of a missing value, then of an unseen category.
    counts: int64 [steps + 2], training rows on each.
    """

    edges: np.ndarray | None
    terms: np.ndarray
    counts: np.ndarray


def cut(x: np.ndarray, column: Column, bins: int, hinges: int) -> Cut:
    """The steps of one feature, learned from its training values, float32 [n].

    Terms are centred on the training rows, so that a missing or unseen value, where training rows had none like
    it, counts as the average customer.
    """
    if column.kind == "category":
        edges, steps = None, len(column.values)
    else:
        edges = _edges(x[~np.isnan(x)], bins)
        steps = len(edges) + 1
    at = steps_of(x, edges, steps)
    counts = np.bincount(at, minlength=steps + 2)
    terms = _one_hot(counts, bins) if edges is None else _bends(x, at, counts, hinges)
    return Cut(edges, _centred(terms, counts), counts)


def steps_of(x: np.ndarray, edges: np.ndarray | None, steps: int) -> np.ndarray:
    """The step of each value, int [n]: 0..steps - 1, `steps` where missing, `steps + 1` where unseen."""
    missing = np.isnan(x)
    if edges is None:
        known = (x >= 0) & (x < steps)
        at = np.where(known, x, steps + 1)
    else:
        at = np.searchsorted(edges, x, side="left")
    return np.where(missing, steps, at).astype(np.intp)


def design(cuts: tuple[Cut, ...], X: np.ndarray) -> np.ndarray:
    """What the regression sees: float64 [n, terms of all features]."""
    return np.hstack([c.terms[steps_of(X[:, j], c.edges, len(c.counts) - 2)] for j, c in enumerate(cuts)])


def _edges(known: np.ndarray, bins: int) -> np.ndarray:
    """At most `bins` - 1 edges: between all values where they are few, else at quantiles of the rows."""
    values = np.unique(known)
    if len(values) > bins:
        shares = np.arange(1, bins) / bins
        return np.setdiff1d(np.quantile(known, shares, method="lower"), values[-1:])
    middle = (values[:-1].astype(np.float64) + values[1:]) / 2
    rounded = middle.astype(np.float32)
    return np.where(rounded < values[1:], rounded, values[:-1])


def _one_hot(counts: np.ndarray, most: int) -> np.ndarray:
    """A term for each of the `most` frequent values; the rare ones share one, with the unseen; missing has its own."""
    steps = len(counts) - 2
    order = np.argsort(-counts[:steps], kind="stable")[:most]
    own = np.sort(order[counts[order] > 0])
    terms = np.zeros((steps + 2, len(own) + 2))
    terms[:, -1] = 1.0
    terms[own] = 0.0
    terms[own, np.arange(len(own))] = 1.0
    terms[steps] = 0.0
    terms[steps, -2] = 1.0
    return terms


def _bends(x: np.ndarray, at: np.ndarray, counts: np.ndarray, hinges: int) -> np.ndarray:
    """A line that may bend at quantiles, each term scaled to one standard deviation, and a term for missing."""
    steps = len(counts) - 2
    known = counts[:steps]
    middle = _means(x, at, known)
    line = np.column_stack([middle, *(np.maximum(middle - knot, 0.0) for knot in _knots(middle, known, hinges))])
    terms = np.zeros((steps + 2, line.shape[1] + 1))
    if known.sum():
        mean = known @ line / known.sum()
        spread = np.sqrt(known @ (line - mean) ** 2 / known.sum())
        terms[:steps, :-1] = (line - mean) / np.where(spread > 0, spread, 1.0)
    terms[steps, -1] = 1.0
    return terms


def _means(x: np.ndarray, at: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The mean value on each step, rounded to float32 so that the last bits of the sums do not matter."""
    steps = len(known)
    here = at < steps
    sums = np.bincount(at[here], weights=x[here].astype(np.float64), minlength=steps)
    return (sums / np.maximum(known, 1)).astype(np.float32).astype(np.float64)


def _knots(middle: np.ndarray, known: np.ndarray, hinges: int) -> np.ndarray:
    """Step values at equal shares of the rows, without the last, beyond which there is nothing to bend."""
    reached = np.cumsum(known) / max(known.sum(), 1)
    at = np.searchsorted(reached, np.arange(1, hinges + 1) / (hinges + 1)).clip(max=len(middle) - 1)
    return np.setdiff1d(middle[at], middle[[0, -1]])


def _centred(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Terms less their mean over the training rows. A step known only by a term that none of them had is at the mean.

    Terms in which training rows do not differ go, but for one: a regression needs something to look at.
    """
    never = counts @ np.abs(terms) == 0
    centred = terms - counts @ terms / counts.sum()
    centred[np.any(terms[:, never] != 0, axis=1)] = 0.0
    kept = counts @ np.abs(centred) / counts.sum() > SAME
    kept[0] |= not kept.any()
    return centred[:, kept]
