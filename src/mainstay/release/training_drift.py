"""How far the data have moved since the champion learned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas

from mainstay.evidence.drift import Drift, drift
from mainstay.release.missing import Missing
from mainstay.rows.contract import Column, Contract

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
    sides = [_comparable(frame, shared, contract) for frame in (reference, current)]
    found = drift(*sides, [_as_number(c) for c in shared], BINS)
    return Compared(rows, found, tuple(c.name for c in columns if c not in shared))


def _comparable(frame: pandas.DataFrame, columns: list[Column], contract: Contract) -> pandas.DataFrame:
    return pandas.DataFrame({c.name: _days(frame, c, contract) if c.kind == "date" else frame[c.name] for c in columns})


def _days(frame: pandas.DataFrame, column: Column, contract: Contract) -> pandas.Series:
    day = pandas.to_datetime(frame[column.name])
    since = pandas.to_datetime(frame[contract.observed_on]) if contract.observed_on else pandas.Timestamp(0)
    return (since - day) / np.timedelta64(1, "D")


def _as_number(column: Column) -> Column:
    return replace(column, kind="number") if column.kind == "date" else column
