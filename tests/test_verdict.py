import pytest

from mainstay.verdict import Verdict, worst


def test_only_a_pass_exits_with_zero():
    assert Verdict("pass").exit_code == 0
    assert Verdict("fail", ("worse",)).exit_code == 1
    assert Verdict("inconclusive", ("too few rows",)).exit_code == 1


def test_a_verdict_that_does_not_pass_needs_a_reason():
    with pytest.raises(ValueError, match="needs a reason"):
        Verdict("fail")


def test_an_unknown_answer_is_refused():
    with pytest.raises(ValueError, match="answer"):
        Verdict("green", ("looks fine",))


def test_the_worst_answer_wins_and_brings_every_reason():
    verdict = worst([Verdict("pass", ("fine",)), Verdict("inconclusive", ("few",)), Verdict("fail", ("worse",))])
    assert verdict == Verdict("fail", ("few", "worse"))


def test_nothing_judged_is_no_pass():
    assert worst([]).answer == "inconclusive"
