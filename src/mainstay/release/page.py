"""reports/report.html: the report with DVC's plots and customers, in one file that asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
from collections.abc import Sequence
from functools import cache

import vl_convert
from markdown_it import MarkdownIt

from mainstay.model.file import Reason
from mainstay.release.dvc_diff import Plot
from mainstay.release.markdown import shown
from mainstay.release.missing import Missing
from mainstay.release.moved import Moved, View

DRAW = """
for (const place of document.querySelectorAll("[data-plot]")) {
  const specification = JSON.parse(document.getElementById(place.dataset.plot).textContent);
  vegaEmbed(place, specification, {ast: true, renderer: "svg", actions: false, mode: "vega-lite"})
    .catch(error => { place.textContent = "This plot could not be drawn: " + error.message; });
}
"""
"""Expressions are interpreted (`ast`): nothing is evaluated as code, so that the policy can forbid it."""

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 1080px; margin: 2em auto; padding: 0 1em }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 .6em }
table { border-collapse: collapse; margin: .6em 0 } td, th { border: 1px solid #d0d7de; padding: .35em .8em }
th { background: #f6f8fa } td { overflow-wrap: anywhere; vertical-align: top }
code, pre { background: #f6f8fa; font-size: 90% } pre { padding: .8em; overflow-x: auto }
.plots { display: flex; flex-wrap: wrap; gap: 1em } figure { margin: 0; min-width: 0; overflow-x: auto }
figcaption { color: #59636e; font-size: 85% } .note { color: #59636e } summary { cursor: pointer; font-weight: 600 }
"""


def page(report: str, plots: Sequence[Plot] | Missing, customers: Sequence[Moved] | Missing) -> str:
    """The whole page. `report` is Markdown of ours, in which what others wrote is escaped."""
    script = _script()
    body = "\n".join([_rendered(report), _plots(plots), _customers(customers)])
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">\n'
        '<meta name="viewport" content="width=device-width">\n<title>Mainstay: champion against candidate</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _policy(script: str) -> str:
    """This one script and inline styles; no request, no frame, no form, no evaluation of text as code."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"script-src 'sha256-{digest}'; style-src 'unsafe-inline'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


@cache
def _script() -> str:
    """Vega, Vega-Lite, Vega-Embed and DRAW in one piece."""
    return vl_convert.javascript_bundle(DRAW).replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _rendered(report: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(report)


def _plots(plots: Sequence[Plot] | Missing) -> str:
    title = "<h2>Plots</h2>"
    if isinstance(plots, Missing):
        return f"{title}\n{_missing(plots)}"
    note = '<p class="note">Each model as its own run measured it, on the test rows of that run.</p>'
    figures = "\n".join(_figure(f"plot-{number}", plot) for number, plot in enumerate(plots))
    return f'{title}\n{note}\n<div class="plots">\n{figures}\n</div>'


def _figure(name: str, plot: Plot) -> str:
    data = json.dumps(plot.specification, allow_nan=False).replace("<", r"\u003c")
    return (
        f'<figure><div data-plot="{name}"></div><figcaption>{_text(plot.path)}</figcaption>'
        f'<script type="application/json" id="{name}">{data}</script></figure>'
    )


def _customers(customers: Sequence[Moved] | Missing) -> str:
    title = "<h2>Customers whose rank moved most</h2>"
    if isinstance(customers, Missing):
        return f"{title}\n{_missing(customers)}"
    if not customers:
        return f"{title}\n<p>No customer's rank moved.</p>"
    note = (
        "Rank: the share of rows that come before this one; 0% is called first. Reasons: what a value added to the "
        "log-odds of churn, the largest three."
    )
    head = "".join(f"<th>{name}</th>" for name in ("customer", "rank", "champion", "candidate", "then"))
    rows = "\n".join(_customer(c) for c in customers)
    return f'{title}\n<p class="note">{note}</p>\n<table>\n<tr>{head}</tr>\n{rows}\n</table>'


def _customer(moved: Moved) -> str:
    who = _text(moved.customer) + (f"<br>{_text(moved.day)}" if moved.day else "")
    points = 100 * (moved.champion.rank - moved.candidate.rank)
    went = f"{'rose' if points > 0 else 'fell'} by {abs(points):.1f} points"
    cells = (who, went, _view(moved.champion), _view(moved.candidate), "left" if moved.left else "stayed")
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _view(view: View) -> str:
    said = [f"rank {view.rank:.1%}, score {view.score:.2%}", *map(_reason, view.reasons)]
    return "<br>".join(said)


def _reason(reason: Reason) -> str:
    return f"{reason.contribution:+.2f} {_text(reason.feature)} = {_value(reason.value)}"


def _value(value: object) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return "missing" if math.isnan(value) else f"{value:.6g}"
    return "missing" if value is None or str(value) in ("<NA>", "NaT") else _text(value)


def _missing(what: Missing) -> str:
    return f"<p>⚠️ Missing: {_text(what.why)}</p>"


def _text(text: object) -> str:
    return html.escape(shown(text))
