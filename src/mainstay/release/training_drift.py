"""How far the data have moved since the champion learned."""

from __future__ import annotations

from dataclasses import dataclass

import pandas

from mainstay.evidence.comparable import as_numbers, comparable
from mainstay.evidence.drift import Drift, drift
from mainstay.release.missing import Missing
from mainstay.rows.contract import Contract

BINS = 10
NOTABLE = 0.1
"""PSI from which a column is said to have drifted, by convention."""


@dataclass(frozen=True)
class Compared:
    """Drift of each column that both tables have, widest first, between `rows` (what they are) and the reference."""

    rows: str
    columns: tuple[Drift, ...]
    lost: tuple[str, ...] = ()

    @property
    def notable(self) -> tuple[Drift, ...]:
        """Columns that drifted, beyond noise."""
        return tuple(d for d in self.columns if not d.psi < max(NOTABLE, d.noise))


def compared(
    reference: pandas.DataFrame, current: pandas.DataFrame, contract: Contract, rows: str
) -> Compared | Missing:
    """PSI of the contract's columns; dates are compared as days before the observation date."""
    columns = list(contract.used)
    shared = [c for c in columns if c.name in reference.columns and c.name in current.columns]
    if not shared or not len(reference) or not len(current):
        return Missing("the champion's training rows and these have no column, or no row, in common")
    sides = [comparable(frame, shared, contract) for frame in (reference, current)]
    found = drift(*sides, as_numbers(shared), BINS)
    return Compared(rows, found, tuple(c.name for c in columns if c not in shared))
