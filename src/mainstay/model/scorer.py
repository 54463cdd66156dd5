"""A matrix of rows -> log-odds, by the tables of an ensemble; numpy only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mainstay.model.tables import Tables

CHUNK_ROWS = 2048
"""Rows at a time: what they need stays in the processor's cache."""

FEW_EDGES = 12
"""Up to as many, comparing with every edge is faster than searching: it needs no branches."""

MAX_LOG_ODDS = 80.0
"""Beyond it a float32 probability has long been 0 or 1, and exp could overflow."""

Bins = list[np.ndarray | None]
"""For every feature the bin of every row; None for a feature that no tree asks about."""


@dataclass(frozen=True)
class Scorer:
    """Log-odds of float32 matrices [n, F]; NaN is a missing value. Safe to share between threads."""

    tables: Tables

    def log_odds(self, X: np.ndarray) -> np.ndarray:
        """float64 [n], exact to the sum of the trees' leaves, whichever rows stand beside."""
        total = np.empty(X.shape[0])
        for rows, bins in chunks(self.tables, X):
            total[rows] = self._steps(bins)
            words = reached(self.tables, bins)
            if words is not None:
                total[rows] += self.lookup.ravel().take(self.position(words) + self._offsets).sum(axis=1)
        return total

    def _steps(self, bins: Bins) -> np.ndarray | float:
        total: np.ndarray | float = self.tables.base
        for steps, own in zip(self.tables.steps, bins, strict=True):
            if steps is not None:
                total = total + steps.take(own)
        return total

    @cached_property
    def lookup(self) -> np.ndarray:
        """float64, a row a tree: log-odds by the reached word itself where it has 8 bits, else by the leaf's number."""
        leaves = self.tables.leaves
        return _by_word(leaves) if self.tables.word.itemsize == 1 else leaves

    def position(self, words: np.ndarray) -> np.ndarray:
        """Which column of `lookup` the reached words mean."""
        return words if words.itemsize == 1 else leaf_number(words)

    @cached_property
    def _offsets(self) -> np.ndarray:
        trees, width = self.lookup.shape
        return np.arange(trees) * width


def chunks(tables: Tables, X: np.ndarray) -> Iterator[tuple[slice, Bins]]:
    """The rows of a matrix some at a time, with their bins."""
    for start in range(0, X.shape[0], CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        yield rows, [_bin(X[rows, f], edges) if edges.size else None for f, edges in enumerate(tables.edges)]


def _bin(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Bin of every value. NaN is above every edge, and in a bin of its own above that."""
    values = np.ascontiguousarray(values)
    missing = np.isnan(values)
    if edges.size > FEW_EDGES:
        return np.searchsorted(edges, values) + missing
    below = np.zeros(values.size, dtype=np.uint8)
    for edge in edges:
        below += (values <= edge).view(np.uint8)
    return np.intp(edges.size) - below + missing


def reached(tables: Tables, bins: Bins) -> np.ndarray | None:
    """For each row and tree of the forest a word with the one bit set of the leaf reached: [n, T]; None of no trees."""
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
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -MAX_LOG_ODDS, MAX_LOG_ODDS)))


def _by_word(leaves: np.ndarray) -> np.ndarray:
    table = np.zeros((leaves.shape[0], 256))
    table[:, 1 << np.arange(leaves.shape[1])] = leaves
    return table
