"""The yardstick: what could have been known at best. Simulated: the truth; or else the best model in hindsight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from mainstay.replay.candidates import Candidate
from mainstay.replay.figures import figures

if TYPE_CHECKING:
    from mainstay.replay.fast import Workshop


def scores(shop: Workshop, months: Iterable[int], month: int) -> tuple[str | None, np.ndarray | None]:
    """What it goes by and its scores, float [rows]: the true probabilities; or those of the candidate, of all made
    by then, that turned out to have the smallest log loss in the month.
    """
    of_month = shop.history.month(month)
    if of_month.chance is not None:
        return "the truth", of_month.chance
    known = {n: shop.made[n] for n in months if n <= month and isinstance(shop.made.get(n), Candidate)}
    tried = {n: shop.score(candidate.data, month) for n, candidate in known.items()}
    if not tried or of_month.unreadable:
        return None, None
    best = min(tried, key=lambda n: _log_loss(shop, month, tried[n]))
    return shop.history.month(best).label, tried[best]


def _log_loss(shop: Workshop, month: int, score: np.ndarray) -> float:
    found = figures(shop.history.month(month), score, shop.history.contract, shop.campaign)
    return found.log_loss if found else float("inf")
