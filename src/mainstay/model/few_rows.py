"""Some rows as columns of values -> probabilities: for as many as come in one turn of a server's loop.

There what numpy does costs next to nothing, but that it is called: a call finds cold caches. So it is called a few
times for all rows, features and trees, and Python does no more than to put values side by side.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from mainstay.model.cells import Cells, cells
from mainstay.model.scorer import MAX_LOG_ODDS, Scorer, bounded, leaf_number
from mainstay.model.tables import Tables
from mainstay.model.value_keys import SHAPES, Columns, value_keys, wholes_first
from mainstay.rows.contract import Contract

Meaning = Callable[[np.ndarray], np.ndarray]
"""Function from cells [F, n] to what they add to the log-odds that a customer stays, float64 [n]."""


def few_rows(scorer: Scorer, contract: Contract) -> Callable[[Columns], list[float]]:
    """Function from columns of values (free of faults) to float32 probabilities; the same bits as of a matrix."""
    against, goes_beyond = _log_odds_against(scorer.tables, contract), scorer.most > MAX_LOG_ODDS

    def probabilities(columns: Columns) -> list[float]:
        if not columns:
            return []
        found = bounded(against(columns)) if goes_beyond else against(columns)
        odds = np.exp(found).tolist()  # numpy's: the last bit of Python's differs. All else is quicker in floats
        floats = _floats(len(odds))
        return [*floats.unpack(floats.pack(*[1.0 / (1.0 + own) for own in odds]))]

    return probabilities


def _log_odds_against(tables: Tables, contract: Contract) -> Callable[[Columns], np.ndarray]:
    """Function from columns to the log-odds that customers stay, float64 [n]."""
    edges = dict(zip(contract.features, tables.edges, strict=True))
    asked = [column for column in wholes_first(contract.features) if edges[column].size]
    if not asked:
        return lambda columns: np.full(len(columns[0]), -tables.base)
    order = [contract.features.index(column) for column in asked]
    found = cells(asked, [edges[column] for column in asked])
    keys, find = value_keys(asked, contract), found.find
    first, *more = [own for own in (_steps(tables, order, found), _leaves(tables, order, found)) if own]

    def against(columns: Columns) -> np.ndarray:
        at = find(keys(columns))
        return first(at) + more[0](at) if more else first(at)

    return against


def _steps(tables: Tables, order: Sequence[int], found: Cells) -> Meaning | None:
    """What all steps add, and the base; None where there are none."""
    if not tables.step_trees:
        return None
    by_bin = [-_or(tables.steps[f], np.zeros(tables.edges[f].size + 2)) for f in order]
    by_bin[0] -= tables.base  # sums are exact in any order (tables.py)
    by_cell, add = found.table(by_bin), np.ones(len(order)).dot
    return lambda at: add(by_cell.take(at))


def _leaves(tables: Tables, order: Sequence[int], found: Cells) -> Meaning | None:
    """What the leaves of the forest add, and the base where there are no steps; None where there is no forest."""
    if not tables.forest:
        return None
    masks, leaves = _in_whole_integers(tables)
    by_cell, (trees, most) = found.table([masks[f] for f in order]).view(np.uint64), leaves.shape
    flat, places, ones = leaves.ravel(), np.arange(trees) * most, np.ones(trees)

    def sum_of_leaves(at: np.ndarray) -> np.ndarray:
        words = np.bitwise_and.reduce(by_cell.take(at, axis=0), axis=0).view(tables.word)
        return flat.take(leaf_number(words) + places).dot(ones)

    return sum_of_leaves


def _in_whole_integers(tables: Tables) -> tuple[list[np.ndarray], np.ndarray]:
    """Masks and leaves, these turned round, with trees of one leaf after the forest, so that the words of a bin are
    integers of 64 bits. The leaf of the first is the base where no steps have it.
    """
    trees = len(tables.forest)
    more = 8 // tables.word.itemsize - trees % (8 // tables.word.itemsize)
    every = np.iinfo(tables.word).max
    each = zip(tables.masks, tables.edges, strict=True)
    masks = [_or(own, np.full((edges.size + 2, trees), every, tables.word)) for own, edges in each]
    leaves = np.pad(-tables.leaves, ((0, more), (0, 0)))
    leaves[trees, 0] = 0.0 if tables.step_trees else -tables.base
    return [np.pad(own, ((0, 0), (0, more)), constant_values=1) for own in masks], leaves


@lru_cache(SHAPES)
def _floats(n: int) -> struct.Struct:
    return struct.Struct(f"{n}f")


def _or(own: np.ndarray | None, otherwise: np.ndarray) -> np.ndarray:
    return otherwise if own is None else own
