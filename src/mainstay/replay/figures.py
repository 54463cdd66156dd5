"""What a model was worth in one month, on the customers whom no offer was made to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.evidence.measures import log_loss, roc_auc
from mainstay.evidence.profit import profit_per_customer
from mainstay.evidence.tally import tally
from mainstay.params import Profit
from mainstay.replay.history import Month
from mainstay.rows.contract import Contract


@dataclass(frozen=True)
class Figures:
    """A month's: counts are of untreated rows, expected is the sum of scores, profit is in EUR for the month."""

    rows: int
    observed: int
    expected: float
    roc_auc: float
    log_loss: float
    profit: float

    @property
    def observed_over_expected(self) -> float:
        return self.observed / self.expected if self.expected else float("nan")


def figures(month: Month, score: np.ndarray, contract: Contract, campaign: Profit) -> Figures | None:
    """Of scores float64 [rows of the month]; None where nobody could be scored or no outcome is known."""
    judged = untreated(month, contract) & np.isfinite(month.outcome)
    y, s = month.outcome[judged], np.asarray(score, dtype=np.float64)[judged]
    if len(y) == 0:
        return None
    t = tally(y, s)
    earned = float(profit_per_customer(t, campaign)) * len(y)
    return Figures(len(y), int(y.sum()), float(s.sum()), float(roc_auc(t)), float(log_loss(t)), earned)


def untreated(month: Month, contract: Contract) -> np.ndarray:
    """Bool [rows]: an offer changes what was to be foretold, so who got one is not counted."""
    if contract.treated is None:
        return np.ones(len(month.rows), dtype=bool)
    return (month.rows[contract.treated.column] == False).fillna(False).to_numpy(dtype=bool)  # noqa: E712 as in rows/judged.py
