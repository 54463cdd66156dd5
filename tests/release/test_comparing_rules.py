from dataclasses import replace
from types import SimpleNamespace

import pytest
from contest import GATE

from mainstay.evidence.harm import Harm
from mainstay.evidence.non_inferiority import NonInferiority
from mainstay.release.comparing_rules import TESTED, harm, roc_auc, slices
from mainstay.release.facts import Facts

NAN = float("nan")
AUC = NonInferiority(0.83, 0.829, -0.001, 0.003, -0.006, 0.004, 0.01, False, 0.85, None, "pass")


def one(name, p, difference=0.01):
    return Harm(name, 500, 0.40, 0.40 + difference, difference, 0.01, difference - 0.02, difference + 0.02, p, p)


def facts(auc=AUC, tested=None, parts=(), wanted=("region",), found=("region",)):
    tested = [one(name, 1.0) for name in TESTED] if tested is None else tested
    comparison = SimpleNamespace(rows=1409, roc_auc=auc, tested=tuple(tested), slices=tuple(parts))
    return Facts(comparison, {}, {}, "digest", 5.0, 1000, wanted, found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": "pass"}, "is not worse by more than the margin of 0.0100"),
        ({"answer": "fail"}, "is worse by more than the margin of 0.0100"),
        ({"answer": "inconclusive", "rows_to_decide": 4000}, "some 4,000 test rows would (power 85%)"),
        ({"answer": "inconclusive"}, "no number of rows would"),
        ({"answer": "inconclusive", "se": NAN}, "too few customers left or stayed to tell"),
    ],
)
def test_ranking_says_what_was_seen_and_how_many_rows_would_decide(change, said):
    (line,) = roc_auc(facts(replace(AUC, **change)), GATE)
    assert (line.answer, line.limit, line.low) == (change["answer"], -0.01, -0.006)
    assert said in line.sentence and "0.8290 against 0.8300 (-0.0010" in line.sentence


@pytest.mark.parametrize(
    ("p", "answer"), [(0.051, "pass"), (0.05, "fail"), (0.0, "fail"), (NAN, "inconclusive"), (None, "inconclusive")]
)
@pytest.mark.parametrize("name", TESTED)
def test_harm_is_judged_by_its_corrected_p(name, p, answer):
    tested = [one(n, p if n == name else 1.0) for n in TESTED]
    assert {line.rule: line.answer for line in harm(facts(tested=tested), GATE)}[name] == answer


def test_a_measure_that_was_not_compared_is_no_pass():
    assert [line.answer for line in harm(facts(tested=[one("log_loss", 1.0)]), GATE)] == ["pass", "fail", "fail"]


@pytest.mark.parametrize(
    ("ps", "answer", "said"),
    [
        ([1.0, 0.5], "pass", "none of 2 slices"),
        ([1.0, 0.01, 0.02], "fail", "in 2 of 3 slices: region=1, region=2"),
        ([0.01, NAN], "fail", "region=0"),
        ([1.0, NAN], "inconclusive", "too few customers to tell in 1 of 2 slices: region=1"),
        ([], "pass", "none was judged"),
    ],
)
def test_slices_are_told_in_one_line_about_the_worst(ps, answer, said):
    (line,) = slices(facts(parts=[one(f"region={i}", p) for i, p in enumerate(ps)]), GATE)
    assert line.answer == answer and said in line.sentence


def test_no_slices_in_the_contract_is_said():
    (line,) = slices(facts(wanted=(), found=()), GATE)
    assert (line.answer, line.sentence) == ("pass", "the contract declares no slices")


def test_a_slice_column_that_is_not_there_is_no_pass():
    (line,) = slices(facts(wanted=("region", "gender")), GATE)
    assert line.answer == "fail" and "gender" in line.sentence
