"""The rules that compare candidate and champion: numbers in, a line out. What cannot be decided is never a pass."""

from __future__ import annotations

import math

from mainstay.evidence.harm import Harm
from mainstay.params import Gate
from mainstay.release.facts import TITLES, Facts
from mainstay.release.judgement import Line
from mainstay.verdict import Answer

TESTED = ("log_loss", "calibration_error", "profit_per_customer")


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
        "fail": f"{seen} is worse by more than chance (p {_chance(_p(found))}, wanted above {gate.harm_alpha:g})",
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


def _chance(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "below 0.001"


def _figures(found: Harm) -> dict[str, float]:
    figures = {"champion": found.champion, "candidate": found.candidate, "estimate": found.difference}
    return figures | {"low": found.low, "high": found.high, "p": _p(found)}
