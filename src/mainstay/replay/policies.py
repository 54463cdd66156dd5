"""What each policy does at the start of a month, given what can be known by then: state in, state and events out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mainstay.release.judgement import Judgement
from mainstay.replay.candidates import Candidate, Stopped
from mainstay.replay.ledger import Event, Kind
from mainstay.replay.production import Production


class Decided(Protocol):
    """The watch's answer: nothing, alert, rollback, retrain or page; where to go back to; and why, in a sentence."""

    action: str
    to: str | None
    why: str


@dataclass(frozen=True)
class Seen:
    """A month as it begins. `due` says that new data make a candidate now, asked for or not.

    `candidate` makes it of what is known by now; `judge` asks the gate; `watch` looks at what is in production.
    `slipped` is a bad model that somebody releases past all checks in this month, or None.
    """

    month: int
    label: str
    due: bool
    candidate: Callable[[], Candidate | Stopped]
    judge: Callable[[Candidate, bytes | None], Judgement]
    watch: Callable[[Production], Decided]
    slipped: bytes | None = None


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
    production, told, asked = _watched(seen, production) if production.current else (production, (), False)
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
    return production.promoted(seen.label, candidate.data), (*told, release)


def slip(policy: str, seen: Seen, production: Production) -> Step:
    """Somebody released the bad model of the month past all checks."""
    if seen.slipped is None or production.current is None:
        return production, ()
    name = f"{seen.label}-bad"
    event = _event(policy, seen, "bad release", "released past the gate, as the scenario has it", name)
    return production.promoted(name, seen.slipped), (event,)


def _watched(seen: Seen, production: Production) -> tuple[Production, tuple[Event, ...], bool]:
    """What the watch decided, done; and whether it asks for a new model."""
    decided = seen.watch(production)
    kinds: dict[str, Kind] = {"alert": "alert", "rollback": "rollback", "retrain": "retrain", "page": "page"}
    if decided.action not in kinds:
        return production, (), False
    event = _event("mainstay", seen, kinds[decided.action], decided.why, decided.to)
    if decided.action == "rollback":
        production = production.gone_back(decided.to)
    return production, (event,), decided.action == "retrain"


def _released(policy: str, seen: Seen, production: Production) -> Step:
    candidate = seen.candidate()
    if isinstance(candidate, Stopped):
        return production, (_event(policy, seen, "stopped", candidate.why),)
    if candidate.data == production.champion:
        return production, ()
    event = _event(policy, seen, "release", "trained on all that was known", seen.label)
    return production.promoted(seen.label, candidate.data), (event,)


def _event(policy: str, seen: Seen, kind: Kind, why: str, release: str | None = None) -> Event:
    return Event(seen.month, policy, kind, why, release)


POLICIES: dict[str, Policy] = {"never": never, "monthly": monthly, "mainstay": mainstay}
ORACLE = "oracle"
"""Knows what no policy can; it is a yardstick and takes no step."""
