"""Whether a batch of typed columns is beyond doubt free of faults, and holds contract values as they are.

A short cut for books of customers that come clean, as most do: it says yes only where `faults.judge` would find
nothing. Where it says no nothing is decided, and the rules of `faults` judge the whole file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.rows import columns
from mainstay.rows.contract import Column, Contract
from mainstay.rows.layout import Layout

CONTROL_BELOW, DELETE, PLAIN_BELOW, CONTINUES = 0x20, 0x7F, 0x80, 0b10
"""Bytes of UTF-8: control characters, the end of ASCII, and how a byte within a character begins."""


def is_clean(batch: pa.RecordBatch, layout: Layout, contract: Contract, max_cell_bytes: int) -> bool:
    """True where no row breaks a rule, no cell is a blank, and no value needs to be read as another type."""
    texts = Texts(frozenset(contract.blanks), max_cell_bytes)
    others = [c for c in layout.columns if c.name != contract.id]
    if not _clean_id(batch.column(contract.id), texts) or not all(_clean(batch, c, texts) for c in others):
        return False
    dates = [c.name for c in others if c.kind == "date" and contract.observed_on]
    return all(_none_after(batch.column(name), batch.column(contract.observed_on)) for name in dates)


@dataclass(frozen=True)
class Texts:
    """What texts are free of: blanks, which stand for missing values, and too many bytes."""

    blanks: frozenset[str]
    max_bytes: int

    def are_clean(self, values: list[str]) -> bool:
        return not any(v in self.blanks or len(v.encode()) > self.max_bytes for v in values)


def _clean(batch: pa.RecordBatch, column: Column, texts: Texts) -> bool:
    values = batch.column(column.name)
    if column.missing == 0 and values.null_count:
        return False
    if column.kind == "category":
        return _clean_categories(values, texts)
    if column.kind == "boolean":
        return pa.types.is_boolean(values.type)
    if column.kind == "date":
        return pa.types.is_date32(values.type)
    return _clean_numbers(values, column)


def _clean_categories(values: pa.Array, texts: Texts) -> bool:
    if not pa.types.is_dictionary(values.type) or not _is_text(values.type.value_type):
        return False
    try:
        return not values.dictionary.null_count and texts.are_clean(values.dictionary.to_pylist())
    except UnicodeDecodeError:
        return False


def _clean_numbers(values: pa.Array, column: Column) -> bool:
    if not (pa.types.is_integer(values.type) or pa.types.is_float32(values.type) or pa.types.is_float64(values.type)):
        return False
    numbers = _present(values)
    if not numbers.size:
        return True
    inside = column.lower <= numbers.min().item() and numbers.max().item() <= column.upper  # never true of NaN
    return inside and (
        column.kind == "number" or numbers.dtype.kind != "f" or bool((np.floor(numbers) == numbers).all())
    )


def _clean_id(values: pa.Array, texts: Texts) -> bool:
    """Lengths that a blank has are left to the rules, and so is text that is not UTF-8."""
    if not _is_text(values.type) or values.null_count:
        return False
    data, starts = columns.text(values)
    lengths = np.diff(starts)
    blank = [len(b.encode()) for b in {"", *texts.blanks}]
    if not lengths.size or np.isin(lengths, blank).any() or lengths.max() > texts.max_bytes:
        return False
    return not ((data < CONTROL_BELOW) | (data == DELETE)).any() and _is_utf8(data, starts)


def _is_utf8(data: np.ndarray, starts: np.ndarray) -> bool:
    if data.max() < PLAIN_BELOW:
        return True
    try:
        data.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return bool((data[starts[:-1]] >> 6 != CONTINUES).all())


def _none_after(dates: pa.Array, observed_on: pa.Array) -> bool:
    late = columns.values(dates) > columns.values(observed_on)
    missing = columns.missing(dates)
    return not (late if missing is None else late & ~missing).any()


def _present(values: pa.Array) -> np.ndarray:
    missing = columns.missing(values)
    return columns.values(values) if missing is None else columns.values(values)[~missing]


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
