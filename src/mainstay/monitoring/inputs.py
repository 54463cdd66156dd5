"""What the server is given now against what the model learned from: drift, volume, and meters that broke. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.evidence.comparable import as_numbers, comparable
from mainstay.evidence.moved import Moved, moved, persisting, score_moved, volume_ratio
from mainstay.monitoring.joined import DAY
from mainstay.monitoring.skew import Skew
from mainstay.params import Drift
from mainstay.rows.contract import Contract

if TYPE_CHECKING:
    import pandas

DAYS = 12
"""The newest days with enough rows that are compared, and drawn."""

WEEK = np.timedelta64(7, "D")

Score = Callable[["pandas.DataFrame"], np.ndarray]
"""Rows of contract values -> a model's scores."""


@dataclass(frozen=True)
class Inputs:
    """Each day's columns, the widest PSI first, days in order; `drift` and `meter` say what is told of, `named` are
    the columns among it.

    `waits` where there are days, but fewer than it takes to tell of drift; `why` says why nothing could be compared.
    `volume` is each of these days' rows over the usual ones, NaN where there was none a week before.
    """

    days: tuple[tuple[str, tuple[Moved, ...]], ...]
    drift: tuple[str, ...]
    meter: tuple[str, ...]
    why: str = ""
    volume: tuple[tuple[str, float], ...] = ()
    named: tuple[str, ...] = ()
    waits: bool = False


def inputs(
    frame: pandas.DataFrame,
    reference: pandas.DataFrame | None,
    skew: Skew,
    contract: Contract,
    rule: Drift,
    score: Score | None = None,
) -> Inputs:
    """`frame` are logged rows with DAY, `reference` the rows that the model learned from, None where not at hand.

    Scores are compared too where `score` gives them, and both tables have all that it takes.
    """
    volume = tuple(_volume(frame))
    meter = (*_odd(volume, rule), *(() if skew.is_clean else (_told(skew),)))
    if reference is None:
        return Inputs((), (), meter, "the rows that the model learned from are not at hand", volume)
    days = tuple(_days(frame, reference, contract, rule, score))
    if not days:
        return Inputs((), (), meter, f"no day has the {rule.min_rows} rows that it takes", volume)
    drift = persisting([[m.column for m in found if m.notable(rule)] for _, found in days], rule)
    broken = persisting([[m.column for m in found if _is_broken(m, rule)] for _, found in days], rule)
    drift = tuple(c for c in drift if c not in broken)
    waits = len(days) < rule.days_needed
    return Inputs(days, drift, (*broken, *meter), volume=volume, named=(*broken, *drift), waits=waits)


def _days(
    frame: pandas.DataFrame, reference: pandas.DataFrame, contract: Contract, rule: Drift, score: Score | None
) -> Iterator[tuple[str, tuple[Moved, ...]]]:
    columns = [c for c in contract.features if c.name in reference.columns and c.name in frame.columns]
    learned = comparable(reference, columns, contract)
    score = score if len(columns) == len(contract.features) else None
    scored = score(reference) if score else None
    day = frame[DAY].to_numpy().astype("datetime64[D]")
    names, rows = np.unique(day, return_counts=True)
    for name in names[rows >= rule.min_rows][-DAYS:]:
        today = frame.loc[day == name].reset_index(drop=True)
        found = moved(learned, comparable(today, columns, contract), as_numbers(columns), rule.bins)
        yield str(name), found if score is None else (*found, score_moved(scored, score(today), rule.bins))


def _volume(frame: pandas.DataFrame) -> Iterator[tuple[str, float]]:
    """The newest days' rows over the usual ones: of the same weekday, for weekends are often quiet, or of all before.

    Days of the first week can be held against nothing.
    """
    days, rows = np.unique(frame[DAY].to_numpy().astype("datetime64[D]"), return_counts=True)
    for at in range(max(len(days) - DAYS, 0), len(days)):
        ago = days[at] - days[:at]
        alike = ago % WEEK == np.timedelta64(0, "D")
        usual = rows[:at][alike if alike.any() else ago >= WEEK]
        yield str(days[at]), volume_ratio(int(rows[at]), usual)


def _odd(volume: tuple[tuple[str, float], ...], rule: Drift) -> tuple[str, ...]:
    """Whether rows were far more, or fewer, than usual on most of the last days; the newest may not be over yet."""
    low, high = rule.volume
    odd = [[] if np.isnan(ratio) or low <= ratio <= high else ["rows"] for _, ratio in volume]
    return (f"{volume[-1][1]:.2f} of the usual rows a day",) if persisting(odd, rule) else ()


def _is_broken(it: Moved, rule: Drift) -> bool:
    """More values are missing, or were never learned from, than any change of customers explains."""
    more_missing = it.missing_now - it.missing_before > rule.max_missing_rise
    return it.rows >= rule.min_rows and (more_missing or it.unseen > rule.max_unseen)


def _told(skew: Skew) -> str:
    if skew.why is not None:
        return f"logged values cannot be scored: {skew.why}"
    return f"{skew.mismatches} of {skew.rows} logged scores are not what their values give"
