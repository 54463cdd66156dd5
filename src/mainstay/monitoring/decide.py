"""What to do about a release in production: nothing, alert, rollback, retrain or page. Pure; the first rule that
holds decides.

A rollback needs proof that the release before is better now. Drift alone never does more than alert. What is not
known is never green.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mainstay.monitoring.state import State

Action = Literal["nothing", "alert", "rollback", "retrain", "page"]
Status = Literal["green", "unknown", "amber", "red"]


@dataclass(frozen=True)
class Decision:
    """`condition` names the rule that decided, the same from look to look; `to` is where a rollback goes, `named` are
    the columns that it is about.
    """

    action: Action
    condition: str
    why: str
    status: Status
    to: str | None = None
    named: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 nothing to do, 1 something is asked for."""
        return 0 if self.action == "nothing" else 1


def decide(state: State, cool_down_h: float) -> Decision:
    """The decision, with its reason in one sentence."""
    return next(rule.decision(state) for rule in rules(cool_down_h) if rule.holds(state))


@dataclass(frozen=True)
class Rule:
    """`why` may name fields of the state in braces; `names` where it is about columns."""

    condition: str
    holds: Callable[[State], object]
    action: Action
    status: Status
    why: str
    names: bool = False

    def decision(self, state: State) -> Decision:
        told = {**vars(state), "meter": ", ".join(state.meter), "drift": ", ".join(state.drift)}
        to = state.previous if self.action == "rollback" else None
        named = state.named if self.names else ()
        return Decision(self.action, self.condition, self.why.format(**told), self.status, to, named)


def rules(cool_down_h: float) -> tuple[Rule, ...]:
    """All rules, the first ones first; the last always holds."""

    def cooling(s: State) -> bool:
        return s.hours_since_rollback is not None and s.hours_since_rollback < cool_down_h

    return (
        Rule(
            "outcomes-distrusted",
            lambda s: s.outcomes == "distrusted",
            "page",
            "unknown",
            "the outcomes are not to be believed, so nothing is decided by them: {distrust}",
        ),
        Rule(
            "broken-meter",
            lambda s: s.meter,
            "alert",
            "amber",
            "what the server is given is broken ({meter}): mend that first, another model would be given the same",
            names=True,
        ),
        Rule(
            "both-worse",
            lambda s: s.current_worse and s.previous_worse,
            "retrain",
            "red",
            "{current} and {previous} both fall short of what they promised: the world has moved, so train again",
        ),
        Rule(
            "previous-also-bad",
            lambda s: s.previous_better and s.previous_worse,
            "page",
            "red",
            "{previous} is better now than {current}, but falls short of its own promise: "
            "nothing is rolled back, a person decides",
        ),
        Rule(
            "cool-down",
            lambda s: s.previous_better and cooling(s),
            "page",
            "red",
            "{previous} is better now than {current}, but a rollback was made {hours_since_rollback:.1f} hours ago: "
            "a second one is for a person to decide",
        ),
        Rule(
            "previous-better",
            lambda s: s.previous_better,
            "rollback",
            "red",
            "{previous} is provably better now than {current} on the same customers",
        ),
        Rule(
            "cannot-compare",
            lambda s: s.comparison == "impossible",
            "page",
            "unknown",
            "cannot compare {current} with {previous}: {incomparable}; a rollback could not be judged",
        ),
        Rule(
            "current-worse",
            lambda s: s.current_worse,
            "retrain",
            "red",
            "{current} falls short of what it promised and no release to go back to is provably better: train again",
        ),
        Rule(
            "outcomes-overdue",
            lambda s: s.outcomes == "overdue",
            "alert",
            "unknown",
            "outcomes that should be there by now are not: how good {current} is, is unknown",
        ),
        Rule(
            "drift",
            lambda s: s.drift,
            "alert",
            "amber",
            "what {current} is given has moved ({drift}); whether it is worse for it, outcomes will tell",
            names=True,
        ),
        Rule(
            "outcomes-waiting",
            lambda s: s.outcomes == "waiting",
            "nothing",
            "unknown",
            "too few outcomes are due yet since {current} serves: how good it is, is unknown",
        ),
        Rule(
            "inputs-waiting",
            lambda s: s.given == "waiting",
            "nothing",
            "unknown",
            "no evidence against {current}, but too few days of what it is given to say whether that has moved",
        ),
        Rule("quiet", lambda s: True, "nothing", "green", "no evidence against {current}"),
    )
