"""reports/watch.html: what is watched, what it shows, what was decided; one file that asks nothing of any network."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from mainstay.evidence.measures import reliability
from mainstay.evidence.tally import tally
from mainstay.monitoring.book import Judged, Told
from mainstay.monitoring.drawing import CURRENT, PREVIOUS, calibration_chart, drift_chart, evidence_chart, figure_chart
from mainstay.monitoring.inputs import Inputs
from mainstay.monitoring.joined import LABEL
from mainstay.monitoring.realised import Figure
from mainstay.monitoring.report import measured_on
from mainstay.monitoring.watching import Case, Watched
from mainstay.params import Watch
from mainstay.rows.escaped import escaped
from mainstay.trust.lineup import Lineup

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""No script, no request, no frame: the charts are drawn already."""

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 920px; margin: 2em auto; padding: 0 1em }
h1, h2 { line-height: 1.25; margin: 1.6em 0 .6em } svg { max-width: 100%; height: auto }
table { border-collapse: collapse; margin: .6em 0; font-size: 90% } td, th { border: 1px solid #d0d7de }
td, th { padding: .3em .7em } th { background: #f6f8fa; text-align: left } td { overflow-wrap: anywhere }
td { vertical-align: top } .note { color: #59636e }
.decision { border-left: 8px solid; padding: .6em 1em; background: #f6f8fa; font-size: 110% }
.green { border-color: #1a7f37 } .unknown { border-color: #818b98 }
.amber { border-color: #bf8700 } .red { border-color: #cf222e }
"""

TOLD = 24
"""The newest decisions and events that are listed."""


def page(found: Watched, case: Case, given: Inputs, lineup: Lineup, watch: Watch, told: Mapping[str, object]) -> str:
    """The whole page; `told` is the report. What others wrote is escaped."""
    title = f"{lineup.channel}: {found.state.current} on {case.as_of}"
    parts = [
        f"<h1>{_text(title)}</h1>",
        _decision(found),
        *_charts(found.book.windows, case, watch),
        _calibration(case, watch),
        _windows(found.book.windows),
        _estimates(told["estimate"]),
        _slices(told["slices"]),
        _drift(given),
        _history(found.book.told, lineup),
        f'<p class="note">Figures are of {_text(measured_on(case))}. Whiskers are 95%, by customers.</p>',
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>Mainstay watch: {_text(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _decision(found: Watched) -> str:
    decision = found.decision
    does = f"{decision.action} to {decision.to}" if decision.to else decision.action
    return f'<p class="decision {decision.status}"><b>{_text(does)}</b> ({decision.status}): {_text(decision.why)}.</p>'


def _charts(windows: Sequence[Judged], case: Case, watch: Watch) -> Iterable[str]:
    if not windows:
        yield "<h2>Realised</h2><p>No window has closed yet, so nothing is known.</p>"
        return
    floor = case.floors.current
    told = "" if floor is None else f"Dashed: below {floor:.3f} the promise of {_text(case.release)} is broken."
    yield f'<h2>ROC AUC</h2><p class="note">{told}</p>{figure_chart(windows, "roc_auc", "ROC AUC", floor)}'
    yield (
        '<h2>Observed over expected leavers</h2><p class="note">Dashed: as many as the scores promised.</p>'
        + figure_chart(windows, "observed_expected", "observed / expected", 1.0)
    )
    yield f"<h2>Log loss</h2>{figure_chart(windows, 'log_loss', 'nats')}"
    yield (
        f'<h2>Evidence</h2><p class="note">At {1 / watch.alpha:g} (dashed) a fault is proven: were there none, an '
        f"e-value would ever get so far with a chance of {watch.alpha:.0%} at most, however often one looks.</p>"
        + evidence_chart(windows, watch.alpha)
    )


def _calibration(case: Case, watch: Watch) -> str:
    outcome = case.joined.frame[LABEL].to_numpy()
    known = ~np.isnan(outcome)
    if not known.any():
        return ""
    bins = []
    for model, score in ((CURRENT, case.current), (PREVIOUS, case.previous)):
        if score is not None:
            expected, seen, _ = reliability(tally(outcome[known], score[known]), watch.calibration_bins)
            bins.append((model, expected, seen))
    note = "All rows with an outcome since this release serves, in bins of equal count."
    return f'<h2>Calibration</h2><p class="note">{note}</p>{calibration_chart(bins)}'


def _windows(windows: Sequence[Judged]) -> str:
    head = ("window", "serves", "rows", "left", "expected", "ROC AUC", "observed / expected", "calibration error", "")
    rows = [
        (
            w.name,
            w.release,
            f"{w.current.rows:,}",
            f"{w.current.leavers:,}",
            f"{w.current.expected:,.0f}",
            _figure(w.current.roc_auc),
            _figure(w.current.observed_expected),
            _number(w.current.calibration_error),
            w.doubt or ("" if w.bet else "too few left, or stayed, to bet on"),
        )
        for w in windows[-TOLD:]
    ]
    return f"<h2>Windows</h2>{_table(head, rows)}" if rows else ""


def _estimates(told: Mapping[str, object] | None) -> str:
    if told is None:
        return ""
    rows = [
        (name.replace("_", " "), _number(told[name]["value"]), _number(told[name]["sd"]))
        for name in ("roc_auc", "log_loss", "churn_rate")
    ]
    return (
        f"<h2>Before outcomes are known</h2><p>Estimates of {told['rows']:,} rows without outcome, by their scores "
        f'alone. <span class="note">They hold if {_text(told["assumption"])}. Nothing is decided by them.</span></p>'
        + _table(("measure", "expected", "standard deviation"), rows)
    )


def _slices(slices: Sequence[Mapping[str, object]]) -> str:
    rows = [
        (
            s["column"],
            s["value"],
            f"{s['rows']:,}",
            f"{s['leavers']:,}",
            _plain(s["roc_auc"]),
            _plain(s["observed_expected"]),
        )
        for s in slices
    ]
    if not rows:
        return ""
    return f"<h2>Slices</h2>{_table(('column', 'value', 'rows', 'left', 'ROC AUC', 'observed / expected'), rows)}"


def _drift(given: Inputs) -> str:
    if not given.days:
        return f"<h2>Drift</h2><p>Not judged: {_text(given.why)}.</p>"
    names = ", ".join((*given.meter, *given.drift)) or "none"
    return f"<h2>Drift from training</h2><p>Told of: {_text(names)}.</p>{drift_chart(given)}"


def _history(told: Sequence[Told], lineup: Lineup) -> str:
    decided = [(t.as_of.isoformat(), f"watch: {t.action}" + (f" to {t.to}" if t.to else ""), t.why) for t in told]
    served = [(s.at[:10], f"{s.kind}: {s.release}", f"{s.why} ({s.by})") for s in lineup.history]
    rows = sorted((*decided, *served), reverse=True)[:TOLD]
    return f"<h2>What was decided, and why</h2>{_table(('day', 'what', 'why'), rows)}"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    top = "".join(f"<th>{_text(cell)}</th>" for cell in head)
    body = "\n".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>\n<tr>{top}</tr>\n{body}\n</table>"


def _figure(figure: Figure) -> str:
    return _plain({"value": figure.value, "low": figure.low, "high": figure.high})


def _plain(figure: dict[str, float | None]) -> str:
    if figure["value"] is None:
        return "unknown"
    within = "" if figure["low"] is None else f" ({figure['low']:.3f} to {figure['high']:.3f})"
    return f"{figure['value']:.3f}{within}"


def _number(value: float | None) -> str:
    return "unknown" if value is None or math.isnan(value) else f"{value:.4f}"


def _text(text: object) -> str:
    return html.escape(escaped(str(text)))
