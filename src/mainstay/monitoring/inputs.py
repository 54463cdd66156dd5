"""What the server is given now against what the model learned from: drift, and meters that broke. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.evidence.comparable import as_numbers, comparable
from mainstay.evidence.moved import Moved, moved, persisting
from mainstay.monitoring.joined import DAY
from mainstay.monitoring.skew import Skew
from mainstay.params import Drift
from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas

DAYS = 12
"""The newest days with enough rows that are compared, and drawn."""


@dataclass(frozen=True)
class Inputs:
    """Each day's columns, the widest PSI first, days in order; `drift` and `meter` name columns told of.

    `why` says why nothing could be compared.
    """

    days: tuple[tuple[str, tuple[Moved, ...]], ...]
    drift: tuple[str, ...]
    meter: tuple[str, ...]
    why: str = ""


def inputs(
    frame: pandas.DataFrame, reference: pandas.DataFrame | None, skew: Skew, contract: Contract, rule: Drift
) -> Inputs:
    """`frame` are logged rows with DAY, `reference` the rows that the model learned from, None where not at hand."""
    scored_otherwise = () if skew.is_clean else (_told(skew),)
    if reference is None:
        return Inputs((), (), scored_otherwise, "the rows that the model learned from are not at hand")
    days = tuple(_days(frame, reference, contract, rule))
    if not days:
        return Inputs((), (), scored_otherwise, f"no day has the {rule.min_rows} rows that it takes")
    drift = persisting([[m.column for m in found if m.notable(rule)] for _, found in days], rule)
    broken = persisting([[m.column for m in found if _is_broken(m, rule)] for _, found in days], rule)
    return Inputs(days, tuple(c for c in drift if c not in broken), (*broken, *scored_otherwise))


def _days(
    frame: pandas.DataFrame, reference: pandas.DataFrame, contract: Contract, rule: Drift
) -> Iterator[tuple[str, tuple[Moved, ...]]]:
    columns = [c for c in contract.features if c.name in reference.columns and c.name in frame.columns]
    learned = comparable(reference, columns, contract)
    day = frame[DAY].to_numpy().astype("datetime64[D]")
    names, rows = np.unique(day, return_counts=True)
    for name in names[rows >= rule.min_rows][-DAYS:]:
        today = frame.loc[day == name].reset_index(drop=True)
        yield str(name), moved(learned, comparable(today, columns, contract), as_numbers(columns), rule.bins)


def _is_broken(it: Moved, rule: Drift) -> bool:
    """More values are missing, or were never learned from, than any change of customers explains."""
    more_missing = it.missing_now - it.missing_before > rule.max_missing_rise
    return it.rows >= rule.min_rows and (more_missing or it.unseen > rule.max_unseen)


def _told(skew: Skew) -> str:
    if skew.why is not None:
        return f"logged values cannot be scored: {skew.why}"
    return f"{skew.mismatches} of {skew.rows} logged scores are not what their values give"
