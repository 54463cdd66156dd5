"""What each policy does at the start of a month, given what can be known by then: state in, state and events out."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from mainstay.monitoring.decide import Decision
from mainstay.release.judgement import Judgement
from mainstay.replay.candidates import Candidate, Stopped
from mainstay.replay.issues import Issues
from mainstay.replay.ledger import Event, Kind
from mainstay.replay.production import Production


@dataclass(frozen=True)
class Seen:
    """A month as it begins. `due` says that new data make a candidate now, asked for or not.

    `candidate` makes it of what is known by now; `judge` asks the gate. `decided` is what the watch says of production,
    None where nothing serves yet; `issues` are those that it has open.
    `slipped` is a bad model that somebody releases past all checks in this month, or None.
    """

    month: int
    starts_on: datetime.date
    due: bool
    candidate: Callable[[], Candidate | Stopped]
    judge: Callable[[Candidate, bytes | None], Judgement]
    decided: Decision | None = None
    issues: Issues = field(default_factory=Issues)
    slipped: Candidate | None = None

    @property
    def label(self) -> str:
        """What a release of the month is called."""
        return f"{self.starts_on:%Y-%m}"


Step = tuple[Production, tuple[Event, ...]]
Policy = Callable[[Seen, Production], Step]


def never(seen: Seen, production: Production) -> Step:
    """Train once, and leave it at that."""
    return (production, ()) if production.current else _released("never", seen, production)


def monthly(seen: Seen, production: Production) -> Step:
    """Release whatever new data make, asking nobody."""
    if not (seen.due or production.current is None):
        return production, ()
    return _released("monthly", seen, production)


def mainstay(seen: Seen, production: Production) -> Step:
    """Watch, and go back where that helps; new data make a candidate, which the gate judges."""
    production, told, asked = _watched(seen, production)
    if not (seen.due or asked or production.current is None):
        return production, told
    candidate = seen.candidate()
    if isinstance(candidate, Stopped):
        return production, (*told, _event("mainstay", seen, "stopped", candidate.why))
    judgement = seen.judge(candidate, production.champion)
    if judgement.judged.kind == "no change" or judgement.verdict.answer != "pass":
        kept = f"{judgement.verdict.answer}: {judgement.sentence}"
        return production, (*told, _event("mainstay", seen, "kept", kept))
    release = _event("mainstay", seen, "release", judgement.sentence, seen.label)
    return production.promoted(seen.label, candidate.data, seen.starts_on), (*told, release)


def slip(policy: str, seen: Seen, production: Production) -> Step:
    """Somebody released the bad model of the month past all checks."""
    if seen.slipped is None or production.current is None:
        return production, ()
    name = f"{seen.label}{BAD}"
    event = _event(policy, seen, "bad release", "released past the gate, as the scenario has it", name)
    return production.promoted(name, seen.slipped.data, seen.starts_on), (event,)


def _watched(seen: Seen, production: Production) -> tuple[Production, tuple[Event, ...], bool]:
    """What the watch decided, done; and whether it asks for a new model."""
    decided = seen.decided
    if decided is None or decided.action == "nothing":
        return production, (), False
    told = (_event("mainstay", seen, decided.action, decided.why, decided.to),)
    if decided.action != "rollback" and seen.issues.has(decided):
        told = ()  # news once, however long it lasts
    if decided.action == "rollback":
        production = production.gone_back(decided.to, seen.starts_on)
    return production, told, decided.action == "retrain"


def _released(policy: str, seen: Seen, production: Production) -> Step:
    candidate = seen.candidate()
    if isinstance(candidate, Stopped):
        return production, (_event(policy, seen, "stopped", candidate.why),)
    if candidate.data == production.champion:
        return production, ()
    event = _event(policy, seen, "release", "trained on all that was known", seen.label)
    return production.promoted(seen.label, candidate.data, seen.starts_on), (event,)


def _event(policy: str, seen: Seen, kind: Kind, why: str, release: str | None = None) -> Event:
    return Event(seen.month, policy, kind, why, release)


POLICIES: dict[str, Policy] = {"never": never, "monthly": monthly, "mainstay": mainstay}
WATCHED = "mainstay"
"""The one whose production is watched."""

BAD = "-bad"
"""After the name of a release that slipped through."""

ORACLE = "oracle"
"""Knows what no policy can; it is a yardstick and takes no step."""
