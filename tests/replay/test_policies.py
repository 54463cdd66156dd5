"""What each policy does in a month, told of made-up candidates, verdicts and watches."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from mainstay.monitoring.decide import Decision
from mainstay.release.judgement import Judged, Judgement, Line
from mainstay.replay.candidates import Candidate, Stopped
from mainstay.replay.issues import Issues
from mainstay.replay.policies import Seen, mainstay, monthly, never, slip
from mainstay.replay.production import Production
from mainstay.verdict import Verdict

NEW = Candidate(b"new", {}, Path())
DAY = datetime.date(2024, 3, 1)
RUNNING = Production().promoted("2024-01", b"old", DAY).promoted("2024-02", b"current", DAY)


def judgement(answer="pass", kind="comparison"):
    line = Line("roc_auc", answer, "not worse" if answer == "pass" else "may be worse")
    verdict = Verdict(answer, () if answer == "pass" else (line.sentence,))
    return Judgement(verdict, line.sentence, Judged(kind, (line,)), {}, {}, {}, {})


def decision(action, to=None):
    return Decision(action, f"rule {action}", "it is so", "amber", to)


def seen(candidate=NEW, due=True, judged=None, **about):
    return Seen(
        month=3,
        starts_on=DAY,
        due=due,
        candidate=lambda: candidate,
        judge=lambda *_: judged or judgement(),
        **about,
    )


def kinds(step):
    return [event.kind for event in step[1]]


@pytest.mark.parametrize("policy", [never, monthly, mainstay])
def test_every_policy_begins_with_the_first_candidate(policy):
    production, told = policy(seen(due=False), Production())
    assert production.champion == b"new" and [e.kind for e in told] == ["release"]


@pytest.mark.parametrize("policy", [never, monthly, mainstay])
def test_where_the_pipeline_stops_nothing_is_released(policy):
    production, told = policy(seen(Stopped("poisoned")), Production())
    assert production.current is None and [(e.kind, e.why) for e in told] == [("stopped", "poisoned")]


def test_never_leaves_it_at_that():
    assert never(seen(), RUNNING) == (RUNNING, ())


def test_monthly_releases_without_a_judge():
    production, told = monthly(seen(judged=judgement("fail")), RUNNING)
    assert production.champion == b"new" and kinds((production, told)) == ["release"]


def test_monthly_waits_until_new_data_are_due():
    assert monthly(seen(due=False), RUNNING) == (RUNNING, ())


@pytest.mark.parametrize("answer", ["fail", "inconclusive"])
def test_mainstay_keeps_what_runs_where_the_gate_does_not_pass(answer):
    production, told = mainstay(seen(judged=judgement(answer)), RUNNING)
    assert production is RUNNING and [(e.kind, e.why) for e in told] == [("kept", f"{answer}: may be worse")]


def test_mainstay_releases_what_passes_and_says_why():
    production, told = mainstay(seen(), RUNNING)
    assert (production.current, production.champion) == ("2024-03", b"new")
    assert [(e.kind, e.why, e.release) for e in told] == [("release", "not worse", "2024-03")]


def test_the_same_model_again_is_no_release():
    assert mainstay(seen(judged=judgement(kind="no change")), RUNNING)[0] is RUNNING


def test_mainstay_goes_back_first_and_judges_against_what_then_runs():
    asked = []
    about = seen(decided=decision("rollback", "2024-01"), judged=judgement("fail"))
    about = replace(about, judge=lambda candidate, champion: asked.append(champion) or judgement("fail"))
    production, told = mainstay(about, RUNNING)
    assert production.current == "2024-01" and kinds((production, told)) == ["rollback", "kept"]
    assert asked == [b"old"]


@pytest.mark.parametrize(
    ("action", "then"), [("retrain", ["retrain", "release"]), ("alert", ["alert"]), ("page", ["page"])]
)
def test_a_new_model_is_made_out_of_turn_only_where_the_watch_asks_for_one(action, then):
    assert kinds(mainstay(seen(due=False, decided=decision(action)), RUNNING)) == then


def test_a_bad_model_slips_through_where_there_is_one():
    production, told = slip("mainstay", seen(slipped=replace(NEW, data=b"bad")), RUNNING)
    assert (production.current, production.champion) == ("2024-03-bad", b"bad")
    assert slip("mainstay", seen(), RUNNING) == (RUNNING, ())
    assert kinds((production, told)) == ["bad release"]


def test_what_lasts_is_told_once():
    told, other = (Issues().after(decision(action)) for action in ("alert", "page"))
    assert kinds(mainstay(seen(due=False, decided=decision("alert"), issues=told), RUNNING)) == []
    assert kinds(mainstay(seen(due=False, decided=decision("alert"), issues=other), RUNNING)) == ["alert"]


def test_a_rollback_is_told_however_often_there_was_one():
    about = seen(due=False, decided=decision("rollback", "2024-01"), issues=Issues().after(decision("rollback")))
    assert kinds(mainstay(about, RUNNING)) == ["rollback"]


def test_a_new_model_is_asked_for_as_long_as_the_condition_lasts():
    lasting = seen(due=False, decided=decision("retrain"), issues=Issues().after(decision("retrain")))
    assert kinds(mainstay(lasting, RUNNING)) == ["release"]
