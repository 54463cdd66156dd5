"""Joined rows cut into windows, of which only closed ones are judged: early leavers are known first, and would make
an open one look worse than it is. Pure.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from mainstay.monitoring.joined import DAY, LABEL
from mainstay.monitoring.window import Window
from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas

SLACK_DAYS = 3
"""By which the horizons of two rows of a customer may overlap: months are of unequal length."""


@dataclass(frozen=True)
class Cut:
    """A window's place among the joined rows: `rows` (int) are all it has, `known` (int) those with an outcome."""

    name: str
    first: datetime.date
    last: datetime.date
    closed_on: datetime.date
    rows: np.ndarray
    known: np.ndarray

    @property
    def coverage(self) -> float:
        """Share of its rows with an outcome."""
        return len(self.known) / len(self.rows)


def cut(frame: pandas.DataFrame, kind: Literal["week", "month"], contract: Contract) -> list[Cut]:
    """The windows that have rows, in order. A window closes once it is over and its last row's horizon is too."""
    days, label = frame[DAY].to_numpy().astype("datetime64[D]"), frame[LABEL].to_numpy()
    starts = days.astype("datetime64[M]").astype("datetime64[D]") if kind == "month" else _mondays(days)
    span = contract.outcome.lead_days + contract.outcome.horizon_days
    return [_cut(start, np.flatnonzero(starts == start), days, label, kind, span) for start in np.unique(starts)]


def closed(cuts: list[Cut], as_of: datetime.date) -> Iterator[Cut]:
    """Those whose outcomes are all due."""
    return (one for one in cuts if one.closed_on <= as_of)


def bettable(frame: pandas.DataFrame, contract: Contract) -> np.ndarray:
    """Rows to bet on, bool [rows]: of each customer the first, and then each whose horizon begins where the last
    one's ended. `frame` is in order of days. Outcomes have no say in it.
    """
    import pandas

    span = np.timedelta64(contract.outcome.lead_days + contract.outcome.horizon_days - SLACK_DAYS, "D")
    days, (codes, names) = frame[DAY].to_numpy().astype("datetime64[D]"), pandas.factorize(frame["customer"])
    free_from, bet = np.full(len(names), np.datetime64("0001-01-01", "D")), np.zeros(len(days), dtype=bool)
    ends = np.flatnonzero(np.r_[days[1:] != days[:-1], True][: len(days)]) + 1
    for start, end in pairwise([0, *ends]):
        today, at = codes[start:end], days[start]
        bet[start:end] = free_from[today] <= at
        free_from[today[bet[start:end]]] = at + max(span, np.timedelta64(1, "D"))
    return bet


def window(
    one: Cut, frame: pandas.DataFrame, current: np.ndarray, previous: np.ndarray | None, bet: np.ndarray
) -> Window:
    """The rows of a cut whose outcome is known; scores and `bet` are of all joined rows."""
    import pandas

    rows = one.known
    return Window(
        name=one.name,
        first=one.first,
        last=one.last,
        outcome=frame[LABEL].to_numpy()[rows].astype(np.int8),
        current=current[rows],
        previous=None if previous is None else previous[rows],
        customer=pandas.factorize(frame["customer"].iloc[rows])[0],
        bet=bet[rows],
    )


def _cut(start: np.datetime64, rows: np.ndarray, days: np.ndarray, label: np.ndarray, kind: str, span_days: int) -> Cut:
    first = start.astype(object)
    after = (start.astype("datetime64[M]") + 1).astype("datetime64[D]") if kind == "month" else start + 7
    due = days[rows].max() + span_days
    name = f"{first:%Y-%m}" if kind == "month" else f"{first}"
    known = rows[~np.isnan(label[rows])]
    return Cut(name, first, (after - 1).astype(object), max(after, due).astype(object), rows, known)


def _mondays(days: np.ndarray) -> np.ndarray:
    since = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    return days - since.astype("timedelta64[D]")
