"""What the rules of the gate go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mainstay.evidence.compare import Comparison

TITLES = {
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
    "profit_per_customer": "profit per customer",
    "lift_top_decile": "lift of the top tenth",
}
"""How measures are called in sentences."""


@dataclass(frozen=True)
class Facts:
    """All that rules go by. `comparison` is None where there is no champion.

    `alone` holds the candidate's own measures; `metrics` what is in its metrics/, by stage, None where a file is
    not there; `slices_wanted` names the slice columns of the contract, `slices_found` those that the rows have.
    """

    comparison: Comparison | None
    alone: Mapping[str, float]
    metrics: Mapping[str, Mapping[str, object] | None]
    digest: str
    us_a_row: float
    model_bytes: int
    slices_wanted: tuple[str, ...] = ()
    slices_found: tuple[str, ...] = ()
