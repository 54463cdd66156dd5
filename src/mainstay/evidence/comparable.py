"""A table's columns as they may be compared over time: dates always move, their distance from the row's day may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas

from mainstay.rows.contract import Column, Contract


def comparable(frame: pandas.DataFrame, columns: Iterable[Column], contract: Contract) -> pandas.DataFrame:
    """The columns of a table of contract values, with dates as days before the observation date."""
    return pandas.DataFrame({c.name: _days(frame, c, contract) if c.kind == "date" else frame[c.name] for c in columns})


def as_numbers(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns as `comparable` leaves them: dates are numbers of days."""
    return tuple(replace(c, kind="number") if c.kind == "date" else c for c in columns)


def _days(frame: pandas.DataFrame, column: Column, contract: Contract) -> pandas.Series:
    day = pandas.to_datetime(frame[column.name])
    since = pandas.to_datetime(frame[contract.observed_on]) if contract.observed_on else pandas.Timestamp(0)
    return (since - day) / np.timedelta64(1, "D")
