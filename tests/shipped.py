"""Models small enough to be drawn up by hand, with rows whose scores are known: what releases are made of in tests."""

import hashlib

import numpy as np

from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble, Tree
from mainstay.rows.contract import Column, Contract, Outcome

CONTRACT = Contract(
    id="customer_id",
    observed_on="observed_on",
    outcome=Outcome("churned", None, "1", "0", None, 30, 0),
    blanks=("",),
    treated=None,
    columns=(
        Column("tenure_months", "integer", min=0, max=600),
        Column("plan", "category", values=("monthly", "yearly"), missing=0.2),
        Column("renewed_on", "date", missing=1.0),
    ),
)
ROWS = (
    {"tenure_months": 1, "plan": "monthly", "renewed_on": None, "observed_on": "2024-06-01"},
    {"tenure_months": 30, "plan": None, "renewed_on": "2024-01-01", "observed_on": "2024-06-01"},
)


def model(level: float) -> bytes:
    """A model file; each level is a model of its own. Short tenure raises churn, a late renewal lowers it."""
    return to_onnx(Ensemble(0.0, (_stump(0, 12.0, level), _stump(2, 100.0, -level / 2)), 3), CONTRACT, {"level": level})


def scored(data: bytes) -> list[float]:
    """The scores of ROWS by a model file."""
    from mainstay.model.selftest import typed

    loaded = Model.from_bytes(data)
    return [loaded.score_one(typed(row, loaded.contract)) for row in ROWS]


def golden(data: bytes) -> list[tuple[dict[str, object], float]]:
    return list(zip(ROWS, scored(data), strict=True))


def digests(data: bytes) -> dict[str, object]:
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return {"md5": md5, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _stump(feature: int, threshold: float, value: float) -> Tree:
    nodes = [(feature, threshold, False, 1, 2, 0.0), (-1, 0, False, -1, -1, value), (-1, 0, False, -1, -1, -value)]
    kinds = (np.int32, np.float32, bool, np.int32, np.int32, np.float64)
    return Tree(*(np.array(column, dtype=kind) for column, kind in zip(zip(*nodes, strict=True), kinds, strict=True)))
