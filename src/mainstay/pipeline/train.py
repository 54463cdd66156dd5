"""Stage train: training rows -> the model file, of the family that cross-validation on those rows alone chose.

Offers change outcomes, so treated customers' rows are neither fitted nor measured, unless params say otherwise;
they are scored for the operating point, which is a share of all customers.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit

from mainstay import params as parameters
from mainstay.model.export import to_onnx
from mainstay.model.parity import check_parity
from mainstay.model.trees import Ensemble, blended, scaled
from mainstay.params import Profit, Train
from mainstay.pipeline import calibration, folds
from mainstay.pipeline.choice import Gap, gaps, simplest, standard_error
from mainstay.pipeline.cross_validation import FITS, PLAIN, Scored, cross_validate, fold_of
from mainstay.pipeline.families.blend import families, mixed
from mainstay.pipeline.probes import probes
from mainstay.pipeline.stage import start
from mainstay.pipeline.training_rows import TrainingRows, training_rows
from mainstay.rows import contract_file
from mainstay.rows.contract import Column, Contract
from mainstay.rows.matrix import matrix
from mainstay.rows.table import DIGITS, read_frame, read_json, replacing, write_json


@dataclass(frozen=True)
class Chosen:
    """What cross-validation decided."""

    family: str
    scored: Mapping[str, Scored]
    gaps: Mapping[str, Gap]
    calibration: calibration.Calibration
    operating_point: float


@dataclass(frozen=True)
class Fitted:
    """The chosen family on all training rows, as trees, and what scikit-learn says the probability is."""

    ensemble: Ensemble
    probability: Callable[[np.ndarray], np.ndarray]


def run(*, params: Path, contract: Path, train: Path, split: Path, model: Path, metrics: Path) -> None:
    """Write the model file and what is known of it; nothing where its parity with scikit-learn fails."""
    settings, profit = parameters.load(params, "train"), parameters.load(params, "profit")
    terms, side = contract_file.load(contract), read_json(split)
    rows = training_rows(read_frame(train), matrix(train, terms), terms, settings)
    chosen = choose(rows, terms, settings, profit, _tell)
    fitted = fit(rows, terms.features, settings, chosen)
    data = to_onnx(fitted.ensemble, terms, about(rows, settings, chosen, side))
    tried = np.concatenate([rows.X, probes(rows.X, terms.features)])
    parity = {"rows": len(tried), "max_difference": check_parity(data, tried, fitted.probability(tried))}
    with replacing(model) as fresh:
        fresh.write_bytes(data)
    shipped = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "trees": len(fitted.ensemble.trees)}
    write_json(record(rows, settings, chosen) | {"model": shipped, "parity": parity}, metrics)


def choose(
    rows: TrainingRows, contract: Contract, settings: Train, profit: Profit, tell: Callable[[str], None]
) -> Chosen:
    """Family, calibration and operating point, all from scores of rows that were not fitted on."""
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


def fit(rows: TrainingRows, columns: tuple[Column, ...], settings: Train, chosen: Chosen) -> Fitted:
    """The chosen family on every kept row, its calibration folded in."""
    shares, sigmoid = families(settings)[chosen.family], chosen.calibration.sigmoid
    parts = {part: FITS[part](rows.X[rows.kept], rows.y[rows.kept], columns, settings) for part in shares}
    ensemble = blended([parts[part].ensemble() for part in shares], list(shares.values()))

    def probability(X: np.ndarray) -> np.ndarray:
        return expit(sigmoid(mixed({part: fitted.log_odds(X) for part, fitted in parts.items()}, shares)))

    return Fitted(scaled(ensemble, sigmoid.slope, sigmoid.intercept), probability)


def about(rows: TrainingRows, settings: Train, chosen: Chosen, split: object) -> dict[str, object]:
    """What travels inside the model file. `split` is metrics/split.json: which customers it may have learned from."""
    return {
        "family": chosen.family,
        "operating_point": chosen.operating_point,
        "seed": settings.seed,
        "split": split,
        "training": _learned_from(rows),
    }


def record(rows: TrainingRows, settings: Train, chosen: Chosen) -> dict[str, object]:
    """metrics/training.json: the choice and all that it rests on. cv_ figures are of the family before calibration."""
    best = chosen.scored[chosen.family]
    above = best.roc_auc - chosen.scored[PLAIN].roc_auc
    return {
        "chosen": chosen.family,
        "chosen_by": "cross-validation, one standard error" if settings.model == "auto" else "params",
        "cv_roc_auc": best.roc_auc.mean(),
        "cv_log_loss": best.log_loss.mean(),
        "cv_calibration_error": best.calibration_error,
        "cv_roc_auc_above_plain_logistic": above.mean(),
        "families": {family: _figures(one, chosen.gaps.get(family)) for family, one in chosen.scored.items()},
        "folds": {"count": len(best.roc_auc), "kind": "customer" if rows.dates is None else "time"},
        "calibration": asdict(chosen.calibration),
        "operating_point": chosen.operating_point,
        "seed": settings.seed,
        "treated": settings.treated,
        "training": _learned_from(rows),
    }


def _folds(rows: TrainingRows, contract: Contract, settings: Train) -> list[folds.Fold]:
    if rows.dates is None:
        return folds.by_customer(rows.ids, rows.y, settings.folds.undated, settings.seed)
    known_after_days = contract.outcome.lead_days + contract.outcome.horizon_days
    return folds.by_time(rows.dates, settings.folds.dated, known_after_days)


def _figures(scored: Scored, gap: Gap | None) -> dict[str, object]:
    """One family's; the yardstick is not among those to choose from, and has no gap."""
    figures = {
        "roc_auc": scored.roc_auc.mean(),
        "roc_auc_standard_error": standard_error(scored.roc_auc),
        "log_loss": scored.log_loss.mean(),
        "log_loss_standard_error": standard_error(scored.log_loss),
        "calibration_error": scored.calibration_error,
    }
    behind = (
        {"log_loss_behind_best": gap.mean, "log_loss_behind_best_standard_error": gap.standard_error} if gap else {}
    )
    return figures | behind


def _learned_from(rows: TrainingRows) -> dict[str, object]:
    y = rows.y[rows.kept]
    return {
        "rows": len(y),
        "positives": int(y.sum()),
        "base_rate": round(float(y.mean()), DIGITS),
        "rows_left_out_as_treated": int((~rows.kept).sum()),
    }


def _tell(line: str) -> None:
    print(f"train: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    start(run)
