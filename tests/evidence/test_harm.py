import msgspec
import numpy as np
import pytest
from imports import ROOT

from mainstay import params
from mainstay.evidence.harm import as_family, harm
from mainstay.evidence.paired import Difference

GATE = msgspec.structs.replace(params.load(ROOT / "params.yaml", "gate"), confidence=0.95, harm_tolerance=0.001)


def judged(difference, se, higher_is_better=False):
    return harm("loss", 100, Difference(0.4, 0.4 + difference, difference, se), higher_is_better, GATE)


@pytest.mark.parametrize(
    ("difference", "se", "higher_is_better", "p"),
    [
        (0.0204, 0.01, False, 0.0228),  # two standard errors beyond .0004
        (0.0204, 0.01, True, 0.981),
        (-0.0204, 0.01, True, 0.0228),
        (0.0004, 0.01, False, 0.5),
        (0.0, 0.0, False, 1.0),
        (0.0003, 0.0, False, 1.0),  # less than ever matters, however sure
        (0.01, 0.0, False, 0.0),
    ],
)
def test_only_what_is_worse_by_more_than_is_tolerated_is_harm(difference, se, higher_is_better, p):
    assert judged(difference, se, higher_is_better).p == pytest.approx(p, abs=1e-3)


def test_the_interval_lies_about_the_difference():
    found = judged(0.01, 0.002)
    assert (found.low, found.high) == pytest.approx((0.01 - 0.00329, 0.01 + 0.00329), abs=1e-5)


def test_what_is_not_known_is_no_evidence_either_way():
    found = as_family([judged(0.1, float("nan")), judged(0.1, 0.01)])
    assert np.isnan(found[0].p_adjusted)
    assert found[1].p_adjusted < 1e-9


def test_a_family_is_surer_than_each_of_its_tests():
    alone, together = judged(0.02, 0.01), as_family([judged(0.02, 0.01)] * 10)
    assert alone.p_adjusted is None
    assert all(h.p_adjusted == pytest.approx(10 * alone.p) for h in together)


def test_no_tests_are_an_empty_family():
    assert as_family([]) == []
