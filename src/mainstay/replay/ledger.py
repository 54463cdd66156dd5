"""What happened, and what it was worth: the lines that the page and the JSON are made of."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from mainstay.replay.figures import Figures

Kind = Literal[
    "release", "bad release", "kept", "stopped", "rollback", "retrain", "alert", "page", "cannot score", "scenario"
]


@dataclass(frozen=True)
class Event:
    """One thing that a policy did, or that happened to all (policy None), at the start of a month."""

    month: int
    policy: str | None
    kind: Kind
    why: str
    release: str | None = None


@dataclass(frozen=True)
class Line:
    """A policy's month: which release served it, and what that was worth; None where nothing could be measured."""

    month: int
    policy: str
    release: str | None
    figures: Figures | None


@dataclass(frozen=True)
class Ledger:
    """A whole replay. `months` is number -> label, as 2024-03."""

    months: dict[int, str]
    policies: tuple[str, ...]
    simulated: bool
    lines: tuple[Line, ...]
    events: tuple[Event, ...]
    how: str

    def of(self, policy: str) -> list[Line]:
        return [line for line in self.lines if line.policy == policy]

    def told(self, policy: str | None, *kinds: Kind) -> list[Event]:
        """Events of a policy, those of the kinds where any are named."""
        return [e for e in self.events if e.policy == policy and (not kinds or e.kind in kinds)]


def totals(ledger: Ledger, policy: str) -> dict[str, float]:
    """Over the months: means of ROC AUC and log loss, observed over expected of the whole, profit in EUR a month.

    A month without a model earns nothing. The other figures are of the months in which every policy had one.
    """
    known = {line.month: line.figures for line in ledger.of(policy)}
    shared = [known[month] for month in ledger.months if _measured(ledger, month, ledger.policies)]
    earned = [known[m].profit if known[m] else 0.0 for m in known if _measured(ledger, m, ())]
    expected = sum(f.expected for f in shared)
    return {
        "roc_auc": _mean(f.roc_auc for f in shared),
        "log_loss": _mean(f.log_loss for f in shared),
        "observed_over_expected": sum(f.observed for f in shared) / expected if expected else math.nan,
        "profit": _mean(earned),
        "months_without_model": sum(line.release is None for line in ledger.of(policy)),
        "releases": len(ledger.told(policy, "release", "bad release")),
        "rollbacks": len(ledger.told(policy, "rollback")),
        "alerts": len(ledger.told(policy, "alert")),
        "pages": len(ledger.told(policy, "page")),
    }


def gained(ledger: Ledger, against: str) -> tuple[float, float]:
    """What Mainstay earned more a month, in EUR, and the standard error that months' luck gives it."""
    known = {(line.policy, line.month): line.figures.profit for line in ledger.lines if line.figures}
    months = [month for month in ledger.months if _measured(ledger, month, ())]
    apart = [known.get(("mainstay", m), 0.0) - known.get((against, m), 0.0) for m in months]
    error = statistics.stdev(apart) / math.sqrt(len(apart)) if len(apart) > 1 else math.nan
    return _mean(apart), error


def _measured(ledger: Ledger, month: int, policies: Iterable[str]) -> bool:
    """The month has figures for each of the policies, or for any where none is named."""
    found = {line.policy for line in ledger.lines if line.month == month and line.figures}
    return set(policies) <= found and bool(found)


def document(ledger: Ledger) -> dict[str, object]:
    """Plain values: the content of reports/replay.json."""
    return {
        "how": ledger.how,
        "simulated": ledger.simulated,
        "months": [{"number": n, "label": label} for n, label in ledger.months.items()],
        "policies": {policy: totals(ledger, policy) for policy in ledger.policies},
        "lines": [_line(line) for line in ledger.lines],
        "events": [asdict(event) for event in ledger.events],
    }


def _line(line: Line) -> dict[str, object]:
    named = {"month": line.month, "policy": line.policy, "release": line.release}
    if line.figures is None:
        return named
    return named | asdict(line.figures) | {"observed_over_expected": line.figures.observed_over_expected}


def _mean(values: Iterable[float]) -> float:
    known = [v for v in values if math.isfinite(v)]
    return sum(known) / len(known) if known else math.nan
