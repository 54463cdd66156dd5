import msgspec
import numpy as np
import pytest
from imports import ROOT
from scipy.stats import norm

from mainstay import params
from mainstay.evidence.power import deciding_factor, margin, max_margin, power

GATE = msgspec.structs.replace(
    params.load(ROOT / "params.yaml", "gate"),
    confidence=0.95,
    power=0.8,
    min_margin=0.0005,
    max_margin_at_leavers=[400, 26500],
    max_margin=[0.01, 0.002],
)
Z, Z_POWER = norm.ppf(0.95), norm.ppf(0.8)


@pytest.mark.parametrize(
    ("leavers", "largest"), [(0, 0.01), (400, 0.01), (3256, 0.00447), (26_500, 0.002), (10**7, 0.002)]
)
def test_the_largest_margin_falls_with_leavers_in_straight_lines_of_logs(leavers, largest):
    assert max_margin(leavers, GATE) == pytest.approx(largest, abs=1e-5)


def test_the_margin_gives_the_power_wanted():
    se = 0.002
    assert power(se, margin(se, 400, GATE), 0.95) == pytest.approx(0.8)


@pytest.mark.parametrize(("se", "bound"), [(0.02, 0.01), (0.0, 0.0005), (1e-9, 0.0005)])
def test_the_margin_keeps_within_its_bounds(se, bound):
    assert margin(se, 400, GATE) == pytest.approx(bound)


def test_power_is_what_chance_leaves_at_the_margin():
    assert power(0.01, 0.0, 0.95) == pytest.approx(0.05)  # as often as a candidate at the margin itself
    assert power(0.0, 0.001, 0.95) == 1.0


def test_with_as_many_times_the_rows_an_equal_candidate_has_the_power_wanted():
    se, allowed = 0.01, 0.01
    factor = deciding_factor(0.0, se, allowed, GATE)
    assert power(se / np.sqrt(factor), allowed, 0.95) == pytest.approx(0.8)


@pytest.mark.parametrize("difference", [-0.0115, -0.0095])
def test_with_as_many_times_the_rows_this_estimate_is_told_from_the_margin(difference):
    se, allowed = 0.002, 0.01
    factor = deciding_factor(difference, se, allowed, GATE)
    assert abs(difference + allowed) == pytest.approx(Z * se / np.sqrt(factor))


def test_what_has_been_decided_needs_no_more_rows():
    assert deciding_factor(0.01, 0.002, 0.01, GATE) == 1.0
    assert deciding_factor(0.0, 0.0, 0.0005, GATE) == 1.0


@pytest.mark.parametrize("difference", [-0.01, -0.01001])
def test_no_number_of_rows_in_reach_tells_an_estimate_on_the_margin_from_it(difference):
    assert deciding_factor(difference, 0.002, 0.01, GATE) == np.inf


def test_what_is_not_known_stays_unknown():
    nan = float("nan")
    assert np.isnan([margin(nan, 400, GATE), power(nan, nan, 0.95), deciding_factor(nan, nan, nan, GATE)]).all()
