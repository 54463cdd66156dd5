import math
from dataclasses import replace

import pytest
from contest import GATE, PASSED, metrics

from mainstay.release import candidate_rules
from mainstay.release.candidate_rules import floors, size, speed, verdicts
from mainstay.release.facts import Facts

SOUND = Facts(
    None, {"roc_auc": 0.8, "lift_top_decile": 3.0, "calibration_error": 0.01}, metrics("mine"), "mine", 5.0, 1000
)


def answers(lines):
    return [line.answer for line in lines]


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("roc_auc", GATE.min_roc_auc, "pass"),
        ("roc_auc", GATE.min_roc_auc - 1e-9, "fail"),
        ("lift_top_decile", GATE.min_lift_top_decile - 0.1, "fail"),
        ("calibration_error", GATE.max_calibration_error, "pass"),
        ("calibration_error", GATE.max_calibration_error + 1e-9, "fail"),
        ("calibration_error", math.nan, "fail"),
        ("roc_auc", None, "fail"),
    ],
)
def test_a_floor_holds_at_its_number_and_is_no_pass_without_a_figure(name, value, answer):
    found = {line.rule: line.answer for line in floors(replace(SOUND, alone=SOUND.alone | {name: value}), GATE)}
    assert found[f"floor of {name}"] == answer
    assert sorted(found.values())[-2:] == ["pass", "pass"], "the others hold"


@pytest.mark.parametrize(
    ("document", "answer", "said"),
    [
        ({"verdict": PASSED}, "pass", "behaviour: pass"),
        (
            {"verdict": {"answer": "fail", "reasons": ["noise", "order"]}},
            "fail",
            "noise (and 1 more in metrics/stress.json)",
        ),
        ({"verdict": {"answer": "inconclusive", "reasons": []}}, "inconclusive", "no reason is given"),
        ({"verdict": {"answer": "green"}}, "fail", "gives no verdict"),
        ({"verdict": "pass"}, "fail", "gives no verdict"),
        ({}, "fail", "gives no verdict"),
        (None, "fail", "is not there"),
    ],
)
def test_a_verdict_counts_only_where_it_is_one(document, answer, said):
    line = verdicts(replace(SOUND, metrics=SOUND.metrics | {"stress": document}), GATE)[-1]
    assert line.answer == answer and said in line.sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training": None}, "metrics/training.json is not there"),
        ({"evaluation": None}, "metrics/evaluation.json is not there"),
        ({"training": {"model": {"sha256": "other"}}}, "is of the model other"),
        ({"training": {"model": "mine"}}, "is of the model None"),
        ({"evaluation": SOUND.metrics["evaluation"] | {"brier": None}}, "no number for brier"),
        ({"evaluation": SOUND.metrics["evaluation"] | {"brier": math.nan, "roc_auc": True}}, "roc_auc, brier"),
    ],
)
def test_metrics_of_another_model_or_with_holes_are_no_pass(changes, said):
    (line,) = candidate_rules.metrics(replace(SOUND, metrics=SOUND.metrics | changes), GATE)
    assert line.answer == "fail" and said in line.sentence


def test_budgets_hold_and_what_was_not_measured_is_beyond_them():
    assert answers(speed(SOUND, GATE) + size(SOUND, GATE)) == ["pass", "pass"]
    beyond = replace(SOUND, us_a_row=math.nan, model_bytes=GATE.max_model_bytes + 1)
    assert answers(speed(beyond, GATE) + size(beyond, GATE)) == ["fail", "fail"]


def test_a_sound_candidate_passes_all():
    assert set(answers(floors(SOUND, GATE) + verdicts(SOUND, GATE) + candidate_rules.metrics(SOUND, GATE))) == {"pass"}


def test_a_reason_from_a_branch_cannot_speak_to_the_log():
    reason = "bad\n::stop-commands::x\x1b[31m\u202e##[group]" + "y" * 1000
    document = {"verdict": {"answer": "fail", "reasons": [reason]}}
    said = verdicts(replace(SOUND, metrics=SOUND.metrics | {"stress": document}), GATE)[-1].sentence
    assert said.isprintable() and len(said) < 400
    assert "::" not in said and "##[" not in said
