"""The bins of all features' values found by one search of their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mainstay.model.value_keys import MISSING, is_whole, offset
from mainstay.rows.contract import Column

_INFINITE, _NO_FLOAT = 0x7F800000, 0x7FFFFFFF
"""Bits of float32. Above infinity is NaN, and above all that is what is below zero, the other way round."""


class Cells(NamedTuple):
    """A value is in the cell of which the number is that of the keys below its own."""

    keys: np.ndarray  # int64, ascending
    bins: tuple[np.ndarray, ...]  # for each feature the bin of each of its cells

    def find(self, keys: np.ndarray) -> np.ndarray:
        """The cells of values by their keys, both [F, n]."""
        return self.keys.searchsorted(keys)

    def table(self, by_bin: Sequence[np.ndarray]) -> np.ndarray:
        """What each cell means, by what each feature's bins mean; the first, where no value can be, means nothing."""
        nothing = np.zeros_like(by_bin[0][:1])
        return np.concatenate([nothing, *(own[bins] for own, bins in zip(by_bin, self.bins, strict=True))])


def cells(features: Sequence[Column], edges: Sequence[np.ndarray]) -> Cells:
    """The cells of features that have these edges, float32 and ascending."""
    each = [_whole(own) if is_whole(column) else _broken(own) for column, own in zip(features, edges, strict=True)]
    keys = [own + offset(place, column) for place, (column, (own, _)) in enumerate(zip(features, each, strict=True))]
    return Cells(np.concatenate(keys), tuple(bins for _, bins in each))


def _whole(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys of a feature whose values are whole, and the bins of the cells above them."""
    below = np.clip(np.floor(edges.astype(np.float64)), -MISSING, MISSING - 1).astype(np.int64)
    return np.array([-MISSING - 1, *below, MISSING - 1]), np.arange(edges.size + 2)


def _broken(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same of one whose values are not. An edge belongs to what is lower, which below zero has the higher bits."""
    below, others = edges[edges < 0][::-1], np.abs(edges[edges >= 0])  # a zero may be a negative one
    bits = [own.view(np.uint32).astype(np.int64) for own in (others, below)]
    keys = np.array([-1, *bits[0], _INFINITE, _NO_FLOAT, *(bits[1] - 1)])
    return keys, np.array([*range(below.size, edges.size + 1), edges.size + 1, *range(below.size, -1, -1)])
