"""A closed window: rows of some days, as two models score them, and what became of the customers. Values only."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """`outcome` (0 or 1), `current`, `previous` (scores) and `customer` are [rows]; `bet` marks rows to bet on.

    Of a customer at most one row of those that share days of their horizons is bet on, so that nobody's leaving
    counts twice. `previous` is None where there is no such model, or it cannot score these rows.
    """

    name: str
    first: datetime.date
    last: datetime.date
    outcome: np.ndarray
    current: np.ndarray
    previous: np.ndarray | None
    customer: np.ndarray
    bet: np.ndarray

    @property
    def rows(self) -> int:
        return len(self.outcome)


@dataclass(frozen=True)
class Floors:
    """ROC AUC below which each model breaks its promise; None where it promised nothing."""

    current: float | None
    previous: float | None
