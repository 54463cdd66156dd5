"""A batch of contract values in Arrow's columns -> what the trees ask about, a column at a time.

The same codes as `Contract.encode` for a row. Categories, whole numbers and days are a few different codes and, for
each row, which of them it has: then a million rows are binned by binning the few.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from mainstay.rows import columns
from mainstay.rows.contract import UNSEEN, Column, Contract

FEW = 1 << 12
"""Whole numbers that lie closer together than this are looked up; others are compared."""

GLANCE = 64
"""Values that tell most columns of fractions at once."""


class Coded(NamedTuple):
    """One feature: row i has `codes[index[i]]`, or `codes[i]` where there is no index. Missing is NaN."""

    codes: np.ndarray  # float32
    index: np.ndarray | None  # an integer type that counts all codes


def coded(batch: pa.RecordBatch, contract: Contract) -> list[Coded]:
    """All features of the batch, in the order of the vector. The values must be free of faults."""
    return [_CODED[c.kind](batch.column(c.name), c, batch, contract) for c in contract.features]


def _categories(own: pa.Array, column: Column, batch: pa.RecordBatch, contract: Contract) -> Coded:
    if not pa.types.is_dictionary(own.type):
        own = own.dictionary_encode()
    known = contract.codes[column.name]
    codes = [known.get(v, UNSEEN) for v in own.dictionary.to_pylist()]
    return _looked_up(
        np.array(codes, dtype=np.float32),
        columns.values(own.indices).astype(np.int32, copy=False),
        columns.missing(own),
    )


def _numbers(own: pa.Array, column: Column, batch: pa.RecordBatch, contract: Contract) -> Coded:
    return _compact(columns.values(own), columns.missing(own))


def _booleans(own: pa.Array, column: Column, batch: pa.RecordBatch, contract: Contract) -> Coded:
    return _looked_up(np.array([0.0, 1.0], dtype=np.float32), columns.values(own), columns.missing(own))


def _days(own: pa.Array, column: Column, batch: pa.RecordBatch, contract: Contract) -> Coded:
    """Days from the date to the observation date."""
    observed_on = columns.values(batch.column(contract.observed_on))
    return _compact(observed_on.astype(np.int64) - columns.values(own), columns.missing(own))


def _compact(values: np.ndarray, missing: np.ndarray | None) -> Coded:
    """Whole numbers that lie close together as an index, anything else as it is."""
    there = values if missing is None else values[~missing]
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
    if high - low < FEW and low.is_integer() and _whole(there[:GLANCE]):
        with np.errstate(invalid="ignore"):  # what stands where a value is missing may be anything
            index = (values.astype(np.float64) - low).astype(np.int16)
        if values.dtype.kind != "f" or _equal(index + low, values, missing):
            return _looked_up((low + np.arange(high - low + 1)).astype(np.float32), index, missing)
    numbers = values.astype(np.float32, copy=missing is not None)
    if missing is not None:
        numbers[missing] = np.nan
    return Coded(numbers, None)


def _whole(some: np.ndarray) -> bool:
    return some.dtype.kind != "f" or bool((some == np.floor(some)).all())


def _equal(found: np.ndarray, values: np.ndarray, missing: np.ndarray | None) -> bool:
    same = found == values
    return bool((same if missing is None else same | missing).all())


def _looked_up(codes: np.ndarray, index: np.ndarray, missing: np.ndarray | None) -> Coded:
    """The last code is that of a missing value."""
    if missing is not None:
        index = index.copy()
        np.putmask(index, missing, codes.size)
    return Coded(np.append(codes, np.float32(np.nan)), index)


_CODED = {"category": _categories, "boolean": _booleans, "integer": _numbers, "number": _numbers, "date": _days}
