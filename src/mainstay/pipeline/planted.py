"""What the model gives as reasons, beside the effects that were planted in the simulated world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

EFFECT = "effect:"
"""How a column of the truth begins that holds a true effect, on the log scale. Columns of one mechanism are joined
by `+`; an effect that is the same for all is no effect: the column is null."""


@dataclass(frozen=True)
class Effect:
    """One mechanism of the world, as the model sees it.

    `share`: mean absolute contribution of its columns, of all columns' together. `agreement`: correlation of
    contribution and true effect over the rows; 0 where either never changes. `absent`: columns that the model lacks.
    """

    share: float
    agreement: float
    null: bool
    absent: tuple[str, ...]


def effects(added: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Effect]:
    """Columns -> effect. `added` holds each feature's contribution, `truth` the effects, both by the same rows."""
    total = added.abs().mean().sum()
    names = [name for name in truth.columns if name.startswith(EFFECT)]
    return {name.removeprefix(EFFECT): _effect(name.removeprefix(EFFECT), truth[name], added, total) for name in names}


def _effect(columns: str, true: pd.Series, added: pd.DataFrame, total: float) -> Effect:
    present = [c for c in columns.split("+") if c in added]
    absent = tuple(c for c in columns.split("+") if c not in added)
    given = added[present].sum(axis=1).to_numpy(dtype=np.float64)
    share = float(added[present].abs().mean().sum() / total) if total > 0 else 0.0
    true = true.to_numpy(dtype=np.float64)
    return Effect(share, _correlation(given, true), bool(np.ptp(true) == 0), absent)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
