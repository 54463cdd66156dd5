"""How far the values of a column, or of a score, have moved from those of a reference: the population stability index.

The reference is cut into bins once; bins and counts are small, so they can be kept where the rows are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.rows.contract import Column

if TYPE_CHECKING:
    import pandas

HALF = 0.5
"""Added to each count, so that a bin that one side lacks counts for much, but not for infinity."""


@dataclass(frozen=True)
class Bins:
    """How a column is cut: at `edges` where it is a number, else by `values`; two bins more for other and missing.

    A number lies in the bin below the first edge that exceeds it; `values` are text.
    """

    edges: tuple[float, ...] | None = None
    values: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Drift:
    """`psi` of a column, and `noise`, which it stays below in 95 of 100 cases where nothing moved."""

    column: str
    psi: float
    noise: float


def bins_of(values: pandas.Series, number: bool, bins: int) -> Bins:
    """About `bins` bins of equal count; ties are never parted. By value where it is not a number."""
    present = values.dropna()
    if not number:
        return Bins(values=tuple(sorted(present.astype(str).unique())))
    if not len(present):
        return Bins(edges=())
    wanted = np.quantile(present.to_numpy(dtype=np.float64), np.linspace(0, 1, bins + 1)[1:-1])
    return Bins(edges=tuple(np.unique(wanted).tolist()))


def counts(values: pandas.Series, bins: Bins) -> np.ndarray:
    """Rows in each bin, in the bins' order, then of other values (none where it is a number), then missing ones."""
    present = values.dropna()
    if bins.edges is not None:
        at = np.searchsorted(bins.edges, present.to_numpy(dtype=np.float64), side="right")
        known = np.bincount(at, minlength=len(bins.edges) + 1)
    else:
        known = present.astype(str).value_counts().reindex(bins.values, fill_value=0).to_numpy(dtype=np.int64)
    return np.r_[known, len(present) - known.sum(), len(values) - len(present)]


def psi(reference: np.ndarray, current: np.ndarray) -> float:
    """Sum over bins of the difference in share times the difference in its log; NaN where either has no row."""
    a, b = _seen(reference, current)
    if not a.sum() or not b.sum():
        return float("nan")
    p, q = ((side + HALF) / (side + HALF).sum() for side in (a, b))
    return float(((q - p) * np.log(q / p)).sum())


def psi_noise(reference: np.ndarray, current: np.ndarray, confidence: float = 0.95) -> float:
    """What PSI stays below with this confidence where nothing moved (Yurdakul & Naranjo 2020, theorem 1).

    Rows count as independent: where customers repeat, true noise is larger.
    """
    from scipy.special import chdtri  # the watch, which needs no noise, need not load it

    a, b = _seen(reference, current)
    if not a.sum() or not b.sum():
        return float("nan")
    return float(chdtri(max(len(a) - 1, 1), 1 - confidence) * (1 / a.sum() + 1 / b.sum()))


def drift(
    reference: pandas.DataFrame, current: pandas.DataFrame, columns: Iterable[Column], bins: int
) -> tuple[Drift, ...]:
    """Drift of each column, widest first. Raises KeyError where a table lacks one, ValueError for a date.

    Dates always move; what may not is their distance from the observation date, which is a number.
    """
    columns = tuple(columns)
    if dates := [c.name for c in columns if c.kind == "date"]:
        raise ValueError(f"saw the dates {', '.join(dates)}; wanted them as numbers of days")
    found = (_drift(c.name, reference[c.name], current[c.name], c.kind in ("number", "integer"), bins) for c in columns)
    return tuple(sorted(found, key=lambda d: (-np.nan_to_num(d.psi, nan=np.inf), d.column)))


def score_drift(reference: pandas.Series, current: pandas.Series, bins: int) -> Drift:
    """Drift of a model's scores."""
    return _drift("(score)", reference, current, True, bins)


def _drift(column: str, reference: pandas.Series, current: pandas.Series, number: bool, bins: int) -> Drift:
    cut = bins_of(reference, number, bins)
    sides = counts(reference, cut), counts(current, cut)
    return Drift(column, psi(*sides), psi_noise(*sides))


def _seen(reference: np.ndarray, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts of the bins that either side has rows in."""
    a, b = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    either = (a + b) > 0
    return a[either], b[either]
