"""Stage stress: does the model file, as it is shipped, behave when rows change?

A verdict that is not pass is written and said, but does not stop the pipeline: the gate goes by it.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from mainstay import params as parameters
from mainstay.model.file import Model
from mainstay.pipeline.behaviour import Check, Subject, checks, verdict
from mainstay.pipeline.stage import start
from mainstay.rows.judged import judged
from mainstay.rows.table import read_frame, write_json
from mainstay.verdict import Verdict


def run(*, params: Path, model: Path, test: Path, metrics: Path) -> None:
    """Write the verdict and every check's figure to `metrics`."""
    settings, loaded = parameters.load(params, "stress"), Model.load(model)
    rows = judged(read_frame(test), loaded.contract, test)
    drawn = draw(len(rows.outcome), settings.rows, settings.seed)
    frame, outcome = rows.frame.iloc[drawn].reset_index(drop=True), rows.outcome[drawn]
    found = checks(Subject(loaded.score, loaded.score_one, frame, outcome, loaded.contract), settings)
    answer = verdict(found)
    write_json(report(found, answer, len(drawn)), metrics)
    if answer.answer != "pass":
        print(f"stress: {answer.answer}: {'; '.join(answer.reasons)} (see {metrics})", file=sys.stderr)


def draw(rows: int, wanted: int, seed: int) -> np.ndarray:
    """Which rows are tried: `wanted` of them at random, in their own order, or all there are."""
    return np.sort(np.random.default_rng(seed).choice(rows, min(rows, wanted), replace=False))


def report(found: dict[str, Check], answer: Verdict, rows: int) -> dict[str, object]:
    """What metrics/stress.json says."""
    return {"verdict": answer.as_dict(), "rows": rows, "checks": {name: asdict(check) for name, check in found.items()}}


if __name__ == "__main__":
    start(run)
