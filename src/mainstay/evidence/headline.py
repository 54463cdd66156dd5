"""The measures that are reported of every scored table, by the names they have in metrics/."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mainstay.evidence.measures import (
    average_precision,
    base_rate,
    brier,
    calibration_error,
    lift_top_decile,
    log_loss,
    roc_auc,
)
from mainstay.evidence.profit import empc, profit_per_customer
from mainstay.evidence.tally import Tally
from mainstay.params import Profit

Measure = Callable[[Tally], np.ndarray]


def headline(bins: int, campaign: Profit) -> dict[str, Measure]:
    """Name -> measure; `bins` is for the calibration error, money is in EUR a customer."""
    return {
        "roc_auc": roc_auc,
        "average_precision": average_precision,
        "log_loss": log_loss,
        "brier": brier,
        "calibration_error": lambda t: calibration_error(t, bins),
        "lift_top_decile": lift_top_decile,
        "profit_per_customer": lambda t: profit_per_customer(t, campaign),
        "empc": lambda t: empc(t, campaign),
        "base_rate": base_rate,
    }
