"""Rows that a model may meet and its training rows need not hold: missing values, unseen categories, extremes."""

from __future__ import annotations

import numpy as np

from mainstay.rows.contract import UNSEEN, Column

ROWS = 50
"""Training rows that each case is tried on."""


def probes(X: np.ndarray, columns: tuple[Column, ...]) -> np.ndarray:
    """Float32 [m, features]: the first rows of X, with each feature in turn replaced, then all at once."""
    some = X[:ROWS]
    cases = [_replaced(some, [j], value) for j, column in enumerate(columns) for value in _values(column)]
    missing = _replaced(some[:1], range(len(columns)), np.nan)
    unseen = _replaced(some[:1], [j for j, c in enumerate(columns) if c.kind == "category"], UNSEEN)
    return np.concatenate([*cases, missing, unseen])


def _values(column: Column) -> tuple[float, ...]:
    if column.kind == "category":
        return (np.nan, UNSEEN, *(float(code) for code in range(min(len(column.values), ROWS))))
    return (np.nan, 0.0, column.lower, column.upper)


def _replaced(X: np.ndarray, features: range | list[int], value: float) -> np.ndarray:
    changed = X.copy()
    changed[:, list(features)] = value
    return changed
