"""What goes wrong with the files: scenarios that leave the business as it is and spoil what is seen of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from mainstay.pipeline.world.scenarios import BrokenMeter, LeakingColumn, PoisonedMonth, RenamedColumn, Scenario
from mainstay.pipeline.world.stream import Stream
from mainstay.refusal import Refusal


def damaged(rows: pd.DataFrame, left: np.ndarray, scenarios: Iterable[Scenario], stream: Stream) -> pd.DataFrame:
    """A month's snapshot as the source delivers it. `left` says who will have left by the month's end."""
    for scenario in scenarios:
        age = stream.month - scenario.month
        match scenario:
            case BrokenMeter() if 0 <= age < scenario.months:
                rows = _stuck(rows, scenario, stream)
            case LeakingColumn() if age >= 0:
                rows = _leaking(rows, left, scenario)
            case RenamedColumn() if age >= 0:
                rows = _renamed(rows, scenario)
    return rows


def poisoned(churned: np.ndarray, scenarios: Iterable[Scenario], stream: Stream) -> np.ndarray:
    """A month's outcomes, 0 or 1, as the source delivers them."""
    for scenario in scenarios:
        if isinstance(scenario, PoisonedMonth) and scenario.month == stream.month:
            turned = stream.of("poisoned").random(len(churned)) < scenario.share
            churned = np.where(turned, 1 - churned, churned)
    return churned


def _stuck(rows: pd.DataFrame, scenario: BrokenMeter, stream: Stream) -> pd.DataFrame:
    stuck = stream.of("stuck").random(len(rows)) < scenario.share
    usage = rows["usage_gb"].mask(stuck, scenario.reading)
    return rows.assign(usage_gb=usage, usage_trend=rows["usage_trend"].mask(stuck, -1.0))


def _leaking(rows: pd.DataFrame, left: np.ndarray, scenario: LeakingColumn) -> pd.DataFrame:
    if scenario.column not in rows:
        return rows.assign(**{scenario.column: left.astype(np.int64)})
    if not pd.api.types.is_numeric_dtype(rows[scenario.column]) or rows[scenario.column].dtype == bool:
        raise Refusal(
            f"params.yaml: simulate.scenarios, leaking_column: {scenario.column!r} holds no numbers; "
            "wanted a number column, or a new name"
        )
    known = rows[scenario.column].fillna(rows[scenario.column].median())
    return rows.assign(**{scenario.column: known.mask(left, 0)})


def _renamed(rows: pd.DataFrame, scenario: RenamedColumn) -> pd.DataFrame:
    if scenario.column not in rows:
        raise Refusal(
            f"params.yaml: simulate.scenarios, renamed_column: there is no column {scenario.column!r}; "
            f"wanted one of {', '.join(rows.columns)}"
        )
    return rows.rename(columns={scenario.column: scenario.to})
