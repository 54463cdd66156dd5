"""Things that happen to a business, each with a right answer: what Mainstay must have done by the end."""

import pytest
import yaml
from imports import ROOT
from past import project

from mainstay.replay.run import Asked, run

SIZE = {"simulate": {"customers": 2500, "joiners_a_month": 88}, "stress": {"rows": 2000}, "gate": {"resamples": 1000}}
LEAVING = yaml.safe_load((ROOT / "params.yaml").read_text())["simulate"]["leaving"]
FIRST = 13
"""The first month that is replayed, after a year that the first model learns from."""

slow = pytest.mark.slow


@pytest.fixture
def replayed(tmp_path):
    """A replay of Mainstay's policy alone."""

    def replayed(*scenarios, months, every=0, world=(), season=LEAVING["season"]):
        numbers = SIZE | {"replay": {"warm_up_months": FIRST - 1, "months": months}}
        numbers["simulate"] = SIZE["simulate"] | {"scenarios": list(world), "leaving": LEAVING | {"season": season}}
        top = project(tmp_path, **numbers)
        asked = Asked(policies=("mainstay",), scenarios=scenarios, retrain_every_months=every)
        return run(top, asked, top / "reports", lambda _: None)

    return replayed


def told(ledger, *kinds):
    return [(event.month, event.kind) for event in ledger.told("mainstay", *kinds)]


def served(ledger):
    return [line.release for line in ledger.of("mainstay")]


@slow
def test_in_quiet_years_nothing_is_gone_back_from_and_nobody_is_called(replayed):
    ledger = replayed(months=24, every=3)
    assert told(ledger, "rollback", "page", "retrain") == []
    assert len(told(ledger, "alert")) <= 1
    assert all(release is not None for release in served(ledger))


@slow
def test_a_season_three_times_as_strong_is_no_reason_to_go_back_or_to_call_anybody(replayed):
    ledger = replayed(months=12, every=3, season=3 * LEAVING["season"])
    assert told(ledger, "rollback", "page") == []


@slow
def test_a_bad_release_is_gone_back_from_within_four_months_of_outcomes(replayed):
    """One window a month of 2,500 customers, some 60 leavers; the outcomes of a month are known in the next."""
    ledger = replayed("bad_release@15", months=8)
    ((month, _),) = told(ledger, "rollback")
    assert 16 < month <= 20
    assert served(ledger)[month - FIRST :] == ["2024-01"] * (8 - (month - FIRST))


@slow
def test_where_new_data_come_each_month_the_gate_replaces_a_bad_release_at_once(replayed):
    ledger = replayed("bad_release@15", months=4, every=1)
    assert served(ledger)[2].endswith("-bad")
    assert told(ledger, "release")[-1] == (16, "release") and served(ledger)[3] == "2024-04"


@slow
def test_a_shock_to_all_is_answered_by_a_new_model_and_never_by_going_back(replayed):
    ledger = replayed("shock@16", months=8)
    assert told(ledger, "rollback") == []
    asked = [month for month, _ in told(ledger, "retrain")]
    assert asked and min(asked) in (17, 18)


@slow
@pytest.mark.parametrize("kind", ["ageing_book", "price_rise", "covariate_drift"])
def test_what_moves_slowly_or_for_good_is_no_reason_to_go_back(replayed, kind):
    ledger = replayed(f"{kind}@15", months=10, every=3)
    assert told(ledger, "rollback") == []


@slow
def test_a_broken_meter_is_told_and_nothing_is_gone_back_from(replayed):
    ledger = replayed("broken_meter@15", months=5)
    assert told(ledger, "rollback") == []
    alerts = [event for event in ledger.told("mainstay", "alert") if "usage_gb" in event.why]
    assert alerts and alerts[0].month in (16, 17)


@slow
def test_a_meter_that_breaks_the_contract_has_its_rows_set_aside_and_trains_nothing(replayed):
    meter = {"kind": "broken_meter", "month": 15, "reading": -1.0}
    ledger = replayed(months=5, every=1, world=[meter])
    assert told(ledger, "rollback") == []
    stopped = [event for event in ledger.told("mainstay", "stopped") if "were set aside" in event.why]
    assert [event.month for event in stopped] == [15, 16, 17]
    counted = {line.month: line.figures.rows for line in ledger.of("mainstay") if line.figures}
    assert counted[15] < 0.7 * counted[14]


@slow
def test_late_outcomes_are_told_as_overdue_and_decide_nothing(replayed):
    late = {"kind": "late_outcomes", "month": 14, "days": 120}
    ledger = replayed(months=6, world=[late])
    assert told(ledger, "rollback", "retrain") == []
    (overdue,) = [event for event in ledger.told("mainstay", "alert") if "should be there by now" in event.why]
    assert overdue.month == 17  # the month closes on 2 March, and 45 days later is past by May


@slow
def test_a_poisoned_month_trains_nothing_and_is_not_believed(replayed):
    ledger = replayed("poisoned_month@15", months=6, every=1)
    assert told(ledger, "rollback") == []
    stopped = [event for event in ledger.told("mainstay", "stopped") if "look for outcomes that are wrong" in event.why]
    assert [event.month for event in stopped] == [16, 17, 18]
    assert all(not line.release or line.release < "2024-05" for line in ledger.of("mainstay"))
