"""All rules of the gate, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable

from mainstay.params import Gate
from mainstay.release.candidate_rules import floors, metrics, size, speed, verdicts
from mainstay.release.comparing_rules import harm, roc_auc, slices
from mainstay.release.facts import Facts
from mainstay.release.judgement import Line

Rule = Callable[[Facts, Gate], list[Line]]

COMPARING: tuple[Rule, ...] = (roc_auc, harm, slices)
ALONE: tuple[Rule, ...] = (floors, verdicts, metrics, speed, size)


def lines(facts: Facts, gate: Gate) -> tuple[Line, ...]:
    """A line a rule, those that compare first."""
    rules = (COMPARING if facts.comparison else ()) + ALONE
    return tuple(line for rule in rules for line in rule(facts, gate))
