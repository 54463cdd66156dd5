import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import chdtrc, kolmogorov

from mainstay.evidence.tails import chi_square_tail, kolmogorov_tail


@given(st.floats(0, 3000), st.integers(1, 600))
@example(5e-324, 2)
def test_chi_square_s_tail_is_scipy_s(statistic, degrees):
    assert chi_square_tail(statistic, degrees) == pytest.approx(chdtrc(degrees, statistic), rel=1e-9, abs=1e-300)


@given(st.floats(0, 20))
def test_kolmogorov_s_tail_is_scipy_s(statistic):
    assert kolmogorov_tail(statistic) == pytest.approx(kolmogorov(statistic), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("statistic", [1e5, 1e300, float("inf")])
def test_what_cannot_be_is_impossible(statistic):
    assert kolmogorov_tail(statistic) == 0
    assert chi_square_tail(min(statistic, 1e300), 7) == 0
