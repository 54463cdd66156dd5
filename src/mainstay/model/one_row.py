"""One row as a mapping -> log-odds, in plain Python: for a single row numpy's calls cost more than the work.

The leaves that are still possible in all trees together are one big integer.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Callable, Mapping

import numpy as np

from mainstay.model.scorer import MAX_LOG_ODDS, Scorer
from mainstay.rows.contract import UNSEEN, Column, Contract

Entry = tuple[int, float]
"""What a value means: the leaves it leaves possible, and the log-odds it adds."""


def row_scorer(scorer: Scorer, contract: Contract) -> Callable[[Mapping[str, object]], float]:
    """Function from one row of contract values (free of faults) to its log-odds; safe to call concurrently."""
    tables = scorer.tables
    asked = [(f, c) for f, c in enumerate(contract.features) if tables.edges[f].size]
    entries = {f: _entries(scorer, f) for f, _ in asked}
    by_value = [(c.name, *_by_value(c, contract, tables.edges[f], entries[f])) for f, c in asked if _has_codes(c)]
    by_size = [
        (c.name, c.kind == "date", _double_edges(tables.edges[f]), entries[f]) for f, c in asked if not _has_codes(c)
    ]
    base, leaves, observed_on = tables.base, _leaf_sum(scorer), contract.observed_on

    def log_odds(row: Mapping[str, object]) -> float:
        get, possible, total = row.get, -1, base
        for name, known, missing, unseen in by_value:
            value = get(name)
            entry = known.get(value) or (unseen if value == value else missing)
            possible &= entry[0]
            total += entry[1]
        for name, is_date, edges, own in by_size:
            value = get(name)
            if value is None or value != value:
                entry = own[-1]
            else:
                entry = own[bisect_left(edges, _days(value, get(observed_on)) if is_date else value)]
            possible &= entry[0]
            total += entry[1]
        return total + leaves(possible)

    return log_odds


def _days(value: datetime.date, observed_on: datetime.date) -> int:
    return (observed_on - value).days


def _has_codes(column: Column) -> bool:
    return column.kind in ("category", "boolean")


def _entries(scorer: Scorer, feature: int) -> list[Entry]:
    """What each bin of a feature means; the last is a missing value."""
    tables = scorer.tables
    masks, steps, bins = tables.masks[feature], tables.steps[feature], tables.edges[feature].size + 2
    words = [-1] * bins if masks is None else [int.from_bytes(_little(row), "little") for row in masks]
    added = [0.0] * bins if steps is None else steps.tolist()
    return list(zip(words, added, strict=True))


def _by_value(
    column: Column, contract: Contract, edges: np.ndarray, entries: list[Entry]
) -> tuple[dict[object, Entry], Entry, Entry]:
    """What each known value means, then a missing and an unseen one."""
    codes = {False: 0.0, True: 1.0} if column.kind == "boolean" else contract.codes[column.name]
    known = {value: entries[int(np.searchsorted(edges, np.float32(code)))] for value, code in codes.items()}
    missing, unseen = entries[-1], entries[int(np.searchsorted(edges, np.float32(UNSEEN)))]
    return {**known, None: missing}, missing, unseen


def _double_edges(edges: np.ndarray) -> list[float]:
    """For each float32 edge the biggest double that rounds to it, so that a double needs no rounding before it is
    compared: a tie between two float32 goes to the even one.
    """
    bits = edges.view(np.int32)
    with np.errstate(over="ignore"):
        above = np.nextafter(edges, np.float32(np.inf)).astype(np.float64)
    below = edges.astype(np.float64)
    above[np.isinf(above)] = 2.0**128
    middle = (below + above) / 2
    return np.where(bits % 2 == 0, middle, np.nextafter(middle, -np.inf)).tolist()


def _leaf_sum(scorer: Scorer) -> Callable[[int], float]:
    """Function from the leaves that are left, a word a tree, to the sum of their log-odds."""
    word = scorer.tables.word.newbyteorder("<")
    lookup, (trees, width) = scorer.lookup.ravel(), scorer.lookup.shape
    offsets, size, position = np.arange(trees) * width, trees * word.itemsize, scorer.position
    if not trees:
        return lambda possible: 0.0
    read, add, take = np.frombuffer, np.add.reduce, lookup.take

    def leaf_sum(possible: int) -> float:
        return float(add(take(position(read(possible.to_bytes(size, "little"), word)) + offsets)))

    return leaf_sum


def _little(row: np.ndarray) -> bytes:
    return np.ascontiguousarray(row).astype(row.dtype.newbyteorder("<")).tobytes()


def probability(log_odds: float) -> float:
    """The float32 probability of log-odds, as a Python float; the same bits as `sigmoid` of a matrix."""
    bounded = min(max(log_odds, -MAX_LOG_ODDS), MAX_LOG_ODDS)
    return float(np.float32(1.0 / (1.0 + np.exp(-bounded))))  # numpy's exp and Python's differ in the last bit
