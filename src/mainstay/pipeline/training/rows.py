"""What of the training table is learned from: matrix, outcome, customer, date; and which rows are left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas

from mainstay.params import Train
from mainstay.refusal import Refusal
from mainstay.rows.contract import OUTCOME, Contract


@dataclass(frozen=True)
class TrainingRows:
    """n rows. X: float32 [n, features]; y: int8 [n]; ids: str [n]; dates: datetime64[D] [n] or None.

    kept: bool [n]. A row that is not kept is scored, for the operating point, but neither fitted nor measured.
    """

    X: np.ndarray
    y: np.ndarray
    ids: np.ndarray
    dates: np.ndarray | None
    kept: np.ndarray


def training_rows(frame: pandas.DataFrame, X: np.ndarray, contract: Contract, params: Train) -> TrainingRows:
    """Raises Refusal where an outcome is missing, or nobody, or everybody, left."""
    if frame[OUTCOME].isna().any():
        raise Refusal(
            f"training rows: {frame[OUTCOME].isna().sum()} have no outcome; wanted none; run `dvc repro split`"
        )
    y = frame[OUTCOME].to_numpy(dtype=np.int8)
    kept = _kept(frame, contract, params)
    if len(np.unique(y[kept])) < 2:
        raise Refusal(
            f"training rows: of {kept.sum()} to learn from, {y[kept].sum()} left; wanted leavers and stayers; "
            f"check `outcome` in the contract"
        )
    dates = frame[contract.observed_on].to_numpy(dtype="datetime64[D]") if contract.observed_on else None
    return TrainingRows(X, y, frame[contract.id].to_numpy(dtype=str), dates, kept)


def _kept(frame: pandas.DataFrame, contract: Contract, params: Train) -> np.ndarray:
    """An offer changes the outcome, so that what a treated customer did says nothing of the untreated.

    Only who is known to be untreated is kept.
    """
    if contract.treated is None or params.treated == "include":
        return np.ones(len(frame), dtype=bool)
    return (frame[contract.treated.column] == False).fillna(False).to_numpy(dtype=bool)  # noqa: E712
