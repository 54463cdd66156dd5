"""The parts of a table that a contract wants measured apart: each value of each slice column, and the missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.evidence.measures import base_rate, calibration_gap, roc_auc, true_positive_rate
from mainstay.evidence.tally import Tally, tally
from mainstay.rows.contract import Column, Contract

if TYPE_CHECKING:
    import pandas

MISSING, UNSEEN = "(missing)", "(unseen)"
BANDS = 4
"""A number is cut in as many bands of about equal count."""


@dataclass(frozen=True)
class Slice:
    """Which rows (bool [rows]) have which value of a column."""

    column: str
    value: str
    member: np.ndarray


def slices(frame: pandas.DataFrame, contract: Contract) -> Iterator[Slice]:
    """Every declared value of every slice column, even where no row has it; then unseen and missing ones if any."""
    for column in contract.slices:
        values = frame[column.name]
        missing = values.isna().to_numpy()
        for value, member in _parts(column, values, missing):
            yield Slice(column.name, value, member)
        if missing.any():
            yield Slice(column.name, MISSING, missing)


def measure(outcome: np.ndarray, score: np.ndarray, threshold: float, min_positives: int) -> dict[str, float | None]:
    """Figures of one slice; all but the counts are None below `min_positives` leavers or where no one stayed."""
    figures: dict[str, float | None] = {"rows": len(outcome), "positives": int(np.sum(outcome))}
    enough = figures["positives"] >= max(1, min_positives) and figures["positives"] < len(outcome)
    t = tally(outcome, score) if enough else None
    return figures | {name: None if t is None else float(of(t)) for name, of in _figures(threshold).items()}


def _figures(threshold: float):
    return {
        "base_rate": base_rate,
        "roc_auc": roc_auc,
        "calibration_gap": calibration_gap,
        "true_positive_rate": lambda t: true_positive_rate(t, threshold),
        "contacted_share": lambda t: _contacted(t, threshold),
    }


def _contacted(t: Tally, threshold: float) -> np.ndarray:
    """Share of customers whose score is at or above the threshold."""
    return t.rows[..., t.score >= threshold].sum(axis=-1) / t.total


def _parts(column: Column, values: pandas.Series, missing: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    if column.kind == "category":
        yield from _listed(column.values, values.astype(object).to_numpy(), missing)
    elif column.kind == "boolean":
        truth = values.fillna(False).astype(bool).to_numpy()
        yield from (("false", ~truth & ~missing), ("true", truth & ~missing))
    else:
        yield from _bands(values, missing)


def _listed(listed: tuple[str, ...], values: np.ndarray, missing: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    unseen = ~missing
    for value in listed:
        member = ~missing & (values == value)
        unseen = unseen & ~member
        yield value, member
    if unseen.any():
        yield UNSEEN, unseen


def _bands(values: pandas.Series, missing: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Bands between quantiles that are values of the column; a band holds its lower end."""
    present = np.sort(values[~missing].to_numpy())
    if not len(present):
        return
    edges = np.unique(present[[len(present) * band // BANDS for band in range(BANDS)]])
    band_of = np.searchsorted(edges, values.where(~missing, edges[0]).to_numpy(), side="right") - 1
    for band, edge in enumerate(edges):
        below = f" to below {edges[band + 1]}" if band + 1 < len(edges) else " and above"
        yield f"{edge}{below}", ~missing & (band_of == band)
