"""A matrix of rows -> log-odds, by the tables of an ensemble; numpy only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mainstay.model.grid import Grid
from mainstay.model.tables import FEW_EDGES, Tables

CHUNK_ROWS = 2048
"""Rows at a time: what they need stays in the processor's cache."""

WORTH_A_GRID = 512
"""Values at once; for fewer a search is as fast."""

MAX_LOG_ODDS = 80.0
"""Beyond it a float32 probability has long been 0 or 1, and exp could overflow."""


class Binned(NamedTuple):
    """One feature's bins: row i is in `bins[index[i]]`, or in `bins[i]` where there is no index."""

    bins: np.ndarray
    index: np.ndarray | None = None

    def taken(self, table: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """What a table [bins] holds for every row."""
        if self.index is None:
            return np.take(table, self.bins, out=out, mode="clip")
        return np.take(table.take(self.bins), self.index, out=out, mode="clip")

    def of(self, rows: np.ndarray) -> Binned:
        """The bins of these rows."""
        return Binned(self.bins[rows]) if self.index is None else Binned(self.bins, self.index[rows])

    def by_row(self) -> np.ndarray:
        """The bin of every row; as small as can be, for what is small stays in the processor's cache."""
        if self.index is None:
            return self.bins
        return self.bins.astype(np.min_scalar_type(int(self.bins.max()))).take(self.index)


Bins = list[Binned | None]
"""For every feature the bins of all rows; None for a feature that no tree asks about."""


@dataclass(frozen=True)
class Scorer:
    """Log-odds of float32 matrices [n, F]; NaN is a missing value. Safe to share between threads."""

    tables: Tables

    def log_odds(self, X: np.ndarray) -> np.ndarray:
        """float64 [n], exact to the sum of the trees' leaves, whichever rows stand beside."""
        total = np.empty(X.shape[0])
        for rows, bins in chunks(self.tables, X):
            total[rows] = self.of_bins(bins, rows.stop - rows.start)
        return total

    def of_bins(self, bins: Bins, n: int) -> np.ndarray:
        """Log-odds, float64 [n], of rows of which the bins are known; the same bits as `log_odds`."""
        total, part = np.full(n, self.tables.base), np.empty(n)
        for steps, own in zip(self.tables.steps, bins, strict=True):
            if steps is not None:
                total += own.taken(steps, part)  # an array for each would be as slow as the rest
        for rows, words in forest(self.tables, bins, n):
            total[rows] += self.of_words(words)
        return total

    def of_words(self, words: np.ndarray) -> np.ndarray:
        """Sum of the log-odds, float64 [n], of the leaves that words [n, T] have reached."""
        flat, offsets, ones = self._leaves
        return flat.take(self.position(words) + offsets).dot(ones)

    @cached_property
    def lookup(self) -> np.ndarray:
        """float64, a row a tree: log-odds by the reached word itself where it has 8 bits, else by the leaf's number."""
        leaves = self.tables.leaves
        return _by_word(leaves) if self.tables.word.itemsize == 1 else leaves

    def position(self, words: np.ndarray) -> np.ndarray:
        """Which column of `lookup` the reached words mean."""
        return words if words.itemsize == 1 else leaf_number(words)

    @cached_property
    def most(self) -> float:
        """No row's log-odds are further from 0."""
        leaves = [own for own in (*self.tables.steps, *self.tables.leaves) if own is not None]
        return abs(self.tables.base) + sum(float(np.abs(own).max()) for own in leaves)

    @cached_property
    def _leaves(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`lookup` in one piece, where each tree's part begins, and ones: to multiply is the quickest way to add."""
        trees, width = self.lookup.shape
        return self.lookup.ravel(), np.arange(trees) * width, np.ones(trees)


def chunks(tables: Tables, X: np.ndarray) -> Iterator[tuple[slice, Bins]]:
    """The rows of a matrix some at a time, with their bins."""
    for rows in _slices(X.shape[0]):
        yield rows, bins(tables, [X[rows, f] for f in range(X.shape[1])])


def bins(tables: Tables, columns: Sequence[np.ndarray]) -> Bins:
    """The bins of float32 values in columns, a column a feature."""
    each = zip(columns, tables.edges, tables.grids, strict=True)
    return [Binned(binned(column, edges, cells)) if edges.size else None for column, edges, cells in each]


def forest(tables: Tables, bins: Bins, n: int) -> Iterator[tuple[slice, np.ndarray]]:
    """The words that n rows reach in the trees of the forest, some rows at a time; nothing where there are no trees."""
    if tables.forest:
        asked = [own.by_row() if masks is not None else None for masks, own in zip(tables.masks, bins, strict=True)]
        for rows in _slices(n):
            yield rows, reached(tables, [None if own is None else own[rows] for own in asked])


def _slices(n: int) -> Iterator[slice]:
    return (slice(start, min(start + CHUNK_ROWS, n)) for start in range(0, n, CHUNK_ROWS))


def binned(values: np.ndarray, edges: np.ndarray, cells: Grid | None) -> np.ndarray:
    """Bin of every value. NaN is above every edge, and in a bin of its own above that."""
    values = np.ascontiguousarray(values)
    missing = np.isnan(values)
    if cells is not None and values.size >= WORTH_A_GRID:
        return cells.bin(values, missing)
    if edges.size > FEW_EDGES:
        return np.searchsorted(edges, values) + missing
    below = np.zeros(values.size, dtype=np.uint8)
    for edge in edges:
        below += (values <= edge).view(np.uint8)
    return np.intp(edges.size) - below + missing


def reached(tables: Tables, bins: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """For each row and tree of the forest a word with the one bit set of the leaf reached: [n, T]; None of no trees.

    `bins` has the bin of every row, a feature, where the forest asks about it.
    """
    words = None
    for masks, own in zip(tables.masks, bins, strict=True):
        if masks is not None:
            possible = masks.take(own, axis=0)
            words = possible if words is None else np.bitwise_and(words, possible, out=words)
    return words


def leaf_number(words: np.ndarray) -> np.ndarray:
    """The number of the one bit that is set."""
    return np.bitwise_count(words - words.dtype.type(1))


def sigmoid(log_odds: np.ndarray) -> np.ndarray:
    """Probability (float64) of log-odds."""
    return 1.0 / (1.0 + np.exp(-bounded(log_odds)))


def bounded(log_odds: np.ndarray) -> np.ndarray:
    """Log-odds of which exp can be taken; no probability changes."""
    return np.clip(log_odds, -MAX_LOG_ODDS, MAX_LOG_ODDS)


def _by_word(leaves: np.ndarray) -> np.ndarray:
    table = np.zeros((leaves.shape[0], 256))
    table[:, 1 << np.arange(leaves.shape[1])] = leaves
    return table
