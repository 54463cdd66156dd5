"""Every family scored on rows that it was not fitted on, all on the same folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mainstay.evidence import measures
from mainstay.evidence.tally import tally
from mainstay.params import Train
from mainstay.pipeline.families import blend, boosting, logistic, plain_logistic
from mainstay.pipeline.training.folds import Fold
from mainstay.pipeline.training.rows import TrainingRows
from mainstay.refusal import Refusal
from mainstay.rows.contract import Column

CALIBRATION_BINS = 10
PLAIN = "plain_logistic"

FITS = {
    "logistic": logistic.fit,
    "boosting": boosting.fit,
    PLAIN: lambda X, y, columns, _: plain_logistic.fit(X, y, columns),
}
"""The parts that families are made of, and the yardstick: (X, y, columns, params) -> a model with `log_odds(X)`."""


@dataclass(frozen=True)
class Scored:
    """One family, out of fold. log_odds: float64 [n], NaN where no fold tests the row; the rest [folds]."""

    log_odds: np.ndarray
    roc_auc: np.ndarray
    log_loss: np.ndarray
    calibration_error: float


def cross_validate(
    rows: TrainingRows,
    columns: tuple[Column, ...],
    folds: Sequence[Fold],
    params: Train,
    tell: Callable[[str], None],
) -> dict[str, Scored]:
    """Each family, simplest first, then the yardstick. Raises Refusal where a fold holds one class only."""
    _check(rows, folds)
    shares = blend.families(params) | {PLAIN: {PLAIN: 1.0}}
    parts: dict[str, np.ndarray] = {}
    scored = {}
    for family, of in shares.items():
        for part in of:
            if part not in parts:
                parts[part] = _out_of_fold(part, rows, columns, folds, params)
        scored[family] = _scored(blend.mixed(parts, of), rows, folds)
        mean = scored[family]
        tell(f"{family}: ROC AUC {mean.roc_auc.mean():.4f}, log loss {mean.log_loss.mean():.4f} on {len(folds)} folds")
    return scored


def fold_of(n: int, folds: Sequence[Fold]) -> np.ndarray:
    """The fold that tests each row, int [n]; -1 where none does."""
    fold = np.full(n, -1)
    for k, one in enumerate(folds):
        fold[one.test] = k
    return fold


def _out_of_fold(
    part: str, rows: TrainingRows, columns: tuple[Column, ...], folds: Sequence[Fold], params: Train
) -> np.ndarray:
    log_odds = np.full(len(rows.y), np.nan)
    for fold in folds:
        train = fold.train[rows.kept[fold.train]]
        fitted = FITS[part](rows.X[train], rows.y[train], columns, params)
        log_odds[fold.test] = fitted.log_odds(rows.X[fold.test])
    return log_odds


def _scored(log_odds: np.ndarray, rows: TrainingRows, folds: Sequence[Fold]) -> Scored:
    p = expit(log_odds)
    tallies = [tally(rows.y[test], p[test]) for test in (_measured(rows, fold) for fold in folds)]
    pooled = rows.kept & ~np.isnan(log_odds)
    return Scored(
        log_odds,
        np.array([measures.roc_auc(t) for t in tallies]),
        np.array([measures.log_loss(t) for t in tallies]),
        float(measures.calibration_error(tally(rows.y[pooled], p[pooled]), CALIBRATION_BINS)),
    )


def _measured(rows: TrainingRows, fold: Fold) -> np.ndarray:
    return fold.test[rows.kept[fold.test]]


def _check(rows: TrainingRows, folds: Sequence[Fold]) -> None:
    if len(folds) < 2:
        raise Refusal(
            f"cross-validation: saw {len(folds)} folds with known outcomes before them, wanted two or more; "
            "give it more dates or rows, or lower `split.test_months`"
        )
    for k, fold in enumerate(folds):
        for side, at in (("trains", fold.train[rows.kept[fold.train]]), ("tests", _measured(rows, fold))):
            if len(np.unique(rows.y[at])) < 2:
                raise Refusal(
                    f"cross-validation: fold {k + 1} of {len(folds)} {side} on {len(at)} rows, "
                    f"{rows.y[at].sum()} of them leavers; wanted both leavers and stayers; lower `train.folds`"
                )
