"""Proof that each rule can fail: a crafted candidate a rule, which that rule alone stops."""

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from contest import CONTRACT, GATE, SLICED, model_bytes, question, table

from mainstay.release.judge import digest_of, judge, us_a_row
from mainstay.release.judgement import Line

RATES = [0.02, 0.04, 0.06, 0.08, 0.10, 0.15, 0.20, 0.30, 0.40, 0.60]
"""Churn in ten bands of equal size: who scores them so is right."""

PAIRS = [sum(RATES[2 * (i // 2) : 2 * (i // 2) + 2]) / 2 for i in range(10)]
"""Right on average, but two bands in one."""


def world(rates=RATES):
    return table(*((1000, round(rate * 1000), band, band) for band, rate in enumerate(rates)))


def champion(scores=RATES, **more):
    return model_bytes("champion_band", scores, **more)


def candidate(scores=RATES, **more):
    return model_bytes("candidate_band", scores, **more)


def stretched(scores, factor, shift=0.0):
    """Probabilities with their log-odds times `factor`, plus `shift`: the same ranking, other promises."""
    log_odds = factor * np.log(np.array(scores) / (1 - np.array(scores))) + shift
    return (1 / (1 + np.exp(-log_odds))).tolist()


def stopping(asked):
    return [line.rule for line in judge(asked).lines if line.answer != "pass"]


def worse_ranking():
    """Keeps true promises, where the champion's are too timid, but no longer tells the lower six bands apart."""
    return question(world(), champion(stretched(RATES, 0.6)), candidate([0.075] * 6 + RATES[6:]))


def overconfident():
    """Sure of itself where there is nothing to know: half the top band .79, the other half .41."""
    groups = [(1000, round(rate * 1000), band, band) for band, rate in enumerate(RATES[:9])]
    frame = table(*groups, (500, 300, 9, 9), (500, 300, 9, 10))
    return question(frame, champion(), candidate([*RATES[:9], 0.41, 0.79]))


def broken_promises():
    """Ranks better than the champion, and promises too timidly."""
    return question(world(), champion(PAIRS), candidate(stretched(RATES, 0.9)))


def unprofitable():
    """Ranks better over all, but not among those who would be contacted."""
    fourths = [np.mean(RATES[:4])] * 4 + [np.mean(RATES[4:8])] * 4 + RATES[8:]
    return question(world(), champion(fourths), candidate([*RATES[:8], 0.5, 0.5]))


def harms_a_region():
    """Better for the north, and mixes up bands in the south."""
    groups = []
    for band, rate in enumerate(RATES):
        groups.append((1600, round(rate * 1600), band, band, "n"))
        groups += [(200, round(rate * 200), band, other, "s") for other in (band, band ^ 1)]
    own = {"contract": SLICED}
    return question(table(*groups), champion(stretched(PAIRS, 0.95), **own), candidate(**own), SLICED)


def as_bad_as(rates, scores=None):
    """No worse than the champion, which is itself no good."""
    return question(world(rates), champion(scores or rates), candidate(scores or rates))


def of_another_run():
    return question(world(), champion(), candidate(), training={"model": {"sha256": "another"}})


def judged(stage, answer):
    verdict = {"answer": answer, "reasons": ["it is so"]}
    return question(world(), champion(), candidate(), **{stage: {"verdict": verdict}})


def budgeted(**limits):
    """A sound candidate, but for a budget that it goes beyond."""
    gate = msgspec.structs.replace(GATE, **limits)
    return question(world(), champion(), candidate(note="x" * 30_000), gate=gate)


CRAFTED = {
    "roc_auc": worse_ranking,
    "log_loss": overconfident,
    "calibration_error": broken_promises,
    "profit_per_customer": unprofitable,
    "slices": harms_a_region,
    "floor of roc_auc": lambda: as_bad_as([0.1] * 9 + [0.2]),
    "floor of lift_top_decile": lambda: as_bad_as([0.02, 0.02, 0.05] + [0.25] * 7),
    "floor of calibration_error": lambda: as_bad_as(RATES, stretched(RATES, 1, 0.6)),
    "verdict on data quality": lambda: judged("data_quality", "fail"),
    "verdict on split": lambda: judged("split", "inconclusive"),
    "verdict on behaviour": lambda: judged("stress", "fail"),
    "metrics": of_another_run,
    "speed": lambda: budgeted(max_us_a_row=1e-9),
    "size": lambda: budgeted(max_model_bytes=20_000),
}


@pytest.mark.parametrize("rule", CRAFTED)
def test_a_candidate_that_is_worse_in_one_respect_is_stopped_by_that_rule_alone(rule):
    assert stopping(CRAFTED[rule]()) == [rule]


def test_every_rule_has_its_crafted_candidate():
    rules = {line.rule for line in judge(harms_a_region()).lines}
    assert rules == set(CRAFTED)


def test_a_candidate_as_good_as_the_champion_passes_every_rule():
    found = judge(question(world(), champion(), candidate()))
    assert found.kind == "comparison"
    assert found.verdict.answer == "pass"
    assert found.rows == {
        "rows": 10_000,
        "positives": 1950,
        "customers": 10_000,
        "seen_by_a_model": 0,
        "measured_on": "all rows",
    }


def test_without_a_champion_floors_alone_are_judged_and_that_is_said():
    found = judge(question(world(), None, candidate()))
    assert (found.kind, found.verdict.answer) == ("first release", "pass")
    assert "first release" in found.lines[0].sentence
    assert {line.rule for line in found.lines} >= {"floor of roc_auc", "verdict on behaviour", "size"}
    assert stopping(question(world([0.1] * 9 + [0.2]), None, candidate([0.1] * 9 + [0.2]))) == ["floor of roc_auc"]


@pytest.mark.parametrize("whose", ["champion", "candidate"])
def test_rows_that_a_model_learned_from_are_no_judge_of_it(whose):
    seen = {"split": {"kind": "time", "train_until": "2024-06-01"}}
    models = {"champion": champion(), "candidate": candidate()}
    models[whose] = {"champion": champion, "candidate": candidate}[whose](**seen)
    found = judge(question(world(), models["champion"], models["candidate"]))
    assert found.kind == "not comparable" and found.verdict.answer != "pass"
    assert "learned from each" in found.lines[0].sentence


def test_a_champion_that_wants_a_column_the_rows_lack_cannot_be_compared():
    found = judge(
        question(
            world().drop(columns="champion_band"),
            champion(),
            candidate(contract=replace(CONTRACT, columns=CONTRACT.columns[1:])),
        )
    )
    assert (found.kind, found.verdict.answer) == ("not comparable", "inconclusive")
    assert "champion_band" in found.lines[0].sentence
    assert "floor of roc_auc" in {line.rule for line in found.lines}, "what can be judged still is"


def test_a_slice_column_that_the_rows_lack_is_no_pass():
    asked = question(world(), champion(contract=SLICED), candidate(contract=SLICED), SLICED)
    assert stopping(asked) == ["slices"]


def test_an_obstacle_known_beforehand_comes_first_and_floors_are_still_judged():
    found = judge(question(world(), None, candidate(), obstacle=Line("champion", "fail", "its bytes are lost")))
    assert (found.lines[0].sentence, found.verdict.answer) == ("its bytes are lost", "fail")
    assert len(found.lines) > 5


def test_the_verdict_binds_what_it_is_about():
    found = judge(question(world(), champion(), candidate())).digests
    other = judge(question(world(), champion(), candidate(), gate=msgspec.structs.replace(GATE, seed=8))).digests
    assert set(found) == {"candidate", "champion", "test_rows", "contract", "gate"}
    assert {name for name in found if found[name] != other[name]} == {"gate"}


def test_the_time_of_a_row_is_a_number_of_microseconds():
    asked = question(world(), None, candidate())
    assert 0 < us_a_row(asked.candidate.model, asked.rows.frame) < 1e5


def test_a_digest_is_of_values_not_of_their_order():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1, "b": [3]})
    with pytest.raises(ValueError, match="JSON"):
        digest_of(math.nan)
