"""A family as shares of fitted parts: their log-odds, averaged. A family of one part is that part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mainstay.params import Train

Shares = Mapping[str, float]
"""Weight of each part; they add up to 1."""


def families(params: Train) -> dict[str, Shares]:
    """The families to choose from, simplest first."""
    weight = params.blend.boosting_weight
    return {
        "logistic": {"logistic": 1.0},
        "boosting": {"boosting": 1.0},
        "blend": {"logistic": 1.0 - weight, "boosting": weight},
    }


def mixed(log_odds: Mapping[str, np.ndarray], shares: Shares) -> np.ndarray:
    """The weighted mean of the parts' log-odds, float64 [n]."""
    return sum(share * log_odds[part] for part, share in shares.items())
