"""Which issues the watch has open, as `mainstay tell` keeps them: one a condition, until all is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mainstay.monitoring.decide import Decision


@dataclass(frozen=True)
class Issues:
    """The conditions that somebody has been told of, and is looking into, each with the columns named so far."""

    open: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def after(self, decision: Decision) -> Issues:
        """What is open after a look: all are closed where all is well, and stay where too little is known."""
        if decision.action == "nothing":
            return Issues() if decision.status == "green" else self
        told = self.open.get(decision.condition, frozenset())
        return Issues({**self.open, decision.condition: told | set(decision.named)})

    def has(self, decision: Decision) -> bool:
        """Whether somebody has been told of it before, and of all columns that it names."""
        told = self.open.get(decision.condition)
        return told is not None and told >= set(decision.named)
