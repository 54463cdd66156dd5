"""Customers whose place in the ranking moved most between two models, and each model's reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas

from mainstay.model.file import Model, Reason
from mainstay.release.side_by_side import Scored, moved_most, rank

EXAMPLES = 6
"""Of risen, and of fallen customers."""


@dataclass(frozen=True)
class View:
    """What one model says of a customer; `rank` is the share of rows that it puts before this one."""

    score: float
    rank: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Moved:
    """One row: the customer's id, the day it describes where rows are dated, and whether the customer left."""

    customer: str
    day: str | None
    left: bool
    champion: View
    candidate: View


def moved(
    frame: pandas.DataFrame, customer: np.ndarray, scored: Scored, champion: Model, candidate: Model
) -> tuple[Moved, ...]:
    """Those that rose most, then those that fell most. `frame` has the contract values of all rows."""
    up, down = moved_most(scored.champion, scored.candidate, customer, EXAMPLES)
    rows = np.r_[up, down]
    part = frame.iloc[rows]
    views = [_views(m, part, score, rows) for m, score in ((champion, scored.champion), (candidate, scored.candidate))]
    observed_on = candidate.contract.observed_on
    days = part[observed_on].astype(str).tolist() if observed_on in part else [None] * len(rows)
    left = scored.outcome[rows] == 1
    known = zip(rows, days, left, *views, strict=True)
    return tuple(Moved(str(customer[row]), day, bool(gone), old, new) for row, day, gone, old, new in known)


def _views(model: Model, part: pandas.DataFrame, score: np.ndarray, rows: np.ndarray) -> list[View]:
    places = rank(score)[rows]
    reasons = model.explain(part) if len(part) else []
    return [
        View(float(s), float(place), tuple(why)) for s, place, why in zip(score[rows], places, reasons, strict=True)
    ]
