"""What the pipeline makes of what is known on a day: a candidate, or why there is none. The stages themselves run."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from mainstay import params as numbers
from mainstay.evidence.headline import headline
from mainstay.model.file import Model
from mainstay.pipeline import evaluate, split, stress, train, validate
from mainstay.refusal import Refusal
from mainstay.release.case import METRICS
from mainstay.replay.history import RawFile, lay
from mainstay.rows.judged import judged
from mainstay.rows.table import read_frame, read_json, write_json


@dataclass(frozen=True)
class Candidate:
    """A model file's bytes, the metrics that came with it, and the folder of its run, which holds test.parquet."""

    data: bytes
    metrics: Mapping[str, Mapping[str, object]]
    folder: Path


@dataclass(frozen=True)
class Stopped:
    """The run ended before there was a model."""

    why: str


@dataclass(frozen=True)
class Task:
    """One run: the raw files known, the folder that it works in, and the numbers and contract that it goes by."""

    files: tuple[RawFile, ...]
    folder: Path
    params: Path
    contract: Path


def make(task: Task) -> Candidate | Stopped:
    """Validate, split, train, evaluate, stress; of evaluate only the measures, which is all that the gate asks for."""
    lay(task.files, task.folder / "raw")
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return _rows(task) or modelled(task)
    except Refusal as refusal:
        return Stopped(str(refusal).replace(f"{task.folder}/", ""))


def make_all(tasks: Sequence[Task], workers: int) -> Iterator[Candidate | Stopped]:
    """Every task's, in order; they know nothing of one another, so several may run at once."""
    if workers < 2 or len(tasks) < 2:
        yield from map(make, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(make, tasks)


def _rows(task: Task) -> Stopped | None:
    at, given = task.folder, {"params": task.params, "contract": task.contract}
    verdict = validate.run(
        **given,
        raw=at / "raw",
        valid=at / "valid.parquet",
        quarantine=at / "quarantine.parquet",
        metrics=at / "data_quality.json",
    )
    if verdict.answer != "pass":
        return Stopped(f"validate: {verdict.reasons[0]}")
    sides = {side: at / f"{side}.parquet" for side in ("train", "test")}
    verdict = split.run(**given, valid=at / "valid.parquet", metrics=at / "split.json", **sides)
    return None if verdict.answer == "pass" else Stopped(f"split: {verdict.reasons[0]}")


def modelled(task: Task) -> Candidate:
    """The candidate of a folder that has train.parquet, test.parquet and split.json. Raises Refusal."""
    at = task.folder
    train.run(
        params=task.params,
        contract=task.contract,
        train=at / "train.parquet",
        split=at / "split.json",
        model=at / "model.onnx",
        metrics=at / "training.json",
    )
    write_json(_evaluated(task), at / "evaluation.json")
    stress.run(params=task.params, model=at / "model.onnx", test=at / "test.parquet", metrics=at / "stress.json")
    return Candidate((at / "model.onnx").read_bytes(), {name: read_json(at / f"{name}.json") for name in METRICS}, at)


def _evaluated(task: Task) -> dict[str, object]:
    """metrics/evaluation.json; the stage's intervals, slices and plots are for people, and take most of its time."""
    path = task.folder / "model.onnx"
    model = Model.load(path)
    rows = judged(read_frame(task.folder / "test.parquet"), model.contract, task.folder / "test.parquet")
    scored = evaluate.Scored(rows, model.score(rows.frame).astype(np.float64), evaluate.operating_point(model, path))
    bins = numbers.load(task.params, "evaluate").calibration_bins
    return evaluate.evaluation(scored, headline(bins, numbers.load(task.params, "profit")))
