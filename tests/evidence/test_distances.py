import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mainstay.evidence.distances import chi_square, kolmogorov_smirnov

SAMPLES = st.lists(st.integers(-5, 5) | st.floats(-5, 5), min_size=1, max_size=60)


@given(SAMPLES, SAMPLES)
def test_the_distance_is_scipy_s_ties_or_not(one, other):
    a, b = (np.sort(np.array(side, dtype=np.float64)) for side in (one, other))
    distance, p = kolmogorov_smirnov(a, b)
    assert distance == pytest.approx(stats.ks_2samp(a, b, method="asymp").statistic, abs=1e-12)
    assert 0 <= p <= 1 and kolmogorov_smirnov(b, a) == pytest.approx((distance, p))


def test_the_p_value_is_scipy_s_where_rows_are_many():
    random = np.random.default_rng(1)
    a, b = np.sort(random.standard_normal(4000)), np.sort(random.standard_normal(3000) + 0.04)
    assert kolmogorov_smirnov(a, b)[1] == pytest.approx(stats.ks_2samp(a, b, method="exact").pvalue, rel=0.1)


def test_an_empty_side_moves_nothing():
    distance, p = kolmogorov_smirnov(np.array([]), np.array([1.0]))
    assert np.isnan(distance) and p == 1.0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=8))
def test_shares_are_compared_as_scipy_does(pairs):
    a, b = np.array(pairs).T
    kept = a + b > 0
    if kept.sum() < 2 or not a.sum() or not b.sum():
        assert chi_square(a, b) == 1.0
        return
    wanted = stats.chi2_contingency([a[kept], b[kept]], correction=False).pvalue
    assert chi_square(a, b) == pytest.approx(wanted, abs=1e-12)
