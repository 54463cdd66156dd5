"""Some rows as tuples of values -> probabilities: values are looked up in plain Python, leaves of all rows are added
up together.

For as many rows as come in one turn of a server's loop, plain Python beats numpy wherever a call of numpy's is not
for all of them: what its calls do to a busy processor's caches costs more than they do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, getitem
from struct import pack, unpack

import numpy as np

from mainstay.model.leaf_bits import integers
from mainstay.model.scorer import MAX_LOG_ODDS, Scorer, bounded
from mainstay.model.value_bins import bin_of_unseen, bins_of_days, bins_of_values, double_edges, is_listed, listed_first
from mainstay.rows.contract import Contract

Values = tuple[object, ...]
"""The features' in the order of `listed_first`, None where one is missing; last of all the observation date, where a
feature is a date. What stands between is not looked at.
"""

Meanings = list[int] | list[float]
"""Of values or bins: the leaves that each leaves possible, as a big integer; or the log-odds that it adds."""


def few_rows(scorer: Scorer, contract: Contract) -> Callable[[Sequence[Values]], list[float]]:
    """Function from rows of values (free of faults) to their float32 probabilities; the same bits as of a matrix."""
    log_odds, goes_beyond = _log_odds(scorer, contract), scorer.most > MAX_LOG_ODDS

    def probabilities(rows: Sequence[Values]) -> list[float]:
        if not rows:
            return []
        found = bounded(log_odds(rows)) if goes_beyond else log_odds(rows)
        against = np.exp(-found).tolist()  # numpy's: the last bit of Python's differs. All else is quicker in floats
        form = f"{len(rows)}f"
        return [*unpack(form, pack(form, *[1.0 / (1.0 + odds) for odds in against]))]

    return probabilities


def _log_odds(scorer: Scorer, contract: Contract) -> Callable[[Sequence[Values]], np.ndarray]:
    """Function from rows to their log-odds, float64 [n]."""
    tables, trees = scorer.tables, len(scorer.tables.forest)
    added = _looked_up(scorer, contract, [None if own is None else own.tolist() for own in tables.steps], 0.0)
    possible = _looked_up(scorer, contract, [None if own is None else integers(own) for own in tables.masks], -1)
    base, size, word = tables.base, trees * tables.word.itemsize, tables.word.newbyteorder("<")

    def log_odds(rows: Sequence[Values]) -> np.ndarray:
        total = np.array([sum(added(row), base) for row in rows]) if added else base
        if possible is None:
            return total if added else np.full(len(rows), base)
        left = b"".join([reduce(and_, possible(row)).to_bytes(size, "little") for row in rows])
        return total + scorer.of_words(np.frombuffer(left, word).reshape(-1, trees))

    return log_odds


def _looked_up(
    scorer: Scorer, contract: Contract, by_bin: Sequence[Meanings | None], nothing: float
) -> Callable[[Values], Meanings] | None:
    """Function from a row to what its values mean, by what each feature's bins mean; None where none means any."""
    edges = dict(zip(contract.features, scorer.tables.edges, strict=True))
    own = {c: m or [nothing] * (edges[c].size + 2) for c, m in zip(contract.features, by_bin, strict=True)}
    columns = listed_first(contract.features)
    bins = [(own[c], bin_of_unseen(edges[c]), bins_of_values(c, contract, edges[c])) for c in columns if is_listed(c)]
    known = [{value: meanings[bin] for value, bin in found.items()} for meanings, _, found in bins]
    unseen = [meanings[bin] for meanings, bin, _ in bins]
    others = [(place, c) for place, c in enumerate(columns) if not is_listed(c)]
    sized = [(place, double_edges(edges[c]), own[c], own[c][-1]) for place, c in others if c.kind != "date"]
    dated = [
        (place, [own[c][bin] for bin in bins_of_days(edges[c])], double_edges(edges[c]), own[c], own[c][-1])
        for place, c in others
        if c.kind == "date"
    ]

    def look_up(row: Values) -> Meanings:
        try:
            found = [*map(getitem, known, row)]
        except KeyError:
            found = [table.get(value, otherwise) for table, value, otherwise in zip(known, row, unseen, strict=False)]
        for place, cuts, meanings, missing in sized:
            value = row[place]
            found.append(missing if value is None else meanings[bisect_left(cuts, value)])
        for place, by_day, cuts, meanings, missing in dated:
            value = row[place]
            if value is None:
                found.append(missing)
                continue
            days = (row[-1] - value).days
            found.append(by_day[days] if 0 <= days < len(by_day) else meanings[bisect_left(cuts, days)])
        return found

    return look_up if any(by_bin) else None
