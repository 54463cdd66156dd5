"""The rules about the candidate alone: numbers in, a line out. What is missing is never a pass."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mainstay.params import Gate
from mainstay.release.facts import TITLES, Facts
from mainstay.release.harmless import harmless
from mainstay.release.judgement import Line

VERDICTS = {"data_quality": "data quality", "split": "split", "stress": "behaviour"}
"""Stage -> what its verdict is about; each is in metrics/<stage>.json."""

FLOORS = {"roc_auc": "min_roc_auc", "lift_top_decile": "min_lift_top_decile"}
CEILINGS = {"calibration_error": "max_calibration_error"}
"""Measure of the candidate alone -> the number in params.yaml that bounds it."""

LONGEST = 300
"""Characters of a reason that are repeated."""

NEEDED = ("roc_auc", "average_precision", "log_loss", "brier", "calibration_error", "lift_top_decile")
"""What metrics/evaluation.json must hold, or the report of the merge would have holes."""


def floors(facts: Facts, gate: Gate) -> list[Line]:
    """Bounds that hold whatever the champion does."""
    low = [_bound(facts.alone, name, getattr(gate, limit), below=True) for name, limit in FLOORS.items()]
    return low + [_bound(facts.alone, name, getattr(gate, limit), below=False) for name, limit in CEILINGS.items()]


def verdicts(facts: Facts, gate: Gate) -> list[Line]:
    """The judges before this one answered pass, on this model."""
    return [_verdict(stage, about, facts.metrics.get(stage)) for stage, about in VERDICTS.items()]


def metrics(facts: Facts, gate: Gate) -> list[Line]:
    """The figures that come with the candidate are its own, and whole."""
    training, evaluation = facts.metrics.get("training"), facts.metrics.get("evaluation")
    if training is None or evaluation is None:
        lost = [name for name in ("training", "evaluation") if facts.metrics.get(name) is None]
        files = ", ".join(f"metrics/{name}.json" for name in lost)
        return [Line("metrics", "fail", f"{files} is not there or not JSON; run `dvc repro`")]
    model = training.get("model")
    named = model.get("sha256") if isinstance(model, dict) else None
    if named != facts.digest:
        seen = f"metrics/training.json is of the model {harmless(named)[:10]}, the candidate is {facts.digest[:10]}"
        return [Line("metrics", "fail", f"{seen}; run `dvc repro`")]
    holes = [name for name in NEEDED if not _finite(evaluation.get(name))]
    if holes:
        return [Line("metrics", "fail", f"metrics/evaluation.json has no number for {', '.join(holes)}")]
    return [Line("metrics", "pass", "the metrics are the candidate's own, and whole")]


def speed(facts: Facts, gate: Gate) -> list[Line]:
    """A table is scored within the budget."""
    return [_within("speed", "us to score a row", facts.us_a_row, gate.max_us_a_row)]


def size(facts: Facts, gate: Gate) -> list[Line]:
    """The model file is no larger than agreed."""
    return [_within("size", "bytes in the model file", facts.model_bytes, gate.max_model_bytes)]


def _bound(alone: Mapping[str, float], name: str, limit: float, below: bool) -> Line:
    rule, value = f"floor of {name}", alone.get(name)
    if not _finite(value):
        return Line(rule, "fail", f"{TITLES[name]} could not be measured, and what is missing is no pass", limit=limit)
    fine = value >= limit if below else value <= limit
    wanted = f"{limit:g} at {'least' if below else 'most'}"
    said = f"{TITLES[name]} of {value:.4f} by itself, wanted {wanted}"
    return Line(rule, "pass" if fine else "fail", said, candidate=value, limit=limit)


def _verdict(stage: str, about: str, document: Mapping[str, object] | None) -> Line:
    rule, file = f"verdict on {about}", f"metrics/{stage}.json"
    found = document.get("verdict") if document is not None else None
    if not isinstance(found, dict) or found.get("answer") not in ("pass", "fail", "inconclusive"):
        return Line(rule, "fail", f"{file} is not there or gives no verdict; run `dvc repro {stage}`")
    if found["answer"] == "pass":
        return Line(rule, "pass", f"{about}: pass")
    reasons = found.get("reasons")
    why = _first(reasons, file) if isinstance(reasons, list) and reasons else "no reason is given"
    return Line(rule, found["answer"], f"{about}: {found['answer']}: {why}")


def _first(reasons: list[object], file: str) -> str:
    more = f" (and {len(reasons) - 1} more in {file})" if len(reasons) > 1 else ""
    return f"{harmless(reasons[0])[:LONGEST]}{more}"


def _within(rule: str, what: str, value: float, limit: float) -> Line:
    fine = _finite(value) and value <= limit
    said = f"{_plain(value)} {what}, wanted {_plain(limit)} at most"
    return Line(rule, "pass" if fine else "fail", said, candidate=value, limit=limit)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
