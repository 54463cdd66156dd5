"""What came of one kind of questions: a verdict, and the figures that it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mainstay.verdict import Verdict

SHOWN = 3
"""Reasons that are told of one check; the others are counted."""


@dataclass(frozen=True)
class Checked:
    """`figures`: name, with its unit -> value."""

    name: str
    verdict: Verdict
    figures: Mapping[str, float | str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        return {"check": self.name, **self.verdict.as_dict(), "figures": dict(self.figures)}


def checked(name: str, faults: Sequence[str], figures: Mapping[str, float | str]) -> Checked:
    """Passed where there is no fault; else failed, with the first few of them."""
    more = len(faults) - SHOWN
    told = [f"{name}: {fault}" for fault in faults[:SHOWN]] + ([f"{name}: and {more} more"] if more > 0 else [])
    return Checked(name, Verdict("fail", tuple(told)) if faults else Verdict("pass"), figures)
