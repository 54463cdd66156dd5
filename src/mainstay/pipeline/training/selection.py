"""What is trained: family, calibration and operating point, all from scores of rows that were not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mainstay.params import Profit, Train
from mainstay.pipeline.families.blend import families
from mainstay.pipeline.training import calibration, folds
from mainstay.pipeline.training.choice import Gap, gaps, simplest
from mainstay.pipeline.training.cross_validation import Scored, cross_validate, fold_of
from mainstay.pipeline.training.rows import TrainingRows
from mainstay.rows.contract import Contract
from mainstay.rows.table import DIGITS


@dataclass(frozen=True)
class Chosen:
    """What cross-validation decided. `operating_point` is the probability from which a customer is contacted."""

    family: str
    scored: Mapping[str, Scored]
    gaps: Mapping[str, Gap]
    calibration: calibration.Calibration
    operating_point: float


def choose(
    rows: TrainingRows, contract: Contract, settings: Train, profit: Profit, tell: Callable[[str], None]
) -> Chosen:
    """The family (by params, or else by cross-validation), whether to calibrate, and where to start contacting.

    The operating point leaves `profit.contact_share` of all scored customers at or above it, treated ones too.
    Raises Refusal where the rows do not suffice. `tell` gets a line a family, as it is scored.
    """
    made = _folds(rows, contract, settings)
    scored = cross_validate(rows, contract.features, made, settings, tell)
    apart = gaps({family: scored[family].log_loss for family in families(settings)})
    family = simplest(apart) if settings.model == "auto" else settings.model
    log_odds, fold = scored[family].log_odds, fold_of(len(rows.y), made)
    judged = rows.kept & (fold >= 0)
    found = calibration.decide(log_odds[judged], rows.y[judged], fold[judged], ordered=rows.dates is not None)
    scores = expit(found.sigmoid(log_odds[fold >= 0]))
    operating_point = round(float(np.quantile(scores, 1 - profit.contact_share)), DIGITS)
    tell(f"chosen: {family}")
    return Chosen(family, scored, apart, found, operating_point)


def _folds(rows: TrainingRows, contract: Contract, settings: Train) -> list[folds.Fold]:
    if rows.dates is None:
        return folds.by_customer(rows.ids, rows.y, settings.folds.undated, settings.seed)
    known_after_days = contract.outcome.lead_days + contract.outcome.horizon_days
    return folds.by_time(rows.dates, settings.folds.dated, known_after_days)
