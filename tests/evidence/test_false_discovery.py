import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from mainstay.evidence.false_discovery import adjusted


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_are_scipy_s(p):
    assert adjusted(p) == pytest.approx(false_discovery_control(p), abs=1e-12)


def test_no_p_value_is_no_q_value():
    assert adjusted([]).shape == (0,)


def test_one_real_discovery_among_many_keeps_its_place():
    q = adjusted([0.5] * 18 + [0.0001])
    assert q[-1] == pytest.approx(0.0019) and np.all(q[:-1] == 0.5)
