"""Some rows as tuples of values -> log-odds: values are looked up in plain Python, what they mean is numpy's to add up.

For as many rows as come in one turn of a server's loop, to encode them as a matrix would cost more than the rest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import getitem
from struct import pack

import numpy as np

from mainstay.model.scorer import Scorer
from mainstay.model.value_bins import bin_of_unseen, bins_of_days, bins_of_values, double_edges, is_listed, listed_first
from mainstay.rows.contract import Column, Contract

Values = tuple[object, ...]
"""The features' in the order of `listed_first`, None where one is missing; last of all the observation date, where a
feature is a date. What stands between is not looked at.
"""


@dataclass(frozen=True)
class Place:
    """Where a feature's value stands in a row, and which rows of the stacked tables its bins are."""

    number: int
    column: Column
    edges: np.ndarray
    first: int

    @property
    def missing(self) -> int:
        return self.first + self.edges.size + 1


def few_rows(scorer: Scorer, contract: Contract) -> Callable[[Sequence[Values]], np.ndarray]:
    """Function from rows of values (free of faults) to their log-odds, float64 [n]; the same bits as the scorer's."""
    tables, places = scorer.tables, _places(scorer, contract)
    order = [contract.features.index(place.column) for place in places]
    steps = _stacked(places, [tables.steps[f] for f in order], 0.0)
    masks = _stacked(places, [tables.masks[f] for f in order], np.iinfo(tables.word).max)
    bins_of, base, width = _looked_up(places, contract), tables.base, len(places)

    def log_odds(rows: Sequence[Values]) -> np.ndarray:
        if not rows:
            return np.empty(0)
        bins: list[int] = []
        for row in rows:
            bins += bins_of(row)
        packed = pack(f"{len(bins)}q", *bins)  # to be read again: quicker than numpy's ways from a list to an array
        by_feature = np.frombuffer(packed, np.int64).reshape(-1, width).T
        added = [np.add.reduce(steps.take(by_feature))] if steps is not None else []
        if masks is not None:
            added.append(scorer.of_words(np.bitwise_and.reduce(masks.take(by_feature, axis=0))))
        return sum(added, base) if added else np.full(len(rows), base)

    return log_odds


def _places(scorer: Scorer, contract: Contract) -> list[Place]:
    edges = dict(zip(contract.features, scorer.tables.edges, strict=True))
    found, first = [], 0
    for number, column in enumerate(listed_first(contract.features)):
        found.append(Place(number, column, edges[column], first))
        first = found[-1].missing + 1
    return found


def _stacked(places: Sequence[Place], tables: Sequence[np.ndarray | None], nothing: float) -> np.ndarray | None:
    """What the bins of all features mean, one below the other; `nothing` in those that mean none. None if all do."""
    some = next((table for table in tables if table is not None), None)
    if some is None:
        return None
    shapes = [(place.edges.size + 2, *some.shape[1:]) for place in places]
    each = zip(tables, shapes, strict=True)
    return np.concatenate([np.full(shape, nothing, some.dtype) if own is None else own for own, shape in each])


def _looked_up(places: Sequence[Place], contract: Contract) -> Callable[[Values], list[int]]:
    """Function from a row to the bins of its values, as rows of the stacked tables."""
    listed = [place for place in places if is_listed(place.column)]
    known = [_known(place, contract) for place in listed]
    unseen = [place.first + bin_of_unseen(place.edges) for place in listed]
    others = [(p, p.number, p.first, p.missing, double_edges(p.edges)) for p in places[len(listed) :]]
    sized = [own for place, *own in others if place.column.kind != "date"]
    dated = [(bins_of_days(place.edges), *own) for place, *own in others if place.column.kind == "date"]

    def bins_of(row: Values) -> list[int]:
        try:
            found = [*map(getitem, known, row)]
        except KeyError:
            found = [bins.get(value, otherwise) for bins, value, otherwise in zip(known, row, unseen, strict=False)]
        for number, first, missing, edges in sized:
            value = row[number]
            found.append(missing if value is None else first + bisect_left(edges, value))
        for by_day, number, first, missing, edges in dated:
            value = row[number]
            if value is None:
                found.append(missing)
                continue
            days = (row[-1] - value).days
            found.append(first + (by_day[days] if 0 <= days < len(by_day) else bisect_left(edges, days)))
        return found

    return bins_of


def _known(place: Place, contract: Contract) -> dict[object, int]:
    bins = bins_of_values(place.column, contract, place.edges)
    return {value: place.first + bin for value, bin in bins.items()}
