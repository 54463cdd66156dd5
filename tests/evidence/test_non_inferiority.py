import msgspec
import numpy as np
import pytest
from imports import ROOT
from rivals import rivals

from mainstay import params
from mainstay.evidence.delong import AucDifference, delong
from mainstay.evidence.non_inferiority import non_inferiority

GATE = msgspec.structs.replace(
    params.load(ROOT / "params.yaml", "gate"), confidence=0.95, max_margin_at_leavers=[400], max_margin=[0.01]
)


def judged(difference, se):
    return non_inferiority(AucDifference(0.8, 0.8 + difference, difference, se), 1000, 250, GATE)


@pytest.mark.parametrize(
    ("difference", "se", "answer"),
    [
        (0.0, 0.004, "pass"),
        (-0.003, 0.004, "pass"),
        (-0.004, 0.004, "inconclusive"),  # the lower bound is -.0106
        (-0.016, 0.004, "inconclusive"),
        (-0.017, 0.004, "fail"),  # the upper bound is -.0104
        (0.02, 0.02, "inconclusive"),  # better, but who knows
        (0.0, 0.0, "pass"),
        (-0.02, 0.0, "fail"),
        (float("nan"), float("nan"), "inconclusive"),
        (-1.0, float("nan"), "inconclusive"),
    ],
)
def test_where_the_interval_lies_decides(difference, se, answer):
    assert judged(difference, se).answer == answer


def test_it_says_how_sure_it_was_and_what_would_decide():
    found = judged(0.0, 0.01)
    assert found.capped
    assert found.power == pytest.approx(0.26, abs=0.01)
    assert found.rows_to_decide > 5000
    assert (found.low, found.high) == pytest.approx((-0.01645, 0.01645), abs=1e-5)


def test_it_is_not_capped_where_the_margin_gives_the_power_wanted():
    found = judged(0.0, 0.002)
    assert not found.capped
    assert found.power == pytest.approx(GATE.power)
    assert found.rows_to_decide == 1000


def test_where_nothing_is_known_no_number_of_rows_is_named():
    assert judged(float("nan"), float("nan")).rows_to_decide is None


def simulated(seed, rows, rho, loss, times):
    random = np.random.default_rng(seed)
    for _ in range(times):
        y, a, b = rivals(random, rows, rho, loss)
        yield non_inferiority(delong(y, a, b, np.arange(rows)), rows, int(y.sum()), GATE)


def test_a_candidate_at_the_margin_passes_one_time_in_twenty():
    passed = [found.answer == "pass" for found in simulated(1, 1409, 0.94, 0.01, 3000)]
    assert 0.04 <= np.mean(passed) <= 0.06


@pytest.mark.parametrize("rho", [0.9, 0.96])
def test_equal_candidates_pass_as_often_as_the_power_says(rho):
    found = list(simulated(2, 1409, rho, 0.0, 800))
    assert np.mean([f.answer == "pass" for f in found]) == pytest.approx(np.mean([f.power for f in found]), abs=0.05)
