"""Every cell of the decision table."""

import itertools

import pytest

from mainstay.monitoring.decide import decide
from mainstay.monitoring.state import State

COOL_DOWN_H = 24.0
NOW, AGO = {"hours_since_rollback": 2.0}, {"hours_since_rollback": 24.0}
BETTER, WORSE, BOTH = (
    {"previous_better": True},
    {"current_worse": True},
    {"current_worse": True, "previous_worse": True},
)
ALSO_BAD = {"previous_worse": True}
WAITING = {"given": "waiting"}
METER, DRIFT = {"meter": ("usage_gb",)}, {"drift": ("age",)}
DISTRUSTED = {"outcomes": "distrusted", "distrust": "3 outcomes a prediction"}
NONE, IMPOSSIBLE = {"comparison": "none", "previous": None}, {"comparison": "impossible", "incomparable": "no x"}


def state(*facts, **more):
    given = {"current": "v1.4.0", "previous": "v1.3.0", "outcomes": "known"}
    for fact in facts:
        given |= fact
    return State(**given | more)


CELLS = [
    ((), "nothing", "quiet", "green"),
    ((NONE,), "nothing", "quiet", "green"),
    ((ALSO_BAD,), "nothing", "quiet", "green"),
    ((BETTER,), "rollback", "previous-better", "red"),
    ((BETTER, AGO), "rollback", "previous-better", "red"),
    ((BETTER, NOW), "page", "cool-down", "red"),
    ((BETTER, WORSE), "rollback", "previous-better", "red"),
    ((BETTER, DRIFT), "rollback", "previous-better", "red"),
    ((BETTER, ALSO_BAD), "page", "previous-also-bad", "red"),
    ((BETTER, ALSO_BAD, NOW), "page", "previous-also-bad", "red"),
    ((BOTH,), "retrain", "both-worse", "red"),
    ((BOTH, BETTER), "retrain", "both-worse", "red"),
    ((BOTH, BETTER, NOW), "retrain", "both-worse", "red"),
    ((WORSE,), "retrain", "current-worse", "red"),
    ((WORSE, NONE), "retrain", "current-worse", "red"),
    ((WORSE, DRIFT), "retrain", "current-worse", "red"),
    ((IMPOSSIBLE,), "page", "cannot-compare", "unknown"),
    ((IMPOSSIBLE, WORSE), "page", "cannot-compare", "unknown"),
    ((IMPOSSIBLE, DRIFT), "page", "cannot-compare", "unknown"),
    ((DRIFT,), "alert", "drift", "amber"),
    ((METER,), "alert", "broken-meter", "amber"),
    ((METER, BETTER), "alert", "broken-meter", "amber"),
    ((METER, BOTH), "alert", "broken-meter", "amber"),
    ((METER, DRIFT), "alert", "broken-meter", "amber"),
    ((DISTRUSTED,), "page", "outcomes-distrusted", "unknown"),
    ((DISTRUSTED, BETTER), "page", "outcomes-distrusted", "unknown"),
    ((DISTRUSTED, METER), "page", "outcomes-distrusted", "unknown"),
    (({"outcomes": "waiting"},), "nothing", "outcomes-waiting", "unknown"),
    (({"outcomes": "waiting"}, DRIFT), "alert", "drift", "amber"),
    ((WAITING,), "nothing", "inputs-waiting", "unknown"),
    ((WAITING, METER), "alert", "broken-meter", "amber"),
    ((WAITING, WORSE), "retrain", "current-worse", "red"),
    ((WAITING, BETTER), "rollback", "previous-better", "red"),
    ((WAITING, {"outcomes": "waiting"}), "nothing", "outcomes-waiting", "unknown"),
    (({"outcomes": "overdue"},), "alert", "outcomes-overdue", "unknown"),
    (({"outcomes": "overdue"}, DRIFT), "alert", "outcomes-overdue", "unknown"),
    (({"outcomes": "overdue"}, BETTER), "rollback", "previous-better", "red"),
    (({"outcomes": "overdue"}, WORSE), "retrain", "current-worse", "red"),
]


@pytest.mark.parametrize(("facts", "action", "condition", "status"), CELLS)
def test_a_cell_of_the_table(facts, action, condition, status):
    decision = decide(state(*facts), COOL_DOWN_H)
    assert (decision.action, decision.condition, decision.status) == (action, condition, status)
    assert decision.to == ("v1.3.0" if action == "rollback" else None)
    assert decision.exit_code == (action != "nothing")
    assert "{" not in decision.why and "\n" not in decision.why and decision.why


def every_state():
    yes_no = (False, True)
    for outcomes, comparison, given in itertools.product(
        ("known", "waiting", "overdue", "distrusted"), ("made", "none", "impossible"), ("compared", "waiting")
    ):
        for better, worse, also, meter, drift, hours in itertools.product(
            yes_no if comparison == "made" else (False,), yes_no, yes_no, yes_no, yes_no, (None, 1.0, 30.0)
        ):
            yield state(
                outcomes=outcomes,
                given=given,
                comparison=comparison,
                previous=None if comparison == "none" else "v1.3.0",
                previous_better=better,
                current_worse=worse,
                previous_worse=also,
                meter=("a",) * meter,
                drift=("b",) * drift,
                named=("a",) * meter + ("b",) * drift,
                hours_since_rollback=hours,
            )


STATES = [(s, decide(s, COOL_DOWN_H)) for s in every_state()]


def test_the_table_has_every_condition():
    assert {d.condition for _, d in STATES} == {condition for _, _, condition, _ in CELLS}


def test_only_a_previous_release_proven_better_and_sound_is_gone_back_to_and_once_in_a_while():
    for s, d in STATES:
        if d.action == "rollback":
            assert s.previous_better and not s.previous_worse and s.previous and s.hours_since_rollback != 1.0


def test_only_what_is_about_columns_names_them():
    for s, d in STATES:
        assert d.named == (s.named if d.condition in ("drift", "broken-meter") else ())


def test_drift_alone_never_does_more_than_alert():
    for s, d in STATES:
        if not (s.previous_better or s.current_worse or s.outcomes == "distrusted" or s.comparison == "impossible"):
            assert d.action in ("nothing", "alert")


def test_what_is_not_known_is_never_green():
    for s, d in STATES:
        if s.outcomes != "known" or s.given != "compared" or s.comparison == "impossible":
            assert d.status != "green"


def test_green_asks_for_nothing():
    assert all(d.action == "nothing" for _, d in STATES if d.status == "green")
