"""The rules of the gate: numbers in, a line out. Whatever a rule cannot decide is never a pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mainstay.evidence.compare import Comparison
from mainstay.evidence.harm import Harm
from mainstay.params import Gate
from mainstay.release.judgement import Line
from mainstay.verdict import Answer

VERDICTS = {"data_quality": "data quality", "split": "split", "stress": "behaviour"}
"""Stage -> what its verdict is about; each is in metrics/<stage>.json."""

FLOORS = {"roc_auc": "min_roc_auc", "lift_top_decile": "min_lift_top_decile"}
CEILINGS = {"calibration_error": "max_calibration_error"}
"""Measure of the candidate alone -> the number in params.yaml that bounds it."""

TITLES = {
    "roc_auc": "ROC AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
    "profit_per_customer": "profit per customer",
    "lift_top_decile": "lift of the top tenth",
}
NEEDED = ("roc_auc", "average_precision", "log_loss", "brier", "calibration_error", "lift_top_decile")
"""What metrics/evaluation.json must hold, or the report of the merge would have holes."""

TESTED = ("log_loss", "calibration_error", "profit_per_customer")


@dataclass(frozen=True)
class Facts:
    """All that rules go by. `comparison` is None where there is no champion.

    `alone` holds the candidate's own measures; `metrics` what is in its metrics/, by stage, None where a file is
    not there; `slices_wanted` names the slice columns of the contract, `slices_found` those that the rows have.
    """

    comparison: Comparison | None
    alone: Mapping[str, float]
    metrics: Mapping[str, Mapping[str, object] | None]
    digest: str
    us_a_row: float
    model_bytes: int
    slices_wanted: tuple[str, ...] = ()
    slices_found: tuple[str, ...] = ()


def lines(facts: Facts, gate: Gate) -> tuple[Line, ...]:
    """A line a rule, those that compare first."""
    rules = (COMPARING if facts.comparison else ()) + ALWAYS
    return tuple(line for rule in rules for line in rule(facts, gate))


def roc_auc(facts: Facts, gate: Gate) -> list[Line]:
    """The candidate is not worse than the champion by more than the margin, with confidence."""
    found = facts.comparison.roc_auc
    seen = f"ROC AUC {found.candidate:.4f} against {found.champion:.4f} ({found.difference:+.4f}"
    bounds = f"{seen}, {gate.confidence:.0%} bounds {found.low:+.4f} and {found.high:+.4f})"
    said = {
        "pass": f"{bounds} is not worse by more than the margin of {found.margin:.4f}",
        "fail": f"{bounds} is worse by more than the margin of {found.margin:.4f}",
        "inconclusive": f"{bounds} may be worse by more than the margin of {found.margin:.4f}: {_more_rows(facts)}",
    }
    figures = {"champion": found.champion, "candidate": found.candidate, "estimate": found.difference}
    figures |= {"low": found.low, "high": found.high, "limit": -found.margin, "power": found.power}
    return [Line("roc_auc", found.answer, said[found.answer], **figures, rows_to_decide=found.rows_to_decide)]


def harm(facts: Facts, gate: Gate) -> list[Line]:
    """No measure shows evidence of harm."""
    found = {h.name: h for h in facts.comparison.tested}
    return [_harm(found.get(name), name, gate) for name in TESTED]


def slices(facts: Facts, gate: Gate) -> list[Line]:
    """No slice shows evidence of harm, by its log loss; one line for all, about the worst."""
    lost = [name for name in facts.slices_wanted if name not in facts.slices_found]
    if lost:
        return [Line("slices", "fail", f"the rows have no slice column {', '.join(lost)}, wanted all of the contract")]
    found = facts.comparison.slices
    if not found:
        said = f"no slice has {gate.slice_min_positives} leavers, none was judged"
        return [Line("slices", "pass", said if facts.slices_wanted else "the contract declares no slices")]
    answers = [_answer(h, gate) for h in found]
    worst = min(answers, key=("fail", "inconclusive", "pass").index)
    named = [h for h, answer in zip(found, answers, strict=True) if answer == worst]
    hardest = min(named, key=lambda h: math.inf if math.isnan(h.p) else h.p)
    names = ", ".join(h.name for h in named[:5]) + (" and more" if len(named) > 5 else "")
    said = {
        "pass": f"none of {len(found)} slices shows evidence of harm",
        "fail": f"evidence of harm by log loss in {len(named)} of {len(found)} slices: {names}",
        "inconclusive": f"too few customers to tell in {len(named)} of {len(found)} slices: {names}",
    }
    return [Line("slices", worst, said[worst], **_figures(hardest), limit=gate.harm_alpha)]


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
        seen = f"metrics/training.json is of the model {str(named)[:10]}, the candidate is {facts.digest[:10]}"
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


Rule = Callable[[Facts, Gate], list[Line]]

COMPARING: tuple[Rule, ...] = (roc_auc, harm, slices)
ALWAYS: tuple[Rule, ...] = (floors, verdicts, metrics, speed, size)


def _more_rows(facts: Facts) -> str:
    found = facts.comparison.roc_auc
    if math.isnan(found.se):
        return "too few customers left or stayed to tell"
    more = (
        "no number of rows would" if found.rows_to_decide is None else f"some {found.rows_to_decide:,} test rows would"
    )
    return f"{facts.comparison.rows:,} test rows cannot tell, {more} (power {found.power:.0%})"


def _harm(found: Harm | None, name: str, gate: Gate) -> Line:
    title = TITLES[name]
    if found is None:
        return Line(name, "fail", f"{title} was not compared, and what is missing is no pass")
    answer = _answer(found, gate)
    seen = f"{title} {found.candidate:.4f} against {found.champion:.4f} ({found.difference:+.4f})"
    said = {
        "pass": f"{seen} shows no evidence of harm",
        "fail": f"{seen} is worse by more than chance (p {_p(found):.3g} of {gate.harm_alpha:g})",
        "inconclusive": f"{seen} could not be tested: too few customers, or a figure is missing",
    }
    return Line(name, answer, said[answer], **_figures(found), limit=gate.harm_alpha)


def _answer(found: Harm, gate: Gate) -> Answer:
    p = _p(found)
    if math.isnan(p):
        return "inconclusive"
    return "fail" if p <= gate.harm_alpha else "pass"


def _p(found: Harm) -> float:
    return math.nan if found.p_adjusted is None else found.p_adjusted


def _figures(found: Harm) -> dict[str, float]:
    figures = {"champion": found.champion, "candidate": found.candidate, "estimate": found.difference}
    return figures | {"low": found.low, "high": found.high, "p": _p(found)}


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
    why = "; ".join(map(str, reasons)) if isinstance(reasons, list) else "no reason is given"
    return Line(rule, found["answer"], f"{about}: {found['answer']}: {why}")


def _within(rule: str, what: str, value: float, limit: float) -> Line:
    fine = _finite(value) and value <= limit
    said = f"{value:,.4g} {what}, wanted {limit:,.4g} at most"
    return Line(rule, "pass" if fine else "fail", said, candidate=value, limit=limit)


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
