"""Arrow's columns as numpy arrays, by their buffers.

Arrow's own conversions import pandas first, which takes longer than to score a hundred thousand customers.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

DTYPES = {
    **{f"{sign}int{bits}": np.dtype(f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)},
    "float": np.dtype(np.float32),
    "double": np.dtype(np.float64),
    "date32[day]": np.dtype(np.int32),
}
"""What the values of each type are in memory; booleans are bits."""


def values(column: pa.Array) -> np.ndarray:
    """The column's values, a view where they are no booleans; where one is missing stands any value."""
    _, data = column.buffers()[:2]
    if pa.types.is_boolean(column.type):
        return _bits(data, column)
    return np.frombuffer(data, DTYPES[str(column.type)])[column.offset : column.offset + len(column)]


def missing(column: pa.Array) -> np.ndarray | None:
    """Which of the values are missing; None where none is."""
    if not column.null_count:
        return None
    return _bits(column.buffers()[0], column) == 0


def text(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """A text column's bytes, uint8, one value after the other, and where each begins: one more than there are rows."""
    wide = pa.types.is_large_string(column.type)
    _, starts, data = column.buffers()
    starts = np.frombuffer(starts, np.int64 if wide else np.int32)[column.offset : column.offset + len(column) + 1]
    everything = np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)
    return everything[starts[0] : starts[-1]], starts - starts[0]


def column(numbers: np.ndarray, kind: pa.DataType) -> pa.Array:
    """A column of these numbers, none of them missing."""
    own = np.packbits(numbers, bitorder="little") if pa.types.is_boolean(kind) else np.ascontiguousarray(numbers)
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(own)])


def texts(values: list[str]) -> pa.Array:
    """A column of these texts."""
    encoded = [v.encode() for v in values]
    starts = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(values), [None, pa.py_buffer(starts), pa.py_buffer(b"".join(encoded))]
    )


def repeated(value: str, n: int) -> pa.Array:
    """One text n times, by dictionary."""
    return pa.DictionaryArray.from_arrays(column(np.zeros(n, np.int32), pa.int32()), texts([value]))


def _bits(data: pa.Buffer, column: pa.Array) -> np.ndarray:
    first, last = column.offset, column.offset + len(column)
    packed = np.frombuffer(data, np.uint8)[first // 8 : (last + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[first % 8 : first % 8 + len(column)]
