"""The file scores as the fitted model does: by our own scorer, and by onnxruntime from the same bytes."""

from __future__ import annotations

import numpy as np

from mainstay.model.file import Model
from mainstay.refusal import Refusal

TOLERANCE = 1e-6
"""Biggest difference of a probability: a few roundings of float32."""


def check_parity(data: bytes, X: np.ndarray, expected: np.ndarray, tolerance: float = TOLERANCE) -> float:
    """The biggest difference from `expected` probabilities [n] over the rows of the float32 matrix X [n, F].

    Raises Refusal that names scorer and row where it is above the tolerance.
    """
    if not len(X) or len(X) != len(expected):
        raise ValueError(f"parity: saw {len(X)} rows and {len(expected)} probabilities, wanted as many, and some")
    found = {"mainstay": Model.from_bytes(data).score_matrix(X), "onnxruntime": _onnxruntime(data, X)}
    return max(_check(name, scores, expected, tolerance) for name, scores in found.items())


def _check(name: str, scores: np.ndarray, expected: np.ndarray, tolerance: float) -> float:
    gaps = np.abs(scores.astype(np.float64) - expected)
    worst = int(np.argmax(gaps))  # a NaN counts as the biggest
    if not gaps[worst] <= tolerance:
        raise Refusal(
            f"model: {name} scores row {worst} as {scores[worst]:.9f}, the fitted model as {expected[worst]:.9f}; "
            f"wanted at most {tolerance:g} between them; nothing is written"
        )
    return float(gaps[worst])


def _onnxruntime(data: bytes, X: np.ndarray) -> np.ndarray:
    import onnxruntime  # heavy, and for training only

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(["probability"], {"features": X})[0][:, 0]
