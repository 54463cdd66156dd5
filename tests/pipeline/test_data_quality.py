from dataclasses import replace
from pathlib import Path

import pytest

from mainstay.params import load
from mainstay.pipeline.data_quality import Findings, document, judge
from mainstay.rows.contract import Contract, Outcome

LIMITS = load(Path(__file__).parents[2] / "params.yaml", "validate")
CONTRACT = Contract("id", None, Outcome("churned", None, "1", "0", None, 0, 0), (), None, ())
GOOD = Findings(read=1000, quarantined=0, faults=[], kept=1000, left=200, stayed=800, mature=1000, searched=(200, 800))


def test_good_findings_pass_without_a_word():
    verdict = judge(GOOD, CONTRACT, LIMITS)
    assert (verdict.answer, verdict.reasons) == ("pass", ())
    assert document(GOOD, verdict)["leaks"] == {"looked_for": True, "why_not": None, "leavers": 200, "stayers": 800}


@pytest.mark.parametrize(("without", "answer"), [(0, "pass"), (50, "pass"), (51, "fail"), (1000, "fail")])
def test_more_missing_outcomes_of_rows_old_enough_than_tolerated_fail(without, answer):
    found = replace(GOOD, without_outcome=without)
    verdict = judge(found, CONTRACT, LIMITS)
    assert verdict.answer == answer
    assert all("51 of 1000 rows" in r or "1000 of 1000 rows" in r for r in verdict.reasons)
    assert document(found, verdict)["outcome_missing_share"] == without / 1000


@pytest.mark.parametrize("searched", [(19, 900), (900, 19), (0, 0)])
def test_leaks_that_could_not_be_looked_for_are_said_even_where_all_else_passes(searched):
    found = replace(GOOD, searched=searched)
    verdict = judge(found, CONTRACT, LIMITS)
    why = f"saw {searched[0]} leavers and {searched[1]} stayers, wanted at least 20 of each"
    assert verdict.answer == "pass"
    assert verdict.reasons == (f"leaks were not looked for: {why}",)
    leaks = document(found, verdict)["leaks"]
    assert (leaks["looked_for"], leaks["why_not"]) == (False, why)


def test_a_month_that_shrinks_fails():
    found = replace(GOOD, months={"2024-01-01": 600, "2024-02-01": 299, "2024-03-01": 300})
    (reason,) = judge(found, CONTRACT, LIMITS).reasons
    assert reason.startswith("2024-02-01 has 299 rows after 600 on 2024-01-01")


JUMPS = {
    "30% of the outcomes turned round": ({"2024-03-01": (1230, 4000)}, "2024-03-01 left (30.75%), 2.50% in"),
    "a market that is shaken": ({"2024-03-01": (270, 4000)}, None),
    "outcomes that say nobody leaves": ({"2024-03-01": (0, 4000)}, "0 of 4000 customers of 2024-03-01"),
    "few rows, where chance does as much": ({"2024-03-01": (3, 20)}, None),
    "a first month alone": ({}, None),
}


@pytest.mark.parametrize(("last", "said"), JUMPS.values(), ids=JUMPS)
def test_a_churn_rate_that_no_market_makes_stops_the_run(last, said):
    found = replace(GOOD, leavers={"2024-01-01": (110, 4000), "2024-02-01": (90, 4000)} | last)
    reasons = judge(found, CONTRACT, LIMITS).reasons
    assert [said in reason for reason in reasons] == [True] * bool(said), reasons
