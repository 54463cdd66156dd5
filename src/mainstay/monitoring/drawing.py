"""The watch's charts as SVG: realised figures, evidence and drift over time, with releases marked. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import vl_convert

from mainstay.monitoring.book import Judged
from mainstay.monitoring.inputs import Inputs
from mainstay.monitoring.realised import Figure, Realised

BLUE, ORANGE, GREY, RED = "#0072B2", "#D55E00", "#999999", "#B00020"
"""Told apart with any colour vision."""

WIDTH, HEIGHT = 720, 200
"""Pixels of a chart."""

CURRENT, PREVIOUS = "serves", "the one before"
COLOURS = {"domain": [CURRENT, PREVIOUS], "range": [BLUE, ORANGE]}
FAULTS = {"previous_better": "the one before is better", "current_worse": "broke its promise (serves)"}
FAULTS |= {"previous_worse": "broke its promise (the one before)"}
DECADES = 4
"""Evidence is drawn to so many powers of ten beyond the threshold; more is as good."""

Row = dict[str, object]


def figure_chart(windows: Sequence[Judged], figure: str, title: str, level: float | None = None) -> str:
    """One figure of both models, window by window, with intervals; `level` is a line to compare with."""
    rows = [row for w in windows for row in _both(w, lambda r: getattr(r, figure))]
    colour = {"field": "model", "type": "nominal", "scale": COLOURS, "title": None}
    x = _time()
    y = {"type": "quantitative", "title": title, "scale": {"zero": False}}
    layers = [
        {"mark": {"type": "errorbar", "ticks": True}, "encoding": {"y": y | {"field": "low"}, "y2": {"field": "high"}}},
        {"mark": {"type": "line", "point": True}, "encoding": {"y": y | {"field": "value"}}},
    ]
    layers = [layer | {"encoding": layer["encoding"] | {"x": x, "color": colour}} for layer in layers]
    return _svg(rows, [*layers, *_level(level), *_marks(windows)])


def evidence_chart(windows: Sequence[Judged], alpha: float) -> str:
    """The e-value of each fault against the threshold, on a log scale."""
    rows = [
        {"at": w.first.isoformat(), "fault": told, "e": _drawable(getattr(w, fault), alpha)}
        for w in windows
        for fault, told in FAULTS.items()
    ]
    y = {"field": "e", "type": "quantitative", "scale": {"type": "log"}, "title": "e-value"}
    colour = {"field": "fault", "type": "nominal", "title": None}
    colour["scale"] = {"domain": list(FAULTS.values()), "range": [RED, BLUE, ORANGE]}
    line = {"mark": {"type": "line", "point": True}, "encoding": {"x": _time(), "y": y, "color": colour}}
    return _svg(rows, [line, *_level(1 / alpha), *_marks(windows)])


def calibration_chart(bins: Iterable[tuple[str, Sequence[float], Sequence[float]]]) -> str:
    """Churn rate against mean score, in bins of equal count of each model's own scores: a diagonal where true."""
    rows = [
        {"model": model, "expected": float(e), "seen": float(s)}
        for model, expected, seen in bins
        for e, s in zip(expected, seen, strict=True)
    ]
    most = max((max(row["expected"], row["seen"]) for row in rows), default=1.0)
    x = {"field": "expected", "type": "quantitative", "title": "mean score"}
    y = {"field": "seen", "type": "quantitative", "title": "share that left"}
    colour = {"field": "model", "type": "nominal", "scale": COLOURS, "title": None}
    true = {"data": {"values": [{"expected": v, "seen": v} for v in (0.0, most)]}}
    layers = [
        true | {"mark": {"type": "line", "color": GREY, "strokeDash": [4, 4]}, "encoding": {"x": x, "y": y}},
        {"mark": {"type": "line", "point": True}, "encoding": {"x": x, "y": y, "color": colour}},
    ]
    return _svg(rows, layers, width=HEIGHT * 2)


def drift_chart(given: Inputs) -> str:
    """Population stability index of each column (down) and day (across)."""
    rows = [{"day": day, "column": m.column, "psi": _capped(m.psi)} for day, found in given.days for m in found]
    scale = {"domain": [0, 0.1, 0.25], "range": ["#f7f7f7", "#fdd49e", RED], "clamp": True}
    cells = {
        "mark": {"type": "rect", "stroke": "white"},
        "encoding": {
            "x": {"field": "day", "type": "ordinal", "title": None},
            "y": {"field": "column", "type": "nominal", "title": None, "sort": None},
            "color": {"field": "psi", "type": "quantitative", "scale": scale, "title": "PSI"},
        },
    }
    height = 18 * len({row["column"] for row in rows})
    return _svg(rows, [cells], height=height)


def _both(w: Judged, figure: Callable[[Realised], Figure]) -> Iterable[Row]:
    for model, seen in ((CURRENT, w.current), (PREVIOUS, w.previous)):
        found = figure(seen) if seen else None
        if found and found.value is not None:
            yield {
                "at": w.first.isoformat(),
                "model": model,
                "value": found.value,
                "low": found.low,
                "high": found.high,
            }


def _level(level: float | None) -> list[Row]:
    if level is None:
        return []
    rule = {"mark": {"type": "rule", "strokeDash": [4, 4], "color": GREY}}
    return [
        rule | {"data": {"values": [{"level": level}]}, "encoding": {"y": {"field": "level", "type": "quantitative"}}}
    ]


def _marks(windows: Sequence[Judged]) -> list[Row]:
    """A line and a name where another release began to serve."""
    firsts = {w.counter: w for w in reversed(windows)}
    data = {"values": [{"at": w.first.isoformat(), "release": w.release} for w in firsts.values()]}
    text = {"type": "text", "align": "left", "dx": 4, "color": "#59636e"}
    return [
        {"data": data, "mark": {"type": "rule", "color": GREY}, "encoding": {"x": _time()}},
        {
            "data": data,
            "mark": text,
            "encoding": {"x": _time(), "y": {"value": 8}, "text": {"field": "release", "type": "nominal"}},
        },
    ]


def _time() -> Row:
    return {"field": "at", "type": "temporal", "title": None, "axis": {"format": "%d %b %y", "labelOverlap": True}}


def _svg(rows: list[Row], layers: list[Row], height: int = HEIGHT, width: int = WIDTH) -> str:
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "data": {"values": rows},
        "layer": layers,
        "config": {
            "view": {"stroke": "#d0d7de"},
            "legend": {"orient": "bottom", "labelLimit": 400, "columnPadding": 40},
        },
    }
    return vl_convert.vegalite_to_svg(specification)


def _drawable(log_e: float, alpha: float) -> float:
    """The e-value, within what a chart can show."""
    most = (DECADES - math.log10(alpha)) * math.log(10)
    return math.exp(min(max(log_e, -math.log(1000)), most))


def _capped(psi: float) -> float:
    return 1.0 if math.isnan(psi) else min(psi, 1.0)
