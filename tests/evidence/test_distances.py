import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mainstay.evidence.distances import chi_square, kolmogorov_smirnov, rare_as_one

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


def test_strides_that_are_passed_over_never_hold_the_greatest_distance():
    random = np.random.default_rng(5)
    for digits in (0, 1, 2, 8) * 25:
        n, m = random.integers(1, 3000, 2)
        a, b = random.standard_normal(n), random.standard_normal(m) + 0.3 * random.standard_normal()
        a, b = np.sort(a.round(digits)), np.sort(b.round(digits))
        wanted = stats.ks_2samp(a, b, method="asymp").statistic
        assert kolmogorov_smirnov(a, b)[0] == pytest.approx(wanted, abs=1e-12)


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


def test_rare_values_are_one_bin_and_missing_ones_their_own():
    a, b = rare_as_one(np.array([800, 150, 20, 20, 10]), np.array([70, 20, 4, 5, 1]))
    assert a.tolist() == [40, 800, 150, 10] and b.tolist() == [9, 70, 20, 1]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20))
def test_no_row_is_lost_among_rare_values(pairs):
    before = np.array(pairs).T
    after = rare_as_one(*before)
    assert [side.sum() for side in after] == before.sum(axis=1).tolist()
    assert [side[-1] for side in after] == before[:, -1].tolist()


def test_of_hundreds_of_values_none_moved_where_none_did():
    random, shares = np.random.default_rng(2), 1 / np.arange(1, 201) ** 2
    shares /= shares.sum()
    reference = np.r_[random.multinomial(20_000, shares), 0]
    days = [np.r_[random.multinomial(500, shares), 0] for _ in range(1000)]
    assert np.mean([chi_square(reference, day) < 0.01 for day in days]) > 0.05, "the bare test cries wolf"
    assert np.mean([chi_square(*rare_as_one(reference, day)) < 0.01 for day in days]) <= 0.02
