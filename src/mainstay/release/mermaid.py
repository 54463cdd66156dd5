"""Charts that GitHub draws by itself: Mermaid's xychart. It has no legend, so a caption says whose colour is whose."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from mainstay.release.markdown import fenced

BLUE, ORANGE, GREY = ("#0072B2", "🟦"), ("#D55E00", "🟧"), ("#999999", "⬜")
"""As in the plots of .dvc/plots; told apart with any colour vision."""

SIZE = {"width": 720, "height": 340}
"""Pixels."""

TICKS = 1000
"""Figures are rounded to such a part of the axis: finer ones cannot be seen."""


@dataclass(frozen=True)
class Series:
    """A line or bars; `name` is ours. `values` [points] are finite."""

    name: str
    colour: tuple[str, str]
    values: Sequence[float]
    bars: bool = False


@dataclass(frozen=True)
class Axis:
    """A label of ours; `low` and `high` are its ends, or `marks` name its points."""

    label: str
    low: float = 0.0
    high: float = 1.0
    marks: tuple[str, ...] = ()


def chart(title: str, x: Axis, y: Axis, series: Sequence[Series]) -> str:
    """A Mermaid block, and the caption below it. Raises ValueError for what Mermaid would draw wrongly."""
    _check(x, series)
    text = [
        f"%%{{init: {json.dumps(_layout(series))}}}%%",
        "xychart-beta",
        f"    title {_text(title)}",
        f"    x-axis {_text(x.label)} {_span(x)}",
        f"    y-axis {_text(y.label)} {_span(y)}",
        *(f"    {'bar' if s.bars else 'line'} [{_numbers(s.values, y)}]" for s in series),
    ]
    caption = " ".join(f"{s.colour[1]} {s.name}" for s in series)
    return f"{fenced('mermaid', chr(10).join(text))}\n\n{caption}"


def around(*series: Sequence[float], least: float = 0.0) -> tuple[float, float]:
    """Round ends of an axis that holds all the values, and is at least `least` long."""
    values = [v for s in series for v in s]
    low, high = min(values), max(values)
    missing = max(least - (high - low), 0.0) / 2
    low, high = low - missing, high + missing
    step = 10 ** math.floor(math.log10(high - low)) / 2 if high > low else 0.5
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _layout(series: Sequence[Series]) -> dict[str, object]:
    colours = ", ".join(s.colour[0] for s in series)
    return {"xyChart": SIZE, "themeVariables": {"xyChart": {"plotColorPalette": colours}}}


def _check(x: Axis, series: Sequence[Series]) -> None:
    points = {len(s.values) for s in series} | ({len(x.marks)} if x.marks else set())
    if len(points) != 1 or min(points) < 2:
        raise ValueError(f"saw series of {sorted(points)} points, wanted as many in each, at least two")
    if not all(math.isfinite(v) for s in series for v in s.values):
        raise ValueError(f"{', '.join(s.name for s in series)}: wanted finite values only")


def _span(axis: Axis) -> str:
    if axis.marks:
        return f"[{', '.join(_text(mark) for mark in axis.marks)}]"
    return f"{_plain(axis.low)} --> {_plain(axis.high)}"


def _numbers(values: Sequence[float], y: Axis) -> str:
    unit = (y.high - y.low) / TICKS
    digits = max(0, -math.floor(math.log10(unit))) if unit > 0 else 3
    return ", ".join(_plain(round(float(v), digits)) for v in values)


def _plain(number: float) -> str:
    """Without an exponent, which Mermaid does not read."""
    text = f"{number:.9f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _text(own: str) -> str:
    if not own.isprintable() or '"' in own:
        raise ValueError(f"{own!r}: wanted text of ours, without quotes")
    return f'"{own}"'
