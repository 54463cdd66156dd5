"""Columns of contract values -> integers, which are in order where the float32 numbers of a matrix are.

The key of what is a whole number is the number; of any other it is the bits of its float32. Above 2**32 is the
feature, so that all can be looked for in one list.
"""

from __future__ import annotations

import datetime
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import sub

import numpy as np

from mainstay.rows.contract import UNSEEN, Column, Contract

Columns = Sequence[Sequence[object]]
"""The features' values in the order of `coded_first`, None where one is missing; last of all the observation dates,
where a feature is a date. What stands between is not looked at.
"""

MISSING = 2**30
"""Of whole numbers; no other is as far from 0."""

MOST_EXACT = 2**24
"""Up to it a float32 holds every whole number."""

SHAPES = 64
"""For up to so many rows what depends on their number alone is remembered; for more it would be big."""


def coded_first(columns: Sequence[Column]) -> list[Column]:
    """The columns by how their values become numbers: categories, then what is a number, at last days."""
    return sorted(columns, key=lambda column: (column.kind != "category", column.kind == "date"))


def is_whole(column: Column) -> bool:
    """Whether the float32 numbers of its values are whole, and exact."""
    if column.kind == "integer":
        return column.lower >= -MOST_EXACT and column.upper <= MOST_EXACT
    return column.kind != "number"


def wholes_first(columns: Sequence[Column]) -> list[Column]:
    """The columns in the order of their keys."""
    return sorted(coded_first(columns), key=lambda column: not is_whole(column))


def offset(place: int, column: Column) -> int:
    """What is added to the numbers of the column whose keys are at a place."""
    return (place << 32) + (2**31 if is_whole(column) else 0)


def value_keys(features: Sequence[Column], contract: Contract) -> Callable[[Columns], np.ndarray]:
    """Function from columns to the keys, int64 [F, n], of the values of these features, which are `wholes_first`."""
    order = coded_first(contract.features)
    places = [(order.index(column), column) for column in features]
    coded = [(place, _codes(contract.codes[c.name])) for place, c in places if c.kind == "category"]
    whole = [place for place, c in places if is_whole(c) and c.kind not in ("category", "date")]
    dated = [place for place, c in places if c.kind == "date"]
    broken = [place for place, c in places if not is_whole(c)]
    offsets = np.array([[offset(place, column)] for place, column in enumerate(features)])

    def shape(n: int) -> tuple[Callable[..., bytes], np.ndarray]:
        wholes = n * (len(features) - len(broken))
        return struct.Struct(f"<{wholes}q" + "f4x" * n * len(broken)).pack, np.repeat(offsets, n, axis=1)

    known_shape = lru_cache(SHAPES)(shape)

    def keys(columns: Columns) -> np.ndarray:
        numbers: list[object] = []
        for place, code in coded:
            numbers += map(code, columns[place])
        for place in whole:
            numbers += columns[place]
        if dated:
            today = [*map(_ordinal, columns[-1])]
            for place in dated:
                numbers += _days(today, columns[place])
        wholes = len(numbers)
        for place in broken:
            numbers += columns[place]
        n = len(columns[0])
        pack, moved = known_shape(n) if n <= SHAPES else shape(n)
        try:
            found = np.frombuffer(pack(*numbers), "<i8")
        except (struct.error, OverflowError):  # one is missing, or beyond all that float32 holds
            found = _slowly(numbers[:wholes], numbers[wholes:])
        return found.reshape(moved.shape) + moved

    return keys


def _days(today: Sequence[int], dates: Sequence[object]) -> Sequence[int | None]:
    """From each date to the day beside it."""
    try:
        return [*map(sub, today, map(_ordinal, dates))]
    except TypeError:  # one is missing
        return [None if date is None else day - _ordinal(date) for day, date in zip(today, dates, strict=True)]


def _slowly(wholes: Sequence[int | None], broken: Sequence[float | None]) -> np.ndarray:
    """The same where values are missing, or beyond all that float32 holds, which makes them infinite."""
    with np.errstate(over="ignore"):
        floats = np.array([math.nan if value is None else value for value in broken], np.float64).astype(np.float32)
    return np.array([*(MISSING if value is None else value for value in wholes), *floats.view(np.uint32).tolist()])


_ordinal = datetime.date.toordinal


def _codes(known: Mapping[str, float]) -> Callable[[object], int]:
    """Function from categories, or None, to their numbers."""
    return _Codes({**{value: int(code) for value, code in known.items()}, None: MISSING}).__getitem__


class _Codes(dict):
    def __missing__(self, value: str) -> int:
        return int(UNSEEN)
