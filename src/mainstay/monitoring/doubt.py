"""Whether outcomes may be believed: who can write them could otherwise have a good release rolled back. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mainstay.monitoring.joined import Joined
from mainstay.monitoring.window import Window
from mainstay.params import Watch


def doubt(seen: Joined, watch: Watch) -> str:
    """Why the outcomes as a whole are not to be believed, or nothing."""
    if not seen.outcomes:
        return ""
    copies, unknown = seen.recorded / seen.outcomes, seen.strangers / seen.outcomes
    contradicting = seen.contradicting / seen.outcomes
    if copies > watch.max_outcomes_a_prediction:
        return f"{copies:.1f} outcomes a customer and date, at most {watch.max_outcomes_a_prediction:g} are allowed"
    if unknown > watch.max_unknown_share:
        return (
            f"{unknown:.0%} of outcomes are of customers and dates that nobody asked about, "
            f"at most {watch.max_unknown_share:.0%} are allowed"
        )
    if contradicting > watch.max_contradicting_share:
        return (
            f"{contradicting:.0%} of outcomes contradict one another, "
            f"at most {watch.max_contradicting_share:.0%} are allowed"
        )
    return ""


def jumped(window: Window, usual_rates: Sequence[float], watch: Watch) -> str:
    """Why a window's outcomes are not to be believed, or nothing.

    Where no window came before, scores say what is usual: of the two models those that come nearer, or a release
    that is far off would pass for a lie of the outcomes.
    """
    models = [m for m in (window.current, window.previous) if m is not None]
    usual = [float(np.median(usual_rates))] if len(usual_rates) else [float(m.mean()) for m in models]
    left = float(window.outcome.sum())
    times, expected = min((_times(left, rate * window.rows), rate * window.rows) for rate in usual)
    if times <= watch.max_rate_jump:
        return ""
    return (
        f"{left:.0f} of {window.rows} left in {window.name}, where {expected:.0f} would be usual; "
        f"a change of more than {watch.max_rate_jump:g} times is no accident"
    )


def _times(left: float, expected: float) -> float:
    """How many times as many, or as few, left as expected."""
    ratio = (left + 1) / (expected + 1)
    return max(ratio, 1 / ratio)
