"""Which issues the watch has open, as `mainstay tell` keeps them: one a condition, until all is well."""

from __future__ import annotations

from dataclasses import dataclass

from mainstay.monitoring.decide import Decision


@dataclass(frozen=True)
class Issues:
    """The conditions that somebody has been told of, and is looking into."""

    open: frozenset[str] = frozenset()

    def after(self, decision: Decision) -> Issues:
        """What is open after a look: all are closed where all is well, and stay where too little is known."""
        if decision.action == "nothing":
            return Issues() if decision.status == "green" else self
        return Issues(self.open | {decision.condition})

    def has(self, decision: Decision) -> bool:
        """Whether somebody has been told of it before."""
        return decision.condition in self.open
