"""A model that is bad in a way that happens: a join went wrong, and half of its columns are other customers'."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import numpy as np

from mainstay import params as numbers
from mainstay.pipeline import train
from mainstay.replay.candidates import Candidate, Stopped, Task
from mainstay.rows import contract_file
from mainstay.rows.table import read_frame, write_frame


def spoiled(task: Task, candidate: Candidate | Stopped) -> bytes | None:
    """Trained on the candidate's rows, every second feature shuffled among customers; None where there are none."""
    if isinstance(candidate, Stopped):
        return None
    bad = replace(task, folder=task.folder / "bad")
    features = [column.name for column in contract_file.load(task.contract).features][::2]
    rows = read_frame(candidate.folder / "train.parquet")
    random = np.random.default_rng(numbers.load(task.params, "train").seed)
    shuffled = rows[features].iloc[random.permutation(len(rows))].set_axis(rows.index)
    write_frame(rows.assign(**{name: shuffled[name] for name in features}), bad.folder / "train.parquet")
    model = bad.folder / "model.onnx"
    with contextlib.redirect_stderr(io.StringIO()):
        train.run(
            params=task.params,
            contract=task.contract,
            train=bad.folder / "train.parquet",
            split=candidate.folder / "split.json",
            model=model,
            metrics=bad.folder / "training.json",
        )
    return model.read_bytes()
