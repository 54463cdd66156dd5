"""Charts of months as SVG: lines, and marks for what happened. They need no script; a mark tells on hover."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1000, 230, 64, 12, 10, 26
"""Pixels: of a chart, and of the space around its lines."""

LANE = 26
"""Pixels: the height of a policy's line of marks."""

TICKS = 4


@dataclass(frozen=True)
class Series:
    """A line: its name, colour, dash pattern (empty: none) and a value a month, NaN where there is none."""

    name: str
    colour: str
    dash: str
    values: Sequence[float]


@dataclass(frozen=True)
class Mark:
    """Something that happened: month, a symbol with its colour, and what is told on hover."""

    month: int
    symbol: str
    colour: str
    told: str


def chart(months: Mapping[int, str], series: Sequence[Series], level: float | None, style: str) -> str:
    """Lines over months; `level` is drawn as a thin line of its own; `style` formats a value, as `.3f`."""
    drawn = [v for s in series for v in s.values if math.isfinite(v)] + ([level] if level is not None else [])
    if not drawn:
        return "<p>Nothing could be measured.</p>"
    low, high, step = _ends(min(drawn), max(drawn))

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    ticks = [low + i * step for i in range(round((high - low) / step) + 1)]
    parts = [*_grid(ticks, y, style), *_dates(months, HEIGHT - 8)]
    if level is not None:
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(level):.1f}" y2="{y(level):.1f}" class="level"/>')
    for s in series:
        parts.extend(_line(months, s, y, style))
    return _svg(HEIGHT, parts)


def lanes(months: Mapping[int, str], marks: Mapping[str, Sequence[Mark]]) -> str:
    """A line of marks a name."""
    height = LANE * len(marks) + BOTTOM
    parts = list(_dates(months, height - 8))
    for row, (name, found) in enumerate(marks.items()):
        y = LANE * row + LANE / 2
        parts.append(f'<line x1="{LEFT + 20}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" class="grid"/>')
        parts.append(f'<text x="0" y="{y + 4}" class="lane">{html.escape(name)}</text>')
        parts.extend(_marks(months, found, y))
    return _svg(height, parts)


def place(months: Mapping[int, str], month: int) -> float:
    """Where a month stands, in pixels from the left."""
    first, count = min(months), len(months)
    return LEFT + 36 + (month - first) * (WIDTH - LEFT - RIGHT - 48) / max(count - 1, 1)


def _marks(months: Mapping[int, str], found: Iterable[Mark], y: float) -> Iterator[str]:
    taken: dict[int, int] = {}
    for mark in found:
        x = place(months, mark.month) + 13 * taken.get(mark.month, 0)
        taken[mark.month] = taken.get(mark.month, 0) + 1
        told = f"<title>{html.escape(mark.told)}</title>"
        yield f'<text x="{x:.1f}" y="{y + 5:.1f}" class="mark" fill="{mark.colour}">{mark.symbol}{told}</text>'


def _line(months: Mapping[int, str], s: Series, y, style: str) -> Iterator[str]:
    at = [(place(months, m), v, label) for (m, label), v in zip(months.items(), s.values, strict=True)]
    pieces, pen = [], "M"
    for x, value, _ in at:
        if math.isfinite(value):
            pieces.append(f"{pen}{x:.1f} {y(value):.1f}")
        pen = "L" if math.isfinite(value) else "M"
    dash = f' stroke-dasharray="{s.dash}"' if s.dash else ""
    yield f'<path d="{"".join(pieces)}" stroke="{s.colour}"{dash} class="line"/>'
    for x, value, label in at:
        if math.isfinite(value):
            told = f"<title>{html.escape(s.name)}, {label}: {value:{style}}</title>"
            yield f'<circle cx="{x:.1f}" cy="{y(value):.1f}" r="2.6" fill="{s.colour}">{told}</circle>'


def _grid(ticks: Sequence[float], y, style: str) -> Iterator[str]:
    for tick in ticks:
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" class="grid"/>'
        yield f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" class="tick" text-anchor="end">{tick:{style}}</text>'


def _dates(months: Mapping[int, str], y: float) -> Iterator[str]:
    every = max(1, math.ceil(len(months) / 12))
    for i, (month, label) in enumerate(months.items()):
        if i % every == 0:
            yield f'<text x="{place(months, month):.1f}" y="{y}" class="tick" text-anchor="middle">{label}</text>'


def _ends(low: float, high: float) -> tuple[float, float, float]:
    """Round ends of an axis that holds both, and the step between its marks."""
    if low == high:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    rough = (high - low) / TICKS
    unit = 10 ** math.floor(math.log10(rough))
    step = next(f * unit for f in (1, 2, 2.5, 5, 10) if f * unit >= rough)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _svg(height: float, parts: Iterable[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(parts)}</svg>'
