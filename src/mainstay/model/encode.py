"""A DataFrame of contract values -> the float32 matrix, column by column, with what pandas has in its own columns.

The same codes as `Contract.encode` for a row; it needs neither the data engine nor an import of pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mainstay.refusal import Refusal
from mainstay.rows.contract import UNSEEN, Column, Contract

if TYPE_CHECKING:
    import pandas


def encode(frame: pandas.DataFrame, contract: Contract) -> np.ndarray:
    """Float32 [n, F], in the frame's order of rows. Raises Refusal that names the columns it lacks."""
    dates = any(c.kind == "date" for c in contract.features)
    wanted = [c.name for c in contract.features] + ([contract.observed_on] if dates else [])
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise Refusal(f"table to score: has no column {', '.join(missing)}, which the model's contract wants")
    X = np.empty((len(frame), len(contract.features)), dtype=np.float32, order="F")
    for f, column in enumerate(contract.features):
        try:
            X[:, f] = _ENCODE[column.kind](frame, column, contract)
        except (TypeError, ValueError) as error:
            raise Refusal(f"table to score: column {column.name}: {error}; wanted kind {column.kind}") from error
    return X


def _codes(frame: pandas.DataFrame, column: Column, contract: Contract) -> np.ndarray:
    positions, values = frame[column.name].factorize()
    codes = contract.codes[column.name]
    table = np.array([*(codes.get(v, UNSEEN) for v in values), np.nan], dtype=np.float32)
    return table.take(positions)  # the position of a missing value is -1, the last


def _numbers(frame: pandas.DataFrame, column: Column, contract: Contract) -> np.ndarray:
    values = frame[column.name]
    if values.dtype.kind in "fiub" and isinstance(values.dtype, np.dtype):
        return values.to_numpy()
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _days(frame: pandas.DataFrame, column: Column, contract: Contract) -> np.ndarray:
    """Days from the date to the observation date."""
    days = (_dates(frame[contract.observed_on]) - _dates(frame[column.name])).astype("timedelta64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.float64))


def _dates(values: pandas.Series) -> np.ndarray:
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
        return values.to_numpy().astype("datetime64[D]")
    positions, distinct = values.factorize()  # numpy reads a date from text or an object slowly, so each day once
    days = distinct.astype(object).to_numpy().astype("datetime64[D]")
    return np.append(days, np.datetime64("NaT")).take(positions)  # the position of a missing value is -1, the last


_ENCODE = {"category": _codes, "boolean": _numbers, "integer": _numbers, "number": _numbers, "date": _days}
