"""Leaks: columns that know the outcome too well to be known before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.rows.contract import UNSEEN, Contract

BINS = 32
"""What a number is cut in, to find outcomes that both ends of a column share."""

MIN_OF_EACH = 20
"""Leavers, and stayers, below which nothing can be said of a column."""


@dataclass(frozen=True)
class Separation:
    """How well one column alone tells leavers from stayers; `reason` is None unless it is a leak."""

    column: str
    auc: float
    reason: str | None


def separations(X: np.ndarray, churned: np.ndarray, contract: Contract, above: float) -> list[Separation]:
    """Each feature's separation, the widest first.

    `X` is the float32 matrix of the rows [n, features], `churned` is 1, 0, or NaN where not yet known.
    A leak is a single-feature AUC above `above`, or a column that is missing (or that is one constant)
    exactly for those who left, or exactly for those who stayed.
    """
    known = np.isfinite(churned)
    y = churned[known] == 1
    if min(y.sum(), (~y).sum()) < MIN_OF_EACH:
        return []
    found = [_separation(X[known, j], y, c.name, c.kind, above) for j, c in enumerate(contract.features)]
    return sorted(found, key=lambda s: (-s.auc, s.column))


def _separation(x: np.ndarray, y: np.ndarray, name: str, kind: str, above: float) -> Separation:
    values, group = np.unique(x, return_inverse=True)  # a missing one is last
    auc = _auc_of_groups(group if kind == "category" else _bins(values, group)[group], y)
    if kind != "category":
        auc = max(auc, _auc_of_order(values, group, y))
    reason = _exactness(x, y) or (f"separates the outcome with AUC {auc:.3f} by itself" if auc > above else None)
    return Separation(name, auc, reason)


def _exactness(x: np.ndarray, y: np.ndarray) -> str | None:
    """The leak of a column that has one value, or none, exactly for one of the outcomes."""
    for outcome, one in (("left", y), ("stayed", ~y)):
        missing = np.isnan(x)
        if np.array_equal(missing, one):
            return f"is missing exactly for those who {outcome}"
        value = x[one][0]
        if not np.isnan(value) and value != UNSEEN and np.array_equal(x == value, one):
            return f"is constant exactly for those who {outcome}"
    return None


def _auc_of_order(values: np.ndarray, group: np.ndarray, y: np.ndarray) -> float:
    """AUC of the ascending values as they are ordered, either way, missing ones put at either end.

    `group` is the place of each row's value among them.
    """
    stayed, left = (np.bincount(group[side], minlength=len(values)) for side in (~y, y))
    aucs = [_auc(left, stayed)]
    if np.isnan(values[-1]):
        aucs.append(_auc(np.roll(left, 1), np.roll(stayed, 1)))
    return max(abs(auc - 0.5) + 0.5 for auc in aucs)


def _auc_of_groups(group: np.ndarray, y: np.ndarray) -> float:
    """AUC of each group's churn rate, learnt on one half of the rows and judged on the other, and vice versa.

    Without the halves a column of many values would seem to know outcomes that it only remembers.
    """
    half = np.where(y, np.cumsum(y), np.cumsum(~y)) % 2  # every other leaver, every other stayer
    count = np.bincount(group * 4 + half * 2 + y, minlength=4 * (group.max() + 1)).reshape(-1, 2, 2)
    return float(np.mean([_auc_of_rates(count[:, a], count[:, 1 - a]) for a in (0, 1)]))


def _auc_of_rates(learn: np.ndarray, judge: np.ndarray) -> float:
    """AUC on one half of the rates of the other; both are rows [groups, 2] that stayed and left.

    Rates are drawn to the rate of all by one row's weight.
    """
    rows = learn.sum(axis=1)
    rates = (learn[:, 1] + learn[:, 1].sum() / rows.sum()) / (rows + 1)
    _, place = np.unique(rates, return_inverse=True)
    stayed, left = (np.bincount(place, weights=side) for side in judge.T)
    return _auc(left, stayed)


def _bins(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The bin of each of the ascending values, of about equal counts of rows; missing is a bin of its own."""
    present = len(values) - int(np.isnan(values[-1]))
    rows = np.bincount(group, minlength=len(values))
    middle = np.cumsum(rows) - (rows + 1) / 2
    bins = (middle * BINS / max(rows[:present].sum(), 1)).astype(np.int64)
    bins[present:] = BINS
    return bins


def _auc(left: np.ndarray, stayed: np.ndarray) -> float:
    """Share of pairs of a leaver and a stayer that a score puts in order, ties half (Mann-Whitney).

    Both are counts of rows at each score, in ascending order of scores.
    """
    pairs = float(left.sum()) * float(stayed.sum())
    return float(left @ (np.cumsum(stayed) - stayed / 2)) / pairs if pairs else 0.5
