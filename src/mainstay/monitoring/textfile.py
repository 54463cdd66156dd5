"""reports/watch.prom: the watch for Prometheus, through the textfile collector of its node exporter. Pure.

How old the file is, the exporter tells itself: `node_textfile_mtime_seconds`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

from mainstay.monitoring.decide import Action, Status
from mainstay.monitoring.realised import Figure
from mainstay.monitoring.watching import Watched
from mainstay.params import Watch

PREFIX = "mainstay_watch_"
HELP = {
    "info": "The releases that are compared; always 1.",
    "decision": "What the watch asks for: 1 for the action that it is, 0 for the others.",
    "status": "What is known of the release in production: 1 for the status that it is. Unknown is not green.",
    "log_e": "Natural log of the evidence for each fault.",
    "log_e_threshold": "At or above it a fault is proven.",
    "windows_judged": "Closed windows judged since the release serves.",
    "roc_auc": "Realised ROC AUC in the newest window.",
    "log_loss": "Realised log loss in the newest window, in nats.",
    "observed_expected_ratio": "Leavers over the sum of the scores in the newest window.",
    "outcome_coverage_ratio": "Share of the newest closed window's predictions that have an outcome.",
    "predictions": "Logged predictions since the release serves.",
    "drifted_columns": "Columns that moved from training on most of the last days.",
    "broken_columns": "Columns whose meter is broken, by missing or unseen values, or by scores that do not fit.",
}

Sample = tuple[str, dict[str, str], float]


def textfile(seen: Watched, predictions: int, watch: Watch) -> str:
    """The file's text, in Prometheus's exposition format."""
    lines, told = [], ""
    for metric, labels, value in _samples(seen, predictions, watch):
        if metric != told:
            lines += [f"# HELP {PREFIX}{metric} {HELP[metric]}", f"# TYPE {PREFIX}{metric} gauge"]
            told = metric
        within = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        lines.append(
            f"{PREFIX}{metric}{{{within}}} {_number(value)}" if within else f"{PREFIX}{metric} {_number(value)}"
        )
    return "\n".join(lines) + "\n"


def _samples(seen: Watched, predictions: int, watch: Watch) -> Iterator[Sample]:
    state, decision, memory = seen.state, seen.decision, seen.book.memory
    yield "info", {"release": state.current, "previous": state.previous or "", "condition": decision.condition}, 1
    yield from (("decision", {"action": a}, float(a == decision.action)) for a in get_args(Action))
    yield from (("status", {"status": s}, float(s == decision.status)) for s in get_args(Status))
    yield "log_e", {"fault": "previous_better"}, memory.against_previous.log_e
    yield "log_e", {"fault": "current_worse"}, memory.current_promise.log_e
    yield "log_e", {"fault": "previous_worse"}, memory.previous_promise.log_e
    yield "log_e_threshold", {}, -math.log(watch.alpha)
    mine = [w for w in seen.book.windows if w.counter == memory.counter]
    yield "windows_judged", {}, len(mine)
    if mine:
        newest = mine[-1].current
        for name in ("roc_auc", "log_loss", "observed_expected"):
            yield name + ("_ratio" if name == "observed_expected" else ""), {}, _value(getattr(newest, name))
        yield "outcome_coverage_ratio", {}, mine[-1].coverage
    yield "predictions", {}, predictions
    yield "drifted_columns", {}, len(state.drift)
    yield "broken_columns", {}, len(state.meter)


def _value(figure: Figure) -> float:
    return math.nan if figure.value is None else figure.value


def _number(value: float) -> str:
    return "NaN" if math.isnan(value) else f"{value:.10g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
