"""What a model must beat to be worth shipping: the base rate, and plain one-hot logistic regression."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from mainstay.evidence.headline import Measure
from mainstay.evidence.tally import tally
from mainstay.pipeline.families import plain_logistic
from mainstay.rows.contract import Column


def baselines(
    columns: tuple[Column, ...],
    train: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    measures: dict[str, Measure],
) -> dict[str, dict[str, float]]:
    """Measures on the test of what only the training rows taught; each side is (X [rows, features], outcome)."""
    (X, outcome), (rows, truth) = train, test
    plain = plain_logistic.fit(X, outcome, columns)
    scored = {
        "always_base_rate": np.full(len(truth), outcome.mean()),
        "plain_logistic": expit(plain.log_odds(rows)),
    }
    return {name: {m: float(of(tally(truth, score))) for m, of in measures.items()} for name, score in scored.items()}
