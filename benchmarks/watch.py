"""The watch on a million logged predictions: time and memory of the command, from start to end.

Twelve months of customers, each scored a month by the released model, with drift against the training rows; two
releases compared. The rows are test rows drawn again under ids of their own, the outcomes are drawn by their scores.
Run after `dvc repro`: .venv/bin/python benchmarks/watch.py [predictions]
"""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import pandas
import pyarrow
import pyarrow.parquet as pq

import mainstay  # noqa: F401  fixes threads before the rest loads
from mainstay.model.file import Model
from mainstay.rows.prediction_log_file import VALUE
from mainstay.rows.pseudonym import make_key, pseudonyms, read_key
from mainstay.trust import lineup as lineups
from mainstay.trust.lineup import Lineup

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/release")]
from watched_shop import manifest, served  # noqa: E402  the tests know how to make a lineup

PREDICTIONS = 1_000_000
MONTHS = 12
WANTED_S, WANTED_MB = 20.0, 1500
RELEASE, BEFORE = "v1.1.0", "v1.0.0"


def main() -> None:
    predictions = int(sys.argv[1]) if len(sys.argv) > 1 else PREDICTIONS
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:  # a child's peak begins at its parent's
            pool.submit(scene, Path(folder), predictions).result()
        first_s, cpu_s, mb = timed(Path(folder))
        again_s, again_cpu_s, _ = timed(Path(folder))
    print(f"{predictions:,} logged predictions, {MONTHS} windows, two models, drift of the newest days")
    print(f"mainstay watch, all windows new   {first_s:6.1f} s ({cpu_s:.1f} s of CPU), {mb:,.0f} MB")
    print(f"mainstay watch, none new          {again_s:6.1f} s ({again_cpu_s:.1f} s of CPU)")
    print(f"wanted                            {WANTED_S:6.1f} s, {WANTED_MB} MB")
    assert predictions < PREDICTIONS or (first_s <= WANTED_S and mb <= WANTED_MB)


def scene(folder: Path, predictions: int) -> None:
    """A log, outcomes and a lineup of the same model twice, below `folder`."""
    make_key(folder / "key")
    (folder / "outcomes").mkdir()
    for release in (RELEASE, BEFORE):
        (folder / "lineup" / release).mkdir(parents=True)
        data = (ROOT / "data/model.onnx").read_bytes()
        (folder / "lineup" / release / lineups.MODEL).write_bytes(data)
        (folder / "lineup" / release / lineups.MANIFEST).write_bytes(msgspec.json.encode(manifest(release, data)))
    history = [served(1, BEFORE, "2023-11-01"), served(2, RELEASE, "2023-12-15")]
    lineup = Lineup(channel="production", current=RELEASE, previous=BEFORE, history=history)
    (folder / "lineup" / lineups.FILE).write_bytes(lineups.encode(lineup))
    test = pandas.read_parquet(ROOT / "data/test.parquet")
    for n in range(MONTHS):
        month(folder, n, predictions // MONTHS, test)


def month(folder: Path, n: int, rows: int, test: pandas.DataFrame) -> None:
    random, day = np.random.default_rng(n), datetime.date(2024, 1 + n, 1)
    model, key = Model.load(ROOT / "data/model.onnx"), read_key(folder / "key")
    contract = model.contract
    drawn = test.iloc[random.integers(len(test), size=rows)].reset_index(drop=True)
    score = model.score(drawn).astype(np.float64)
    ids = [f"C{n:02}{i:08}" for i in range(rows)]
    at = datetime.datetime.combine(day, datetime.time(9), datetime.UTC)
    apart = pandas.to_datetime(pandas.Series([day] * rows)) - pandas.to_datetime(drawn[contract.observed_on])
    columns = {c.name: _moved(drawn[c.name], apart) if c.kind == "date" else drawn[c.name] for c in contract.used}
    table = {
        "release": pyarrow.array([RELEASE] * rows),
        "scored_at": pyarrow.array([at] * rows, pyarrow.timestamp("us", "UTC")),
        "customer": pyarrow.array(pseudonyms(key)(ids)),
        "observed_on": pyarrow.array([day] * rows, pyarrow.date32()),
        "score": pyarrow.array(score),
    } | {VALUE + name: pyarrow.array(values, from_pandas=True) for name, values in columns.items()}
    (folder / f"log/day={day}").mkdir(parents=True)
    pq.write_table(pyarrow.table(table), folder / f"log/day={day}/segment.parquet")
    left = (random.random(rows) < score).astype(int)
    told = pandas.DataFrame({contract.id: ids, contract.observed_on: day, contract.outcome.column: left})
    told.to_parquet(folder / f"outcomes/{day:%Y-%m}.parquet", index=False)


def timed(folder: Path) -> tuple[float, float, float]:
    """Seconds, seconds of CPU and peak MB of one run of the command."""
    shutil.rmtree(folder / "reports", ignore_errors=True)
    paths = {"log": "log", "outcomes": "outcomes", "lineup": "lineup", "key-file": "key", "state": "state.json"}
    command = [str(Path(sys.executable).parent / "mainstay"), "watch", "--to", str(folder / "reports")]
    command += [text for name, at in paths.items() for text in (f"--{name}", str(folder / at))]
    command += ["--as-of", "2025-03-01", "--reference", "data/train.parquet"]
    begin = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode in (0, 1)
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _moved(dates: pandas.Series, apart: pandas.Series) -> pandas.Series:
    """Dates as far before the month as they were before their own."""
    return (pandas.to_datetime(dates) + apart).dt.date


if __name__ == "__main__":
    main()
