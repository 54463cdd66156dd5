"""What is said of a training: inside the model file, and beside it in metrics/training.json."""

from __future__ import annotations

from dataclasses import asdict

from mainstay.params import Train
from mainstay.pipeline.training.choice import Gap, standard_error
from mainstay.pipeline.training.cross_validation import PLAIN, Scored
from mainstay.pipeline.training.rows import TrainingRows
from mainstay.pipeline.training.selection import Chosen
from mainstay.rows.table import DIGITS


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
