"""A model that is bad in a way that happens: a join went wrong, and half of its columns are other customers'."""

from __future__ import annotations

import contextlib
import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from mainstay import params as numbers
from mainstay.replay.candidates import Candidate, Stopped, Task, modelled
from mainstay.rows import contract_file
from mainstay.rows.contract import Contract
from mainstay.rows.table import read_frame, write_frame

KEPT = ("data_quality.json", "split.json", "test.parquet")
"""What the bad model shares with the good one of its month."""


def spoiled(task: Task, candidate: Candidate | Stopped) -> Candidate | None:
    """Trained on the candidate's rows after a broken join; None where there are none."""
    if isinstance(candidate, Stopped):
        return None
    bad = replace(task, folder=task.folder / "bad")
    bad.folder.mkdir()
    for name in KEPT:
        shutil.copy2(candidate.folder / name, bad.folder / name)
    shutil.copy2(candidate.folder / "train.parquet", bad.folder / "train.parquet")
    seed = numbers.load(task.params, "train").seed
    break_join(bad.folder / "train.parquet", contract_file.load(task.contract), seed)
    with contextlib.redirect_stderr(io.StringIO()):
        return modelled(bad)


def break_join(train: Path, contract: Contract, seed: int) -> None:
    """Shuffle every second feature among the customers of the table, in place."""
    features = [column.name for column in contract.features][::2]
    rows = read_frame(train)
    random = np.random.default_rng(seed)
    shuffled = rows[features].iloc[random.permutation(len(rows))].set_axis(rows.index)
    write_frame(rows.assign(**{name: shuffled[name] for name in features}), train)
