"""Why each customer of a batch is scored as it is, as columns that people read: `tenure_months = 3 months`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mainstay.model.file import Model
from mainstay.model.scorer import Bins
from mainstay.rows import columns
from mainstay.rows.contract import Column, Contract

TEXT = pa.dictionary(pa.int32(), pa.string())

DIGITS = 6
"""Significant ones, of a number in a reason."""

DECIMALS = 3
"""Of what a reason adds."""


def reason_fields(top: int) -> list[pa.Field]:
    """The columns of the `top` reasons: what it is, and what it adds to the log-odds of leaving."""
    pairs = [[pa.field(f"reason_{n}", TEXT), pa.field(f"reason_{n}_adds", pa.float32())] for n in range(1, top + 1)]
    return [field for pair in pairs for field in pair]


def reason_columns(batch: pa.RecordBatch, bins: Bins, model: Model, top: int) -> list[pa.Array]:
    """The columns of `reason_fields`: for every row the features that moved its score most, the biggest first."""
    if not top:
        return []
    added = model.contributions_of_bins(bins, batch.num_rows)
    found = []
    for feature in _biggest(np.abs(added), top):
        adds = np.take_along_axis(added, feature[:, None], axis=1)[:, 0]
        found += [_texts(batch, feature, model.contract), columns.column(np.round(adds, DECIMALS), pa.float32())]
    return found


def _biggest(sizes: np.ndarray, top: int) -> list[np.ndarray]:
    """Of each of the `top` ranks every row's feature; the first of equal ones, as `Model.explain` has it."""
    rows, found = np.arange(len(sizes)), []
    for _ in range(top):
        found.append(sizes.argmax(axis=1))
        sizes[rows, found[-1]] = -1.0
    return found


def _texts(batch: pa.RecordBatch, feature: np.ndarray, contract: Contract) -> pa.Array:
    """What every row's feature is, each different text once."""
    texts: list[str] = []
    index = np.empty(len(feature), dtype=np.int32)
    for f, column in enumerate(contract.features):
        rows = np.flatnonzero(feature == f)
        if rows.size:
            values, which = _different(batch.column(column.name), rows)
            index[rows] = which + len(texts)
            texts += [_told(v, column) for v in values]
    return pa.DictionaryArray.from_arrays(columns.column(index, pa.int32()), columns.texts(texts))


def _different(own: pa.Array, rows: np.ndarray) -> tuple[list, np.ndarray]:
    """The different values of these rows, and which of them each row has; a missing one is None, the last."""
    if pa.types.is_string(own.type) or pa.types.is_large_string(own.type):
        own = own.dictionary_encode()
    missing = columns.missing(own)
    there = np.ones(rows.size, dtype=bool) if missing is None else ~missing[rows]
    values = columns.values(own.indices if pa.types.is_dictionary(own.type) else own)
    seen, which = np.unique(values[rows[there]], return_inverse=True)
    found = np.full(rows.size, len(seen))
    found[there] = which
    return [*_as_python(seen, own), None], found


def _as_python(values: np.ndarray, own: pa.Array) -> list:
    if pa.types.is_dictionary(own.type):
        return [own.dictionary[int(v)].as_py() for v in values]
    if pa.types.is_date32(own.type):
        return values.astype("datetime64[D]").tolist()
    return values.astype(bool).tolist() if pa.types.is_boolean(own.type) else values.tolist()


def _told(value: object, column: Column) -> str:
    if value is None:
        return f"{column.name} is missing"
    unit = f" {column.unit}" if column.unit else ""
    new = " (new to the model)" if column.kind == "category" and value not in column.values else ""
    return f"{column.name} = {_written(value)}{unit}{new}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)
