"""Stage train: training rows -> the model file, of the family that cross-validation on those rows alone chose.

Offers change outcomes, so treated customers' rows are neither fitted nor measured, unless params say otherwise;
they are scored for the operating point, which is a share of all customers.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit

from mainstay import params as parameters
from mainstay.model.export import to_onnx
from mainstay.model.parity import TOLERANCE, check_parity
from mainstay.model.trees import Ensemble, blended, scaled
from mainstay.params import Train
from mainstay.pipeline.families.blend import families, mixed
from mainstay.pipeline.stage import start
from mainstay.pipeline.training.cross_validation import FITS
from mainstay.pipeline.training.probes import probes
from mainstay.pipeline.training.record import about, record
from mainstay.pipeline.training.rows import TrainingRows, training_rows
from mainstay.pipeline.training.selection import Chosen, choose
from mainstay.rows import contract_file
from mainstay.rows.contract import Column
from mainstay.rows.matrix import matrix
from mainstay.rows.table import read_frame, read_json, replacing, write_json


@dataclass(frozen=True)
class Fitted:
    """The chosen family on all training rows, as trees, and what scikit-learn says the probability is."""

    ensemble: Ensemble
    probability: Callable[[np.ndarray], np.ndarray]


def run(*, params: Path, contract: Path, train: Path, split: Path, model: Path, metrics: Path) -> None:
    """Write the model file and what is known of it; nothing where its parity with scikit-learn fails."""
    settings, profit = parameters.load(params, "train"), parameters.load(params, "profit")
    terms, side = contract_file.load(contract), read_json(split)
    rows = training_rows(read_frame(train), matrix(train, terms), terms, settings)
    chosen = choose(rows, terms, settings, profit, _tell)
    fitted = fit(rows, terms.features, settings, chosen)
    data = to_onnx(fitted.ensemble, terms, about(rows, settings, chosen, side))
    tried = np.concatenate([rows.X, probes(rows.X, terms.features)])
    check_parity(data, tried, fitted.probability(tried))
    with replacing(model) as fresh:
        fresh.write_bytes(data)
    shipped = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "trees": len(fitted.ensemble.trees)}
    parity = {"rows": len(tried), "within": TOLERANCE}
    write_json(record(rows, settings, chosen) | {"model": shipped, "parity": parity}, metrics)


def fit(rows: TrainingRows, columns: tuple[Column, ...], settings: Train, chosen: Chosen) -> Fitted:
    """The chosen family on every kept row, its calibration folded in."""
    shares, sigmoid = families(settings)[chosen.family], chosen.calibration.sigmoid
    parts = {part: FITS[part](rows.X[rows.kept], rows.y[rows.kept], columns, settings) for part in shares}
    ensemble = blended([parts[part].ensemble() for part in shares], list(shares.values()))

    def probability(X: np.ndarray) -> np.ndarray:
        return expit(sigmoid(mixed({part: fitted.log_odds(X) for part, fitted in parts.items()}, shares)))

    return Fitted(scaled(ensemble, sigmoid.slope, sigmoid.intercept), probability)


def _tell(line: str) -> None:
    print(f"train: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    start(run)
