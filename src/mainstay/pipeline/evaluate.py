"""Stage evaluate: what the model file is worth on the test rows; the training rows serve for the baselines only."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mainstay import params as parameters
from mainstay.evidence.headline import Measure, headline
from mainstay.evidence.intervals import LEVEL, intervals
from mainstay.evidence.measures import true_positive_rate
from mainstay.evidence.slices import measure, slices
from mainstay.evidence.tally import tally
from mainstay.model.file import Model
from mainstay.params import Evaluate
from mainstay.pipeline.baselines import baselines
from mainstay.pipeline.importance import importance
from mainstay.pipeline.plot_data import plot_data
from mainstay.pipeline.stage import start
from mainstay.refusal import Refusal
from mainstay.rows.judged import Judged, judged
from mainstay.rows.matrix import matrix
from mainstay.rows.table import read_frame, write_frame, write_json

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Scored:
    """Rows to judge by and their scores; `threshold` is the score from which the team contacts a customer."""

    rows: Judged
    score: np.ndarray
    threshold: float


def run(
    *,
    params: Path,
    model: Path,
    train: Path,
    test: Path,
    metrics: Path,
    intervals: Path,
    baselines: Path,
    slices: Path,
    importance: Path,
    plots: Path,
) -> None:
    """Write all measures, all or nothing; raises Refusal where the test cannot tell leavers from stayers."""
    settings, campaign = parameters.load(params, "evaluate"), parameters.load(params, "profit")
    loaded = Model.load(model)
    rows = judged(read_frame(test), loaded.contract, test)
    X = matrix(rows.frame, loaded.contract)
    scored = Scored(rows, loaded.score_matrix(X).astype(np.float64), operating_point(loaded, model))
    measures = headline(settings.calibration_bins, campaign)
    _tell(f"{len(rows.outcome):,} test rows, {settings.resamples:,} resamples for intervals")
    documents = {
        metrics: evaluation(scored, measures),
        intervals: uncertainty(scored, measures, settings),
        baselines: compared(loaded, train, (X, rows.outcome), measures),
    }
    tables = {slices: by_slice(scored, loaded, settings), importance: leaning(scored, X, loaded, settings)}
    points = plot_data(tally(rows.outcome, scored.score), scored.threshold, settings.calibration_bins, campaign)
    tables |= {plots / f"{name}.csv": table for name, table in points.items()}
    _write(documents, tables)


def operating_point(model: Model, source: Path) -> float:
    """The score from which a customer is contacted, as the model file says. Raises Refusal where it does not."""
    threshold = model.about.get("operating_point")
    if not isinstance(threshold, float | int) or not 0 <= threshold <= 1:
        raise Refusal(f"{source}: operating_point is {threshold!r}, wanted a probability; run `dvc repro train`")
    return float(threshold)


def evaluation(scored: Scored, measures: dict[str, Measure]) -> dict[str, object]:
    """Each measure, flat, with what it was measured on."""
    counts = {"rows": len(scored.score), "positives": int(scored.rows.outcome.sum())}
    counts["customers"] = len(np.unique(scored.rows.customer))
    t = tally(scored.rows.outcome, scored.score)
    found = {"operating_point": scored.threshold, "true_positive_rate": float(true_positive_rate(t, scored.threshold))}
    return {name: float(of(t)) for name, of in measures.items()} | found | counts | {"measured_on": scored.rows.on}


def uncertainty(scored: Scored, measures: dict[str, Measure], settings: Evaluate) -> dict[str, object]:
    """The interval of each measure."""
    rows, score = scored.rows, scored.score
    found = intervals(measures, rows.outcome, score, rows.customer, settings.resamples, settings.seed)
    return {name: asdict(interval) for name, interval in found.items()} | {
        "level": LEVEL,
        "resamples": settings.resamples,
    }


def compared(
    model: Model, train: Path, test: tuple[np.ndarray, np.ndarray], measures: dict[str, Measure]
) -> dict[str, dict[str, float]]:
    """The same measures for the baselines."""
    known = judged(read_frame(train), model.contract, train)
    return baselines(model.contract.features, (matrix(known.frame, model.contract), known.outcome), test, measures)


def by_slice(scored: Scored, model: Model, settings: Evaluate) -> list[dict[str, object]]:
    """Figures of the whole, then of each declared slice in the contract's order."""
    outcome, score = scored.rows.outcome, scored.score
    whole = {"column": "(all)", "value": "(all)"} | measure(outcome, score, scored.threshold, 1)
    return [whole] + [
        {"column": s.column, "value": s.value}
        | measure(outcome[s.member], score[s.member], scored.threshold, settings.slice_min_positives)
        for s in slices(scored.rows.frame, model.contract)
    ]


def leaning(scored: Scored, X: np.ndarray, model: Model, settings: Evaluate) -> list[dict[str, object]]:
    """What each feature is worth to the model."""
    names = [c.name for c in model.contract.features]
    contributions = model.contributions(X)
    return importance(
        names, X, scored.rows.outcome, model.score_matrix, contributions, settings.permutations, settings.seed
    )


def _tell(line: str) -> None:
    print(f"evaluate: {line}", file=sys.stderr, flush=True)


def _write(documents: dict[Path, object], tables: dict[Path, list[dict[str, object]]]) -> None:
    for path, document in documents.items():
        write_json(document, path)
    for path, rows in tables.items():
        write_frame(_frame(rows), path)


def _frame(rows: list[dict[str, object]]) -> pandas.DataFrame:
    import pandas

    return pandas.DataFrame(rows)


if __name__ == "__main__":
    start(run)
