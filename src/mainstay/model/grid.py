"""Which of many bins a number lies in, by a grid of cells: for most rows one look-up instead of a search.

A value's cell never falls as the value rises, however floats are rounded. So edges in lower cells are below the value
and edges in higher cells above it, and only in a cell that holds an edge is there anything to search.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CELLS = 1 << 12
IN_DOUBT = -1

BIN = np.int16
"""The type of a bin in the grid."""

MAX_EDGES = np.iinfo(BIN).max - 1


@dataclass(frozen=True)
class Grid:
    """Cells of equal width between the second edge and the last but one, two beyond them, and one for NaN.

    The first and the last edge may be far off: where a feature's missing values go, there is an edge near infinity.
    """

    edges: np.ndarray  # float32 [E], ascending
    low: np.float32
    cells_a_unit: np.float32
    bins: np.ndarray  # int16 [CELLS + 1], the bin of all values in a cell, or IN_DOUBT

    def bin(self, values: np.ndarray, missing: np.ndarray) -> np.ndarray:
        """The bins, int16, of float32 values, of which the `missing` are NaN."""
        found = self.bins.take(_cells(values, self.low, self.cells_a_unit, missing))
        doubt = np.flatnonzero(found == IN_DOUBT)
        found[doubt] = np.searchsorted(self.edges, values[doubt])
        return found


def grid(edges: np.ndarray) -> Grid | None:
    """The grid over these edges, three at least; None where float32 cannot count cells between them."""
    low, high = edges[1], edges[-2]
    with np.errstate(all="ignore"):
        cells_a_unit = np.float32(CELLS - 3) / (high - low)
    if not 0 < cells_a_unit < np.inf or edges.size > MAX_EDGES:
        return None
    cells = _cells(edges, low, cells_a_unit, np.zeros(edges.size, dtype=bool))
    bins = np.searchsorted(cells, np.arange(CELLS + 1)).astype(BIN)
    bins[cells] = IN_DOUBT
    bins[CELLS] = edges.size + 1
    return Grid(edges, low, cells_a_unit, bins)


def _cells(values: np.ndarray, low: np.float32, cells_a_unit: np.float32, missing: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        cells = np.clip((values - low) * cells_a_unit + np.float32(1), 0, CELLS - 1)
        cells[missing] = CELLS
        return cells.astype(np.int16)
