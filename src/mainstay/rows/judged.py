"""The rows that a model may be judged by: the outcome is known, and no offer had changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mainstay.refusal import Refusal
from mainstay.rows.contract import OUTCOME, Contract

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Judged:
    """Rows with their outcome (float64 [rows], 0 or 1) and customer (str [rows]); `on` says which rows they are."""

    frame: pandas.DataFrame
    outcome: np.ndarray
    customer: np.ndarray
    on: str


def judged(frame: pandas.DataFrame, contract: Contract, source: object) -> Judged:
    """The untreated rows of a table with outcomes; an offer would have changed what was to be foretold.

    The hold-out is never treated, so it is among them. Raises Refusal, naming `source`, where an outcome is
    missing, no row is left, or all that are left stayed or all left.
    """
    untreated = _untreated(frame, contract)
    frame = frame.loc[untreated].reset_index(drop=True)
    outcome = frame[OUTCOME].to_numpy(dtype=np.float64, na_value=np.nan)
    _check(outcome, source)
    return Judged(frame, outcome, frame[contract.id].to_numpy(dtype=str), _described(untreated, contract))


def _untreated(frame: pandas.DataFrame, contract: Contract) -> np.ndarray:
    if contract.treated is None:
        return np.ones(len(frame), dtype=bool)
    return (frame[contract.treated.column] == False).fillna(False).to_numpy(dtype=bool)  # noqa: E712 not `~`: missing is unknown


def _check(outcome: np.ndarray, source: object) -> None:
    unknown = int(np.isnan(outcome).sum())
    if unknown:
        raise Refusal(
            f"{source}: {unknown} of {len(outcome)} rows have no outcome, wanted 0 or 1; run `dvc repro split`"
        )
    left = int(outcome.sum())
    if left in (0, len(outcome)):
        seen = f"saw {left} leavers among {len(outcome)} untreated rows, wanted leavers and stayers"
        raise Refusal(f"{source}: {seen}; take more months or a greater share for the test (params.yaml, split)")


def _described(untreated: np.ndarray, contract: Contract) -> str:
    if contract.treated is None:
        return "all rows"
    return f"the untreated and the hold-out ({len(untreated) - untreated.sum()} treated rows left out)"
