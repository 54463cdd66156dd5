"""The report's three charts, of both models on the rows of the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from mainstay.release.mermaid import BLUE, GREY, ORANGE, Axis, Series, around, chart
from mainstay.release.side_by_side import BANDS, SHARES, Scored, broken_promise, gain, kept_in_top, rank, shift


def charts(scored: Scored) -> str:
    """Markdown. None is folded away: a chart that is drawn while hidden loses its measures."""
    parts = [gain_chart(scored), calibration(scored)]
    if scored.champion is not None:
        parts.append(shift_chart(scored.champion, scored.candidate))
    return "\n\n".join(parts)


def gain_chart(scored: Scored) -> str:
    """Leavers found against customers contacted."""
    lines = [Series("contacted at random", GREY, 100 * SHARES), *_each(scored, lambda y, s: 100 * gain(y, s))]
    x = Axis("% of customers contacted, highest scores first", high=100)
    return chart("Leavers found", x, Axis("% of leavers found", high=100), lines)


def calibration(scored: Scored) -> str:
    """Broken promises by tenths of the ranking."""
    own = list(_each(scored, lambda y, s: 100 * broken_promise(y, s)))
    low, high = around(*(s.values for s in own), [0.0], least=2.0)
    tenths = tuple(str(n) for n in range(1, 11))
    x = Axis("tenth of customers by the model's own score, 10 has the highest", marks=tenths)
    y = Axis("points", low, high)
    zero = Series("a promise kept", GREY, [0.0] * 10)
    return chart("Churn rate less mean score", x, y, [zero, *own])


def shift_chart(champion: np.ndarray, candidate: np.ndarray) -> str:
    """How many customers' scores moved how far, and what that does to the top of the list."""
    shares = 100 * shift(champion, candidate)
    x = Axis("candidate's score less the champion's, in points", marks=_bands())
    y = Axis("% of rows", 0, around(shares, [0.0])[1])
    drawn = chart("Shift of scores", x, y, [Series("rows", ORANGE, shares, bars=True)])
    alike = np.corrcoef(rank(champion), rank(candidate))[0, 1] if np.ptp(champion) and np.ptp(candidate) else np.nan
    said = (
        f"Rank correlation of the two models: {alike:.3f}." if np.isfinite(alike) else "One model gives all one score."
    )
    kept = kept_in_top(champion, candidate)
    return f"{drawn}\n\n{said} Of the tenth that the champion would call first, the candidate keeps {kept:.0%}."


def _each(scored: Scored, of: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Iterator[Series]:
    if scored.champion is not None:
        yield Series("champion", BLUE, of(scored.outcome, scored.champion))
    yield Series("candidate", ORANGE, of(scored.outcome, scored.candidate))


def _bands() -> tuple[str, ...]:
    inner = [f"{low:g} to {high:g}" for low, high in pairwise(BANDS)]
    return (f"below {BANDS[0]:g}", *inner, f"above {BANDS[-1]:g}")
