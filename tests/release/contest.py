"""A contest small enough to be drawn up by hand: customers in bands, and models that say a probability a band.

`champion_band` and `candidate_band` are plain features, so that a model file of one tree can give each band any
score, and a candidate can be crafted that is worse in one respect alone.
"""

from __future__ import annotations

import datetime

import msgspec
import numpy as np
import pandas as pd
from imports import ROOT

from mainstay import params
from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble, Tree
from mainstay.release.judge import Contestant, Question, Rows, Terms
from mainstay.rows.contract import Column, Contract, Outcome

DAY = datetime.date(2024, 6, 1)
SPLIT = {"kind": "time", "train_until": "2024-05-01", "test_from": "2024-06-01"}  # known by 31 May
GATE = msgspec.structs.replace(params.load(ROOT / "params.yaml", "gate"), resamples=200)
PROFIT = params.load(ROOT / "params.yaml", "profit")
PASSED = {"answer": "pass", "reasons": []}

OUTCOME = Outcome("churned", None, "1", "0", None, 30, 0)
BANDS = (Column("champion_band", "integer", min=0, max=99), Column("candidate_band", "integer", min=0, max=99))
CONTRACT = Contract("customer", "day", OUTCOME, (), None, BANDS)
SLICED = Contract(
    "customer", "day", OUTCOME, (), None, (*BANDS, Column("region", "category", "slice", values=("n", "s")))
)


def table(*groups):
    """Rows of `(count, leavers, champion_band, candidate_band[, region])`, one customer a row."""
    rows = [
        (champion, candidate, *region, int(i < leavers))
        for count, leavers, champion, candidate, *region in groups
        for i in range(count)
    ]
    names = ["champion_band", "candidate_band", *(["region"] if len(rows[0]) == 4 else []), "churned"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(customer=[f"C{i:06d}" for i in range(len(frame))], day=DAY)


def model_bytes(whose, scores, contract=CONTRACT, **about):
    """A model that gives band 0, 1 ... of `whose` the probabilities in `scores`."""
    names = [column.name for column in contract.features]
    feature = names.index(whose)
    log_odds = np.log(np.array(scores) / (1 - np.array(scores)))
    return to_onnx(Ensemble(0.0, (chain(feature, log_odds),), len(names)), contract, {"split": SPLIT} | about)


def chain(feature, values):
    """A tree that asks band by band: 0 or more, 1 or more ..."""
    nodes = []
    for band, value in enumerate(values[:-1]):
        nodes += [(feature, band + 0.5, False, 2 * band + 1, 2 * band + 2, 0.0), (-1, 0.0, False, -1, -1, value)]
    nodes.append((-1, 0.0, False, -1, -1, values[-1]))
    types = (np.int32, np.float32, bool, np.int32, np.int32, np.float64)
    return Tree(*(np.array(c, dtype=kind) for c, kind in zip(zip(*nodes, strict=True), types, strict=True)))


def metrics(digest, **changes):
    """What lies in the metrics/ of a sound candidate."""
    figures = ("roc_auc", "average_precision", "log_loss", "brier", "calibration_error", "lift_top_decile")
    verdicts = {stage: {"verdict": PASSED} for stage in ("data_quality", "split", "stress")}
    own = {"training": {"model": {"sha256": digest}}, "evaluation": dict.fromkeys(figures, 0.5)}
    return verdicts | own | changes


def question(frame, champion, candidate, contract=CONTRACT, gate=GATE, obstacle=None, **changes):
    """Two models' bytes (the champion's may be None) on a table; `changes` are laid over the candidate's metrics."""
    model = Model.from_bytes(candidate)
    return Question(
        Terms(contract, gate, PROFIT),
        Rows(frame, "digest of the rows", "data/test.parquet"),
        Model.from_bytes(champion) if champion else None,
        Contestant(model, len(candidate)),
        metrics(model.digest, **changes),
        obstacle,
    )
