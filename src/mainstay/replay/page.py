"""reports/replay.html: what each policy would have done and earned, in one file that asks nothing of any network."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable

from mainstay.replay.curves import curves
from mainstay.replay.drawing import Mark, lanes
from mainstay.replay.ledger import Event, Ledger, gained, totals
from mainstay.replay.legend import POLICY, SYMBOL, key

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 1080px; margin: 2em auto; padding: 0 1em }
h1, h2 { line-height: 1.25; margin: 1.4em 0 .3em } h1 { margin-top: 0 } p { margin: .3em 0 .6em }
table { border-collapse: collapse; margin: .6em 0 } td, th { border: 1px solid #d0d7de; padding: .3em .7em }
th { background: #f6f8fa; text-align: left }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td { vertical-align: top; overflow-wrap: anywhere } td.s { white-space: nowrap }
.note, figcaption { color: #59636e; font-size: 90% }
svg { width: 100%; height: auto; display: block } .grid { stroke: #e4e8ec } .level { stroke: #8c959f }
.line { fill: none; stroke-width: 2 } .tick, .lane { font-size: 12px; fill: #59636e } .lane { fill: #1f2328 }
.mark { font-size: 16px; text-anchor: middle; font-weight: 700 } .key { white-space: nowrap; margin-right: 1.2em }
.swatch { display: inline-block; width: 1.6em; border-top: 3px solid; vertical-align: middle; margin-right: .4em }
.lead { font-size: 110% } summary { cursor: pointer; font-weight: 600 }
"""

TRUTH = "The oracle knows every customer's true chance of leaving, which only a simulation can tell."
HINDSIGHT = (
    "The oracle takes, for each month, the model that turned out best of all trained by then (by log loss): "
    "it knows the outcome beforehand, and flatters itself by luck."
)


def page(ledger: Ledger) -> str:
    """The whole page."""
    body = "\n".join([_lead(ledger), _table(ledger), _timeline(ledger), *curves(ledger), _events(ledger)])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n<title>Mainstay: replay</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _lead(ledger: Ledger) -> str:
    labels = list(ledger.months.values())
    said = [f"{len(labels)} months, {labels[0]} to {labels[-1]}, the same customers for every policy."]
    if "mainstay" in ledger.policies:
        said.append(_said(ledger))
    note = TRUTH if ledger.simulated else HINDSIGHT
    return (
        f'<h1>What would each policy have earned?</h1>\n<p class="lead">{" ".join(said)}</p>\n'
        f'<p class="note">Each month counts by what its customers did in the end, those who got an offer left out. '
        f"A policy knows only what was known when the month began. {note if 'oracle' in ledger.policies else ''} "
        f"{html.escape(ledger.how)}.</p>"
    )


def _said(ledger: Ledger) -> str:
    """Mainstay's months in a sentence or two."""
    mine = totals(ledger, "mainstay")
    said = f"Mainstay would have earned <b>{_eur(mine['profit'])} a month</b>"
    others = [p for p in ("never", "monthly") if p in ledger.policies]
    apart = [f"{_more(*gained(ledger, p))} than {_named(p)}" for p in others]
    kept = len(ledger.told("mainstay", "kept"))
    released, back = int(mine["releases"]), int(mine["rollbacks"])
    counted = f"Models released: {released}; candidates not released: {kept}; rollbacks: {back}."
    return f"{said}{': ' if apart else ''}{' and '.join(apart)}. {counted}"


def _table(ledger: Ledger) -> str:
    head = ("policy", "profit a month", "ROC AUC", "log loss", "leavers seen / expected", "releases", "rollbacks")
    rows = "".join(_row(ledger, policy) for policy in ledger.policies)
    return f"<table><tr>{''.join(f'<th>{h}</th>' for h in head)}</tr>{rows}</table>"


def _row(ledger: Ledger, policy: str) -> str:
    t, what = totals(ledger, policy), POLICY[policy][3]
    counts = ("", "") if policy == "oracle" else (str(t["releases"]), str(t["rollbacks"]))
    figures = (_eur(t["profit"]), _f(t["roc_auc"], 3), _f(t["log_loss"], 4), _f(t["observed_over_expected"], 2))
    cells = "".join(f'<td class="n">{cell}</td>' for cell in (*figures, *counts))
    return f'<tr><td title="{html.escape(what)}">{key(policy)} <span class="note">{what}</span></td>{cells}</tr>'


def _timeline(ledger: Ledger) -> str:
    marks = {"all": [_mark(ledger, e) for e in ledger.told(None)]} if ledger.told(None) else {}
    for policy in ledger.policies:
        if policy != "oracle":
            marks[POLICY[policy][0].split(",")[0]] = [_mark(ledger, e) for e in ledger.told(policy)]
    kinds = [kind for kind in SYMBOL if any(e.kind == kind for e in ledger.events)]
    keys = "".join(
        f'<span class="key"><b style="color:{SYMBOL[k][1]}">{SYMBOL[k][0]}</b> {SYMBOL[k][2]}</span>' for k in kinds
    )
    return f"<h2>What happened</h2>\n{lanes(ledger.months, marks)}\n<p class='note'>{keys} (hover for why)</p>"


def _events(ledger: Ledger) -> str:
    told = sorted(ledger.events, key=lambda e: e.month)
    wanted = [e for e in told if e.policy in (None, "mainstay")]
    more = [e for e in told if e.policy not in (None, "mainstay")]
    rest = f"<details><summary>The other policies</summary>{_listed(ledger, more)}</details>" if more else ""
    return f"<h2>Why</h2>\n{_listed(ledger, wanted)}\n{rest}"


def _listed(ledger: Ledger, events: Iterable[Event]) -> str:
    head = "".join(f"<th>{h}</th>" for h in ("month", "policy", "what", "why"))
    rows = "".join(_event(ledger, e) for e in events)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _event(ledger: Ledger, event: Event) -> str:
    symbol, colour, what = SYMBOL[event.kind]
    named = f" {html.escape(event.release)}" if event.release else ""
    who = POLICY[event.policy][0] if event.policy else "all"
    said = f'<span style="color:{colour}">{symbol}</span> {what}{named}'
    short = "".join(f'<td class="s">{cell}</td>' for cell in (ledger.months[event.month], who, said))
    return f"<tr>{short}<td>{html.escape(event.why)}</td></tr>"


def _mark(ledger: Ledger, event: Event) -> Mark:
    symbol, colour, what = SYMBOL[event.kind]
    return Mark(event.month, symbol, colour, f"{ledger.months[event.month]}: {what}: {event.why}")


def _named(policy: str) -> str:
    return {"never": "a model trained once", "monthly": "retraining without a judge"}[policy]


def _eur(value: float) -> str:
    return f"EUR {value:,.0f}" if math.isfinite(value) else "not known"


def _more(value: float, error: float) -> str:
    luck = f" (give or take {1.96 * error:,.0f})" if math.isfinite(error) else ""
    return f"EUR {abs(value):,.0f} {'more' if value >= 0 else 'less'}{luck}"


def _f(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "not known"
