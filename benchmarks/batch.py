"""Scoring a book of customers, Parquet to scored Parquet: `mainstay score` against scikit-learn's own pipeline.

    python benchmarks/batch.py                 1,000,000 rows
    python benchmarks/batch.py 100000          as many rows as named

The rows of benchmarks/score.py: 19 columns, with missing and unseen values. The pipeline gets them as a DataFrame, as
it was fitted. Each side is a process of its own, started anew; memory is its peak. Seconds are wall clock, told
twice: `file to file`, from before the rows are read to after the list is written, with everything imported and, on
scikit-learn's side, its model loaded; and `whole process`, from the command's start to its end. Each is the better of
three runs, and the sides take turns. Mainstay judges all rows by the contract on the way, and lists the contact
decision, the expected profit and the release too.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PARAMS = Path(__file__).parents[1] / "params.yaml"
MAINSTAY = Path(sys.executable).with_name("mainstay")
PEER = """
import pickle, sys, time
import pandas as pd
with open(sys.argv[1], "rb") as file:
    pipeline = pickle.load(file)
start = time.perf_counter()
rows = pd.read_parquet(sys.argv[2])
probability = pipeline.predict_proba(rows)[:, 1]
pd.DataFrame({"id": rows["id"], "probability": probability}).to_parquet(sys.argv[3])
print(time.perf_counter() - start)
"""
OURS = """
import contextlib, sys, time
from pathlib import Path
from mainstay.serving import batch
model, rows, scored, params = map(Path, sys.argv[1:])
start = time.perf_counter()
batch.run(batch.Asked(rows, scored, model, params), lambda *_: contextlib.nullcontext(lambda read: None))
print(time.perf_counter() - start)
"""
WANTED = {"logistic": 20, "boosting": 5}
MEMORY = 4
REASONS = 3


def main() -> None:
    """Print a table: seconds and megabytes of both sides, and their ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{rows:,} rows{'s':>33} {'their s':>8} {'faster':>7}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        apart(models, Path(folder), rows)
        for name in WANTED:
            book, command, peer = compared(Path(folder), name)
            told(f"{name}, file to file", book.inside_s, peer.inside_s, f" (at least {WANTED[name]})")
            told(f"{name}, whole process", command.s, peer.s)
            less = f"{peer.mb / command.mb:.1f}x less memory (at least {MEMORY})"
            print(f"    {command.mb:.0f} MB against {peer.mb:.0f}: {less}", flush=True)
            apart(differences, Path(folder))
            explained = measured([*command_of(Path(folder), name), "--explain", str(REASONS)])
            print(
                f"    whole process with {REASONS} reasons each: {explained.s:.2f} s, {explained.mb:.0f} MB", flush=True
            )


def told(what: str, ours_s: float, their_s: float, wanted: str = "") -> None:
    print(f"{what:39}{ours_s:6.2f} {their_s:8.2f} {their_s / ours_s:6.1f}x{wanted}", flush=True)


def models(folder: Path, rows: int) -> None:
    """Write the book of customers, and each model as Mainstay's file and as scikit-learn's."""
    import score

    frame, churned = score.customers(rows, seed=7)
    known = frame.head(score.FIT_ROWS)
    boosting, logistic = (
        score.fitted(make(), known, churned) for make in (score.boosting_pipeline, score.logistic_pipeline)
    )
    about = {"operating_point": 0.5}
    for name, pipeline, ensemble in (
        ("boosting", boosting, score.from_boosting(boosting[-1])),
        ("logistic", logistic, score.logistic_steps(logistic, known)),
    ):
        (folder / f"{name}.onnx").write_bytes(score.to_onnx(ensemble, score.contract(), about))
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(pipeline))
    frame.insert(0, "id", [f"C{i:09d}" for i in range(rows)])
    frame.to_parquet(folder / "rows.parquet")


class Measured(NamedTuple):
    """The process's wall-clock seconds and peak megabytes, and the seconds that it told itself."""

    s: float
    mb: float
    inside_s: float


def compared(folder: Path, name: str) -> list[Measured]:
    """Mainstay by its function and by its command, and scikit-learn."""
    rows = folder / "rows.parquet"
    book = [sys.executable, "-c", OURS, folder / f"{name}.onnx", rows, folder / "ours.parquet", PARAMS]
    peer = [sys.executable, "-c", PEER, folder / f"{name}.pickle", rows, folder / "theirs.parquet"]
    turns = [[measured(side) for side in (book, command_of(folder, name), peer)] for _ in range(3)]
    return [Measured(*map(min, zip(*side, strict=True))) for side in zip(*turns, strict=True)]


def command_of(folder: Path, name: str) -> list[object]:
    files = [folder / "rows.parquet", folder / "ours.parquet"]
    return [MAINSTAY, "score", *files, "--model", folder / f"{name}.onnx", "--params", PARAMS]


def measured(command: list[object]) -> Measured:
    """What a command took; raises where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen([str(w) for w in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{command[0]} ended with status {status}: {said}")
    last = said.split()[-1:]
    inside_s = float(last[0]) if command[1] == "-c" else math.nan
    return Measured(time.perf_counter() - start, usage.ru_maxrss / 1024, inside_s)


def differences(folder: Path) -> None:
    """Print how far the two sides' scores are apart; logistic's differ because Mainstay's numbers are in 64 bins."""
    import pandas as pd

    ours, theirs = (pd.read_parquet(folder / f"{side}.parquet") for side in ("ours", "theirs"))
    gaps = (ours["probability"] - theirs["probability"]).abs()
    assert ours["id"].tolist() == theirs["id"].tolist()
    print(f"    difference of a probability: mean {gaps.mean():.1g}, biggest {gaps.max():.1g}")


def apart(function: Callable[..., None], *given: object) -> None:
    """Call in a process of its own: a child's peak counts what its parent held, so this process stays small."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=given)
    process.start()
    process.join()
    assert process.exitcode == 0


if __name__ == "__main__":
    main()
