"""Stage truth: the model beside the world that made its data. Simulated data only.

Judged on the untreated rows, as evaluate does: there the true probability is that without an offer.
A verdict that is not pass is written and said, but does not stop the pipeline: the gate goes by it.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mainstay import params as parameters
from mainstay.evidence.measures import calibration_error, log_loss, roc_auc
from mainstay.evidence.tally import Tally, places, tally, weighted
from mainstay.model.file import Model
from mainstay.params import Truth
from mainstay.pipeline.planted import Effect, effects
from mainstay.pipeline.stage import start
from mainstay.refusal import Refusal
from mainstay.rows.contract import Contract
from mainstay.rows.judged import judged
from mainstay.rows.matrix import matrix
from mainstay.rows.table import read_frame, write_json
from mainstay.verdict import Verdict, worst


@dataclass(frozen=True)
class Scored:
    """Rows beside their truth: `outcome` 0 or 1, `score`, `added` (a column a feature), `truth` (p_true, effects)."""

    outcome: np.ndarray
    score: np.ndarray
    added: pd.DataFrame
    truth: pd.DataFrame


def run(*, params: Path, model: Path, test: Path, truth: Path, metrics: Path) -> None:
    """Write the verdict and the figures that it goes by to `metrics`."""
    settings, loaded = parameters.load(params, "truth"), Model.load(model)
    rows = judged(read_frame(test), loaded.contract, test)
    X = matrix(rows.frame, loaded.contract)
    added = pd.DataFrame(loaded.contributions(X), columns=list(loaded.features))
    beside = aligned(rows.frame, read_frame(truth), loaded.contract, truth)
    figures, found, answer = decide(Scored(rows.outcome, loaded.score_matrix(X), added, beside), settings)
    report = {"verdict": answer.as_dict(), "effects": {name: asdict(e) for name, e in found.items()}, **figures}
    write_json(report, metrics)
    if answer.answer != "pass":
        print(f"truth: {answer.answer}: {'; '.join(answer.reasons)} (see {metrics})", file=sys.stderr)


def aligned(rows: pd.DataFrame, truth: pd.DataFrame, contract: Contract, source: object) -> pd.DataFrame:
    """The truth of each row, in the order of the rows. Raises Refusal where a row has none, or two."""
    key = [contract.id, contract.observed_on]
    known = truth.set_index(_keys(truth, key))
    wanted = _keys(rows, key)
    lost = wanted[~wanted.isin(known.index)]
    if len(lost) or known.index.has_duplicates:
        what = f"says nothing of {len(lost)} test rows, the first {lost[0]}" if len(lost) else "has a row twice"
        raise Refusal(f"{source}: {what}; wanted one row for each; run `dvc repro`, or remove the stage truth")
    return known.loc[wanted].reset_index(drop=True)


def decide(scored: Scored, params: Truth) -> tuple[dict[str, float], dict[str, Effect], Verdict]:
    """The figures, each mechanism as the model sees it, and the verdict on both."""
    figures = compared(scored, params.calibration_bins)
    found = effects(scored.added, scored.truth)
    nulls = [e.share for e in found.values() if e.null and not e.absent]
    figures["effects_planted"] = sum(not e.null for e in found.values())
    figures["effects_found"] = sum(_is_found(e, max(nulls, default=np.inf)) for e in found.values())
    figures["largest_null_share"] = max(nulls, default=np.nan)
    return figures, found, worst([_distance(figures, params), _planted(found, nulls), _nulls(found, nulls, params)])


def compared(scored: Scored, bins: int) -> dict[str, float]:
    """Model and true model. `expected` is over all outcomes that the true probabilities allow: no luck is in it."""
    p = scored.truth["p_true"].to_numpy(dtype=np.float64)
    score = np.asarray(scored.score, dtype=np.float64)
    ours, best = _expected(p, score), _expected(p, p)
    return {
        "rows": len(p),
        "calibration_error": float(calibration_error(ours, bins)),
        "roc_auc": float(roc_auc(tally(scored.outcome, score))),
        "roc_auc_of_truth": float(roc_auc(tally(scored.outcome, p))),
        "expected_roc_auc": float(roc_auc(ours)),
        "expected_roc_auc_of_truth": float(roc_auc(best)),
        "regret_auc": float(roc_auc(best) - roc_auc(ours)),
        "regret_log_loss": float(log_loss(ours) - log_loss(best)),
    }


def _expected(p: np.ndarray, score: np.ndarray) -> Tally:
    """Leavers and stayers at each score that the true probabilities lead one to expect."""
    return weighted(p, places(score), np.ones(len(p)))


def _distance(figures: dict[str, float], params: Truth) -> Verdict:
    limits = {
        "calibration_error": params.max_calibration_error,
        "regret_auc": params.max_regret_auc,
        "regret_log_loss": params.max_regret_log_loss,
    }
    beyond = [f"{k} is {figures[k]:.4f}, above {limit}" for k, limit in limits.items() if not figures[k] <= limit]
    return Verdict("fail", tuple(beyond)) if beyond else Verdict("pass")


def _planted(found: dict[str, Effect], nulls: list[float]) -> Verdict:
    """Every planted effect moves scores, in its own direction, and by more than what has no effect."""
    if not nulls:
        return Verdict("inconclusive", ("no null feature is in the model, so planted effects have nothing to beat",))
    lost = [_lost(name, e) for name, e in found.items() if not e.null and not _is_found(e, max(nulls))]
    return Verdict("fail", tuple(lost)) if lost else Verdict("pass")


def _is_found(effect: Effect, floor: float) -> bool:
    return not effect.null and not effect.absent and effect.share > floor and effect.agreement > 0


def _lost(name: str, effect: Effect) -> str:
    if effect.absent:
        return f"planted effect {name}: {', '.join(effect.absent)} is not in the model"
    return f"planted effect {name} is not found: share {effect.share:.4f}, agreement {effect.agreement:.2f}"


def _nulls(found: dict[str, Effect], nulls: list[float], params: Truth) -> Verdict:
    """What has no effect moves scores by next to nothing."""
    limit = params.null_importance_share
    loud = [
        f"null feature {n} has a share of {e.share:.4f}, above {limit}" for n, e in found.items() if _loud(e, limit)
    ]
    if not nulls:
        return Verdict("inconclusive", ("no null feature is in the model",))
    return Verdict("fail", tuple(loud)) if loud else Verdict("pass")


def _loud(effect: Effect, limit: float) -> bool:
    return effect.null and not effect.share <= limit


def _keys(frame: pd.DataFrame, key: list[str]) -> pd.MultiIndex:
    """Id and day, whatever type the day was read as."""
    days = pd.to_datetime(frame[key[1]]).to_numpy(dtype="datetime64[D]").astype(str)
    return pd.MultiIndex.from_arrays([frame[key[0]].astype(str), days])


if __name__ == "__main__":
    start(run)
