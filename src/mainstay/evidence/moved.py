"""Which columns of a table moved from a reference, beyond chance and beyond what is too small to matter.

A test alone cries wolf: among many columns some p-value is always small, and of many rows every trifle is
significant. PSI alone is noise where rows are few. So a column has moved where the false discovery rate over all
columns allows it, PSI is notable, and rows are enough; and it is told once that holds on most of the last days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mainstay.evidence.distances import chi_square, kolmogorov_smirnov, rare_as_one
from mainstay.evidence.drift import psi
from mainstay.evidence.false_discovery import adjusted
from mainstay.rows.contract import Column

if TYPE_CHECKING:
    import pandas

    from mainstay.params import Drift

THREADS = 2
"""Columns do not depend on each other, so which is ready first changes nothing."""

SCORE = "(score)"
"""How a model's scores are named among the columns."""


@dataclass(frozen=True)
class Moved:
    """One column: `psi` with its missing values as a bin; `p` of its test, `q` among all columns (Benjamini &
    Hochberg 1995); shares of missing values, and of current values that the reference has none of, by value.
    """

    column: str
    psi: float
    p: float
    q: float
    missing_before: float
    missing_now: float
    unseen: float
    rows: int

    def notable(self, rule: Drift) -> bool:
        """Whether it moved. A PSI that cannot be computed counts as moved."""
        return self.rows >= rule.min_rows and self.q <= rule.max_q and not self.psi < rule.min_psi


def moved(
    reference: pandas.DataFrame, current: pandas.DataFrame, columns: Iterable[Column], bins: int
) -> tuple[Moved, ...]:
    """Every column that both tables have, the widest PSI first; dates as numbers (see comparable.py).

    Numbers are cut into about `bins` bins of equal count in the reference and tested by Kolmogorov-Smirnov, with
    their missing shares as a second test; everything else is counted by value, rare ones as one, and tested by
    chi-square.
    """
    with ThreadPoolExecutor(THREADS) as pool:  # numpy sorts and searches without the interpreter's lock
        return _with_q(list(pool.map(lambda c: _moved(c, reference[c.name], current[c.name], bins), columns)))


def score_moved(reference: np.ndarray, current: np.ndarray, bins: int) -> Moved:
    """The same of a model's scores, by itself."""
    (found,) = _with_q([_number(SCORE, reference, current, bins)])
    return found


def persisting(days: Sequence[Collection[str]], rule: Drift) -> tuple[str, ...]:
    """Columns that moved on at least `rule.days_needed` of the last `rule.days`; `days` in order, the newest last.

    Days with too few rows to judge are not among them.
    """
    counted = Counter(column for day in days[-rule.days :] for column in set(day))
    return tuple(sorted(column for column, n in counted.items() if n >= rule.days_needed))


def volume_ratio(rows: int, before: Sequence[int]) -> float:
    """Rows of a day over the median of days before; NaN where there was none."""
    usual = float(np.median(before)) if len(before) else 0.0
    return rows / usual if usual else float("nan")


def _moved(column: Column, reference: pandas.Series, current: pandas.Series, bins: int) -> Moved:
    if column.kind in ("number", "integer"):
        sides = (side.to_numpy(dtype=np.float64, na_value=np.nan) for side in (reference, current))
        return _number(column.name, *sides, bins)
    return _category(column.name, reference, current)


def _number(name: str, reference: np.ndarray, current: np.ndarray, bins: int) -> Moved:
    a, b = (np.sort(side) for side in (reference, current))  # NaN goes last
    present = [side[: np.searchsorted(side, np.inf, side="right")] for side in (a, b)]
    edges = np.unique(_quantiles(present[0], bins))
    counts = [_binned(side, edges, whole.size - side.size) for side, whole in zip(present, (a, b), strict=True)]
    _, p = kolmogorov_smirnov(*present)
    absent = chi_square(*(np.array([side[:-1].sum(), side[-1]]) for side in counts))
    return _told(name, counts, min(1.0, 2 * min(p, absent)), unseen=0.0)


def _category(name: str, reference: pandas.Series, current: pandas.Series) -> Moved:
    before, now = (side.value_counts(sort=False).to_dict() for side in (reference, current))
    values = list(before | now)
    counts = [
        np.array([*(seen.get(v, 0) for v in values), len(side) - sum(seen.values())])  # missing last
        for seen, side in ((before, reference), (now, current))
    ]
    new = counts[1][:-1][counts[0][:-1] == 0].sum()
    counts = rare_as_one(*counts)
    return _told(name, counts, chi_square(*counts), unseen=float(new / max(len(current), 1)))


def _told(name: str, counts: Sequence[np.ndarray], p: float, unseen: float) -> Moved:
    missing = [float(side[-1] / max(side.sum(), 1)) for side in counts]
    rows = int(min(side.sum() for side in counts))
    return Moved(name, psi(*counts), p, p, missing[0], missing[1], unseen, rows)


def _with_q(found: list[Moved]) -> tuple[Moved, ...]:
    if not found:
        return ()
    q = adjusted([m.p for m in found])
    told = [replace(m, q=float(value)) for m, value in zip(found, q, strict=True)]
    return tuple(sorted(told, key=lambda m: (-np.nan_to_num(m.psi, nan=np.inf), m.column)))


def _quantiles(ascending: np.ndarray, bins: int) -> np.ndarray:
    if not ascending.size:
        return ascending
    return ascending[(np.arange(1, bins) * ascending.size) // bins]


def _binned(ascending: np.ndarray, edges: np.ndarray, missing: int) -> np.ndarray:
    """Values below the first edge, from one edge to the next, and from the last on; then the missing ones."""
    at = np.searchsorted(ascending, edges, side="left")
    return np.r_[np.diff(np.r_[0, at, ascending.size]), missing]
