"""Scoring a book of customers, Parquet to scored Parquet: `mainstay score` against scikit-learn's own pipeline.

    python benchmarks/batch.py                 1,000,000 rows
    python benchmarks/batch.py 100000          as many rows as named

The rows of benchmarks/score.py: 19 columns, with missing and unseen values. The pipeline gets them as a DataFrame, as
it was fitted. Each side is a process of its own, started anew; seconds are wall clock from start to end, memory its
peak; each is the better of two runs, and the two sides take turns. `mainstay score` judges all rows by the contract
on the way, and lists the contact decision, the expected profit and the release too.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PARAMS = Path(__file__).parents[1] / "params.yaml"
MAINSTAY = Path(sys.executable).with_name("mainstay")
PEER = """
import pickle, sys
import pandas as pd
with open(sys.argv[1], "rb") as file:
    pipeline = pickle.load(file)
rows = pd.read_parquet(sys.argv[2])
probability = pipeline.predict_proba(rows)[:, 1]
pd.DataFrame({"id": rows["id"], "probability": probability}).to_parquet(sys.argv[3])
"""
WANTED = {"logistic": 20, "boosting": 5}
MEMORY = 4
REASONS = 3


def main() -> None:
    """Print a table: seconds and megabytes of both sides, and their ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{rows:,} rows{'s':>33} {'MB':>6} {'their s':>8} {'MB':>6}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        apart(models, Path(folder), rows)
        for name in WANTED:
            ours, theirs = compared(Path(folder), name)
            ratios = f"{theirs[0] / ours[0]:.1f}x faster (at least {WANTED[name]})"
            ratios += f", {theirs[1] / ours[1]:.1f}x less memory (at least {MEMORY})"
            print(f"{name:37}{ours[0]:6.2f} {ours[1]:6.0f} {theirs[0]:8.2f} {theirs[1]:6.0f}   {ratios}", flush=True)
            apart(differences, Path(folder))
            s, mb = measured([*ours_of(Path(folder), name), "--explain", str(REASONS)])
            print(f"{name + f', {REASONS} reasons each':37}{s:6.2f} {mb:6.0f}", flush=True)


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


def compared(folder: Path, name: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Seconds and megabytes of Mainstay, and of scikit-learn."""
    peer = [sys.executable, "-c", PEER, folder / f"{name}.pickle", folder / "rows.parquet", folder / "theirs.parquet"]
    turns = [(measured(ours_of(folder, name)), measured(peer)) for _ in range(2)]
    ours, theirs = zip(*turns, strict=True)
    return min(ours), min(theirs)


def ours_of(folder: Path, name: str) -> list[object]:
    files = [folder / "rows.parquet", folder / "ours.parquet"]
    return [MAINSTAY, "score", *files, "--model", folder / f"{name}.onnx", "--params", PARAMS]


def measured(command: list[object]) -> tuple[float, float]:
    """Wall-clock seconds and peak megabytes of a command; raises where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{command[0]} ended with status {status}: {said}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


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
