"""One row as a mapping -> log-odds, in plain Python: for a single row numpy's calls cost more than the work.

The leaves that are still possible in all trees together are one big integer.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable, Mapping

import numpy as np

from mainstay.model.leaf_bits import integers
from mainstay.model.scorer import MAX_LOG_ODDS, Scorer, leaf_number
from mainstay.model.value_bins import bin_of_unseen, bins_of_values, double_edges, is_listed
from mainstay.rows.contract import Column, Contract

_FLOAT32 = struct.Struct("<f")
_exp, _pack, _unpack = np.exp, _FLOAT32.pack, _FLOAT32.unpack

Entry = tuple[int, float]
"""What a value means: the leaves it leaves possible, and the log-odds it adds."""


def row_scorer(scorer: Scorer, contract: Contract) -> Callable[[Mapping[str, object]], float]:
    """Function from one row of contract values (free of faults) to its log-odds; safe to call concurrently."""
    tables = scorer.tables
    asked = [(f, c) for f, c in enumerate(contract.features) if tables.edges[f].size]
    entries = {f: _entries(scorer, f) for f, _ in asked}
    by_value = [(c.name, *_by_value(c, contract, tables.edges[f], entries[f])) for f, c in asked if is_listed(c)]
    others = [(c, double_edges(tables.edges[f]), entries[f]) for f, c in asked if not is_listed(c)]
    by_size = [(c.name, edges, own, own[-1]) for c, edges, own in others if c.kind != "date"]
    by_day = [(c.name, edges, own, own[-1]) for c, edges, own in others if c.kind == "date"]
    base, leaves, observed_on = tables.base, _leaf_sum(scorer), contract.observed_on

    def log_odds(row: Mapping[str, object]) -> float:
        get, possible, total = row.get, -1, base
        for name, known, otherwise in by_value:
            value = get(name)
            entry = known(value) or otherwise(value)
            possible &= entry[0]
            total += entry[1]
        for name, edges, own, missing in by_size:
            value = get(name)
            entry = missing if value is None or value != value else own[bisect_left(edges, value)]
            possible &= entry[0]
            total += entry[1]
        for name, edges, own, missing in by_day:
            value = get(name)
            absent = value is None or value != value
            entry = missing if absent else own[bisect_left(edges, (get(observed_on) - value).days)]
            possible &= entry[0]
            total += entry[1]
        return total + leaves(possible)

    return log_odds


def _entries(scorer: Scorer, feature: int) -> list[Entry]:
    """What each bin of a feature means; the last is a missing value."""
    tables = scorer.tables
    masks, steps, bins = tables.masks[feature], tables.steps[feature], tables.edges[feature].size + 2
    words = [-1] * bins if masks is None else integers(_placed(masks))
    added = [0.0] * bins if steps is None else steps.tolist()
    return list(zip(words, added, strict=True))


def _by_value(
    column: Column, contract: Contract, edges: np.ndarray, entries: list[Entry]
) -> tuple[Callable[[object], Entry | None], Callable[[object], Entry]]:
    """What each listed value means, or None; and what any other does."""
    known = {value: entries[bin] for value, bin in bins_of_values(column, contract, edges).items()}
    missing, unseen = entries[-1], entries[bin_of_unseen(edges)]
    doubles = double_edges(edges)

    def otherwise(value: object) -> Entry:
        if value != value:
            return missing
        return entries[bisect_left(doubles, value)] if column.kind == "integer" else unseen

    return known.get, otherwise


def _placed(words: np.ndarray) -> np.ndarray:
    """Where words [bins, T] may be bytes, each with its tree's number before it: together they are a place in a table
    of 256 columns and a row a tree, and stay so whatever leaves are taken away.
    """
    if words.dtype.itemsize > 1:
        return words
    trees = np.arange(words.shape[1], dtype=np.min_scalar_type(256 * words.shape[1]))
    return trees * trees.dtype.type(256) + words


def _leaf_sum(scorer: Scorer) -> Callable[[int], float]:
    """Function from the leaves that are left, a word a tree, to the sum of their log-odds."""
    trees, width = scorer.lookup.shape
    if not trees:
        return lambda possible: 0.0
    word = _placed(np.zeros((1, trees), dtype=scorer.tables.word)).dtype.newbyteorder("<")
    read, take, size = np.frombuffer, scorer.lookup.ravel().take, trees * word.itemsize
    add = np.ones(trees).dot  # sums are exact in any order (tables.py); this is three times as quick as np.add.reduce

    if scorer.tables.word.itemsize == 1:

        def sum_at_places(possible: int) -> float:
            return float(add(take(read(possible.to_bytes(size, "little"), word))))

        return sum_at_places

    offsets = np.arange(trees) * width

    def sum_of_leaves(possible: int) -> float:
        return float(add(take(leaf_number(read(possible.to_bytes(size, "little"), word)) + offsets)))

    return sum_of_leaves


def probability(log_odds: float) -> float:
    """The float32 probability of log-odds, as a Python float; the same bits as `sigmoid` of a matrix."""
    bounded = MAX_LOG_ODDS if log_odds > MAX_LOG_ODDS else -MAX_LOG_ODDS if log_odds < -MAX_LOG_ODDS else log_odds
    odds_against = float(_exp(-bounded))  # numpy's: the last bit of Python's differs. All else is quicker in floats
    return _unpack(_pack(1.0 / (1.0 + odds_against)))[0]
